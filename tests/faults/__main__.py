"""The long form of the failure tests, as a table: the stories of these tests, with more of everything.

    python -m tests.faults --long [--kills 50] [--messages 10000] [--clients 20] [--only WORDS]

On SQLite with doorbells in memory; with DATABASE_URL and REDIS_URL on two processes that share those.
"""

# ruff: noqa: T201  (it prints its table)
import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.faults.own_redis import OwnRedis
from tests.faults.storm import storm
from tests.faults.test_clients import away_for, half_open, joins
from tests.faults.test_database import locked
from tests.faults.test_doorbells import everybody_hears, nothing, redis_emptied, redis_stopped
from tests.faults.test_two_processes import in_turn
from tests.serving import POSTGRES, REDIS, Base, Server

SHARED = bool(POSTGRES and REDIS)
ENGINE = "PostgreSQL + Redis" if SHARED else "SQLite"


class Scene:
    """A database of its own, and the processes that a story asks for."""

    def __init__(self, seeded: Base, folder: Path) -> None:
        folder.mkdir()
        self.base, self.folder = seeded.copy(folder), folder
        self.running: list[Server | OwnRedis] = []

    def servers(self, **env: str) -> list[Server]:
        """Two on PostgreSQL and Redis, one on SQLite."""
        for _ in range(2 if SHARED else 1):
            more = {**REDIS, "PROCESSES": "2"} if SHARED else {}
            server = Server(self.base, application="tests.faults.shim:application", **(more | env))
            self.running.append(server.start())
        return [one for one in self.running if isinstance(one, Server)]

    def redis(self) -> OwnRedis:
        self.running.append(made := OwnRedis(self.folder))
        return made

    def end(self) -> None:
        for one in reversed(self.running):
            one.stop()
        self.base.drop()


async def redis_away(scene: Scene) -> None:
    redis = scene.redis()
    await redis_stopped(scene.base, scene.servers(REDIS_URL=redis.url), redis, 30)


async def redis_forgets(scene: Scene) -> None:
    redis = scene.redis()
    await redis_emptied(scene.base, scene.servers(REDIS_URL=redis.url, HEAL_EVERY="600"), redis, lines=200)


def doorbells_lost(scene: Scene) -> Awaitable[object]:
    servers = scene.servers(DJANGO_SETTINGS_MODULE="tests.faults.settings")
    return everybody_hears(scene.base, servers, nothing, lines=300, people=10)


# What each tells is shown beside it; one that does not hold raises.
STORIES: dict[str, Callable[[Scene, argparse.Namespace], Awaitable[object]]] = {
    "kill -9 at random moments": lambda scene, asked: storm(
        scene.base, scene.servers(), kills=asked.kills, messages=asked.messages, clients=asked.clients
    ),
    "half of 300 doorbells lost, others twice or late": lambda scene, asked: doorbells_lost(scene),
    "Redis stopped for 30 s, started empty": lambda scene, asked: redis_away(scene),
    "Redis emptied 20 times, no healing": lambda scene, asked: redis_forgets(scene),
    "database locked for 25 s": lambda scene, asked: locked(scene.base, scene.servers()[0], 25),
    "a client away for 900 events": lambda scene, asked: away_for(scene.base, scene.servers()[0], 900),
    "a client away for 5,000 events": lambda scene, asked: away_for(scene.base, scene.servers()[0], 5_000),
    "1,000 joins at once": lambda scene, asked: joins(scene.base, scene.servers()[0], 1_000),
    "half-open lines": lambda scene, asked: half_open(scene.base, scene.servers()[0]),
}
OF_TWO: dict[str, Callable[[Scene, argparse.Namespace], Awaitable[object]]] = {
    "two processes restarted in turn, 5 times": lambda scene, asked: in_turn(scene.base, scene.servers(), "stop", 5),
    "two processes killed in turn, 5 times": lambda scene, asked: in_turn(scene.base, scene.servers(), "kill", 5),
}


def told(story: Callable[[], Awaitable[object]]) -> tuple[bool, str]:
    """Does it hold, and what it says."""

    async def whole() -> object:
        return await story()

    began = time.monotonic()
    try:
        said = asyncio.run(whole())
    except (AssertionError, TimeoutError) as error:
        return False, f"{type(error).__name__} {error}".replace("\n", " ")[:300]
    return True, f"{time.monotonic() - began:.0f} s" + (f"; {said}" if said else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", required=True, help="it takes ten minutes")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--only", default="", help="the stories whose names hold these words")
    asked = parser.parse_args()
    wanted = {name: story for name, story in (STORIES | (OF_TWO if SHARED else {})).items() if asked.only in name}
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        people = max(1000, asked.messages // 20)  # nobody may write more than 60 in five minutes
        seeded = Base(Path(folder) / "seeded", postgres=POSTGRES if SHARED else "", people=people)
        for name, story in wanted.items():
            scene = Scene(seeded, Path(folder) / name.replace(" ", "-"))
            try:
                holds, said = told(lambda story=story, scene=scene: story(scene, asked))
            finally:
                scene.end()
            failed += not holds
            print(f"{'holds' if holds else 'FAILS'}  {ENGINE:18}  {name:48}  {said}", flush=True)
        seeded.drop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
