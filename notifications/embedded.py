"""The worker inside a server process: a thread of its own, begun with the first request where MAIL_EMBEDDED says so."""

import threading
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from notifications.sending import run

_lock = threading.Lock()
_stop = threading.Event()
_worker: threading.Thread | None = None

Application = Callable[..., Awaitable[None]]


def start() -> None:
    """Begins the process's one worker; nothing where it runs already, or MAIL_EMBEDDED is off."""
    global _worker
    if _worker is not None or not settings.MAIL_EMBEDDED:
        return
    with _lock:
        if _worker is None:
            _worker = threading.Thread(target=run, args=[_stop], name="mail", daemon=True)
            _worker.start()


def with_mail(application: Application) -> Application:
    """The server's application, with the worker beside it."""

    async def beside(scope: Any, receive: Any, send: Any) -> None:
        start()
        await application(scope, receive, send)

    return beside
