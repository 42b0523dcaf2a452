"""Django's SQLite backend with a queue for those who write.

SQLite lets one transaction write at a time; whoever finds it busy sleeps and tries again, longer each time, so that
with eight writers most of the time nobody writes. Within this process they wait for each other instead. Between
processes (a command beside the server) SQLite's own time-out stands as before.
"""

import threading
from collections import defaultdict
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

_queues: dict[str, threading.Lock] = defaultdict(threading.Lock)


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction is IMMEDIATE (config/env.py): from its first statement to its end it is the file's only writer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: threading.Lock | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _enter(self) -> None:
        queue = _queues[str(self.settings_dict["NAME"])]
        if not queue.acquire(timeout=self.settings_dict["OPTIONS"]["timeout"]):
            raise OperationalError("database is locked")
        self._held = queue

    def _leave(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.release()
