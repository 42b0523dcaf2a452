"""A database that is locked, or whose disk is full: nothing acknowledged is lost, those who read go on reading."""

import asyncio
import contextlib
import sqlite3
import subprocess
import threading
import time

import psycopg
import pytest

from tests.faults.checking import faults
from tests.faults.people import Page, Writer
from tests.serving import Base


def lock(base: Base, seconds: float) -> threading.Thread:
    """Holds what every submission needs, and lets go."""
    held = threading.Event()

    def hold() -> None:
        if base.postgres:
            with psycopg.connect(base.url) as there:
                there.execute("LOCK TABLE forum_thread IN ACCESS EXCLUSIVE MODE")
                held.set()
                time.sleep(seconds)
            return
        with contextlib.closing(sqlite3.connect(base.folder / "db.sqlite3", timeout=30)) as here:
            here.isolation_level = None
            here.execute("BEGIN EXCLUSIVE")
            held.set()
            time.sleep(seconds)
            here.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    return thread


async def locked(base: Base, server, seconds: float) -> None:
    writer = Writer(base, lambda: server)
    pages = [Page(base, lambda: server, one) for one in range(3)]
    await asyncio.gather(*(page.ready() for page in pages))
    holding = await asyncio.to_thread(lock, base, seconds)
    late = Page(base, lambda: server, 5)
    await asyncio.gather(*(writer.say(one, f"Line {one} of a long afternoon.") for one in range(6)))
    await asyncio.to_thread(holding.join)
    await asyncio.gather(*(page.until(7) for page in (*pages, late)))
    assert faults(base, writer, [*pages, late]) == []
    assert [page.codes for page in pages] == [[]] * 3  # nobody was thrown out
    for page in (*pages, late):
        await page.leave()


def test_locked_for_three_seconds(base, serve, play):
    play(locked(base, serve(), 3))


def test_a_full_disk_acknowledges_nothing_and_gets_over_it(base, serve, play):
    if base.postgres:
        pytest.skip("the disk of a database server is not ours")
    server = serve()

    def limit(size: str) -> None:
        subprocess.run(["prlimit", "--pid", str(server.process.pid), f"--fsize={size}:unlimited"], check=True)

    async def story():
        writer, page = Writer(base, lambda: server), Page(base, lambda: server)
        await page.ready()
        await writer.say(1, "While there is room.")
        await page.until(2)
        limit("1")
        full = asyncio.ensure_future(writer.say(2, "When there is none."))
        await asyncio.sleep(1.5)
        assert not full.done()
        assert page.connected.is_set()
        late = Page(base, lambda: server, 3)  # reading goes on
        await late.until(2)
        limit("unlimited")
        await full
        await asyncio.gather(page.until(3), late.until(3))
        assert faults(base, writer, [page, late]) == []
        assert page.codes == late.codes == []
        for one in (page, late):
            await one.leave()

    play(story())
