"""manage.py as its own process, with an environment of which nothing leaks in."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds; a busy machine is no failure


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
    return {**kept, "DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1", **more}


def manage(*arguments: str, data: Path, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(data, **env),
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """`manage.py demo` in the background. `said` is what it has printed so far."""

    def __init__(self, data: Path, *arguments: str, port: int | None = None, **env: str) -> None:
        self.port = port or free_port()
        self.out = data.with_name(f"{data.name}-{self.port}.out")
        self.data = data
        with self.out.open("w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(self.port), "--data", str(data), *arguments],
                cwd=ROOT,
                env=environment(data.parent / "settings", **env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.out.read_text(encoding="utf-8")

    def ready(self) -> "Demo":
        """Waits until it has printed its last account."""
        return self.until("coordinator")

    def until(self, words: str) -> "Demo":
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            if words in self.said:
                return self
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"the demo never said {words!r}:\n{self.said}")

    def stop(self, signal: int = 15) -> int:
        """Sends the signal and gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
