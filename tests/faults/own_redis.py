"""A Redis of the test's own: it may be stopped, emptied, started again and listened to."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.serving import free_port


class OwnRedis:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        keep_nothing = ["--save", "", "--dir", str(self.folder)]
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", *keep_nothing]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < until, "redis-server did not start"
            time.sleep(0.02)

    def _answers(self) -> bool:
        with self.talk() as there, contextlib.suppress(redis.RedisError):
            return bool(there.ping())
        return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def talk(self) -> "contextlib.closing[redis.Redis]":
        return contextlib.closing(redis.Redis(port=self.port))

    def flush(self) -> None:
        with self.talk() as there:
            there.flushall()

    @contextmanager
    def listening(self) -> Iterator[list[str]]:
        """Every command that reaches this Redis, whole, as its own MONITOR tells."""
        heard: list[str] = []

        def listen(monitor: redis.client.Monitor) -> None:
            for command in monitor.listen():
                if "the test is over" in command["command"]:
                    return
                heard.append(command["command"])

        with self.talk() as there, there.monitor() as monitor:
            ear = threading.Thread(target=listen, args=[monitor])
            ear.start()
            yield heard
            with self.talk() as other:
                other.echo("the test is over")
            ear.join(20)
