"""`manage.py demo` as a person starts it: a process of its own, an empty folder, a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-word-for-the-browser"
STARTS_WITHIN = 90  # seconds; a demo makes its community first, and the machine may be busy


class Demo:
    """A running demo. `url` is its first page."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "demo.log"
        self.url = f"http://127.0.0.1:{_free_port()}"
        # Nothing of the surrounding environment decides what the demo is.
        ours = ("MODE", "DATABASE_URL", "REDIS_URL", "DATA_DIR", "PORT", "DJANGO_SETTINGS_MODULE")
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        command = [sys.executable, "manage.py", "demo", "--port", self.url.rpartition(":")[2], "--data", str(folder)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment | {"DEMO_PASSWORD": PASSWORD}, stdout=log, stderr=subprocess.STDOUT
            )

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):  # noqa: S310  our own address
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        self.stop()
        raise AssertionError(f"The demo did not start:\n{self.said()}")

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> int:
        """As Ctrl+C and a service manager do; its exit status."""
        self._process.terminate()
        try:
            return self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
