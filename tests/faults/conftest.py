"""Processes to be hurt: each test its own database and servers; on PostgreSQL where DATABASE_URL points to one."""

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import Base, Server, free_port

POSTGRES = os.environ.get("DATABASE_URL", "") if "postgres" in os.environ.get("DATABASE_URL", "") else ""


class OwnRedis:
    """A Redis of the test's own: it may be stopped, emptied and started again."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder, self.port = program, folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command = [
            self.program,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def flush(self) -> None:
        import redis

        with contextlib.closing(redis.Redis(port=self.port)) as there:
            there.flushall()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    """Made once, copied for each test."""
    made = Base(tmp_path_factory.mktemp("seeded"), postgres=POSTGRES, people=60)
    yield made
    made.drop()


@pytest.fixture
def base(seeded: Base, tmp_path: Path) -> Iterator[Base]:
    copied = seeded.copy(tmp_path)
    yield copied
    copied.drop()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("No redis-server: install it.")
        pytest.skip("no redis-server here")
    running = OwnRedis(program, tmp_path)
    yield running
    running.stop()


@pytest.fixture
def serve(base: Base) -> Iterator[Callable[..., Server]]:
    """A server with places to die; `DIE_AT` is a file of the test's folder."""
    servers = []

    def start(**more: Any) -> Server:
        env = {"DIE_AT": str(base.folder / "die_at"), "HEAL_EVERY": "1", **more}
        servers.append(Server(base, application="tests.faults.shim:application", **env))
        return servers[-1].start()

    yield start
    for one in servers:
        one.stop()


@pytest.fixture
def play() -> Callable[..., Any]:
    """Runs a story with pages and writers to its end."""

    def played(story: Any, within: float = 120) -> Any:
        return asyncio.run(asyncio.wait_for(story, within))

    return played
