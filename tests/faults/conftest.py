"""Processes to be hurt: each test its own database and servers, on PostgreSQL and Redis where the run is on them."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.own_redis import OwnRedis
from tests.serving import POSTGRES, REDIS, Base, Server


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
    if shutil.which("redis-server") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("No redis-server: install it.")
        pytest.skip("no redis-server here")
    running = OwnRedis(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def serve(base: Base) -> Iterator[Callable[..., Server]]:
    """A server with places to die; `DIE_AT` is a file of the test's folder."""
    servers = []

    def start(*, prefix: tuple[str, ...] = (), **more: str) -> Server:
        env = {"DIE_AT": str(base.folder / "die_at"), "HEAL_EVERY": "1", **REDIS, **more}
        servers.append(Server(base, application="tests.faults.shim:application", prefix=prefix, **env))
        return servers[-1].start()

    yield start
    for one in servers:
        one.stop()


@pytest.fixture
def several(serve: Callable[..., Server]) -> Callable[..., list[Server]]:
    """As many processes as the run's engines allow: two on PostgreSQL and Redis, one on SQLite."""

    def start(**more: str) -> list[Server]:
        if POSTGRES and REDIS:
            return [serve(PROCESSES="2", **more) for _ in range(2)]
        return [serve(**more)]

    return start


@pytest.fixture
def two(serve: Callable[..., Server]) -> Callable[..., list[Server]]:
    if not (POSTGRES and REDIS):
        pytest.skip("two processes share PostgreSQL and Redis: DATABASE_URL and REDIS_URL name them")
    return lambda **more: [serve(PROCESSES="2", **more) for _ in range(2)]


@pytest.fixture
def play() -> Callable[..., Any]:
    """Runs a story with pages and writers to its end."""

    def played(story: Any, within: float = 120) -> Any:
        return asyncio.run(asyncio.wait_for(story, within))

    return played
