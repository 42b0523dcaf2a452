"""The long form of the failure tests, as a table.

    python -m tests.faults --long [--kills 50] [--messages 10000] [--clients 20]

On SQLite, and on PostgreSQL with Redis where DATABASE_URL and REDIS_URL point to servers.
"""

# ruff: noqa: T201  (it prints its table)
import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.crowd import Crowd
from tests.faults.checking import faults
from tests.faults.people import Page, Writer
from tests.faults.storm import storm
from tests.faults.test_database import lock
from tests.serving import Base, Server

Story = Callable[[Base, Server], Awaitable[tuple[bool, str]]]


async def locked_25(base: Base, server: Server) -> tuple[bool, str]:
    """Longer than a request waits: refused, tried again with the same key, stored once."""
    writer, page = Writer(base, lambda: server), Page(base, lambda: server)
    await page.ready()
    holding = await asyncio.to_thread(lock, base, 25)
    await asyncio.gather(*(writer.say(one, f"Line {one} of a long afternoon.") for one in range(6)))
    await asyncio.to_thread(holding.join)
    await page.until(7)
    found = faults(base, writer, [page])
    await page.leave()
    return (
        not found and not page.codes,
        f"{writer.tries} tries for 6 lines; {found or 'no fault'}; page closed {page.codes}",
    )


async def thousand(base: Base, server: Server) -> tuple[bool, str]:
    crowd = Crowd(server.port, f"/ws/threads/{base.thread}/", thread=base.thread, cookies=base.cookies)
    seconds, refused = await crowd.join(1000, after=0)
    await crowd.say(3)
    whole = await crowd.said.settle(range(1, 2), 1000, 20)
    for one in crowd.listeners:
        one.transport.close()
    return not refused and whole, f"{seconds:.1f} s, {refused} refused, the next line heard by all: {whole}"


async def silent_line(base: Base, server: Server) -> tuple[bool, str]:
    """Half-open: the other end is gone without a word, so that no ping is answered."""
    crowd = Crowd(server.port, f"/ws/threads/{base.thread}/", thread=base.thread, cookies=base.cookies)
    await crowd.join(3, after=0)
    for one in crowd.listeners:
        one.transport.pause_reading()
    began = time.monotonic()
    while server_links(server) and time.monotonic() - began < 90:
        await asyncio.sleep(1)
    took = time.monotonic() - began
    return took < 60, f"let go after {took:.0f} s"


def server_links(server: Server) -> int:
    import psutil

    links = psutil.Process(server.process.pid).net_connections()
    return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == server.port for one in links)


def stories(asked: argparse.Namespace) -> Iterator[tuple[str, Story]]:
    async def killed(base: Base, server: Server) -> tuple[bool, str]:
        numbers = {"kills": asked.kills, "messages": asked.messages, "clients": asked.clients}
        told = await storm(base, server, **numbers)
        whole = not told["faults"] and told["acknowledged"] == asked.messages
        return whole, ", ".join(f"{name} {value}" for name, value in told.items())

    yield "kill -9 at random moments", killed
    yield "database locked for 25 s", locked_25
    yield "1,000 joins at once", thousand
    yield "half-open lines", silent_line


@contextmanager
def running(postgres: str, redis: str, people: int) -> Iterator[tuple[Base, Server]]:
    with tempfile.TemporaryDirectory() as folder:
        base = Base(Path(folder), postgres=postgres, people=people)
        env: dict[str, Any] = {"REDIS_URL": redis} if redis else {}
        server = Server(base, **env).start()
        try:
            yield base, server
        finally:
            server.stop()
            base.drop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", required=True, help="it takes minutes")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=20)
    asked = parser.parse_args()
    engines = [("SQLite", "", "")]
    database, redis = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    if database.startswith("postgres") and redis:
        engines.append(("PostgreSQL + Redis", database, redis))
    failed = 0
    for engine, postgres, layer in engines:
        for name, story in stories(asked):
            people = max(1000, asked.messages // 20)  # nobody may write more than 60 in five minutes
            with running(postgres, layer, people) as (base, server):
                holds, told = asyncio.run(story(base, server))
            failed += not holds
            print(f"{'holds' if holds else 'FAILS'}  {engine:20} {name:28} {told}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
