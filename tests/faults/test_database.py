"""A database that is locked, or whose disk is full: nothing acknowledged is lost, those who read go on reading."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from tests.faults.checking import faults
from tests.faults.people import Page, Writer, ask
from tests.serving import POSTGRES, Base, Server

# To root every file is open, unless it gives that up.
NO_OVERRIDE = ("--bounding-set", "-dac_override", "--inh-caps", "-dac_override")
WITHOUT_ROOTS_RIGHT = ("setpriv", *NO_OVERRIDE, "--") if os.geteuid() == 0 else ()


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


async def locked(base: Base, server: Server, seconds: float) -> None:
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


async def nothing_is_written(base: Base, server: Server, stop: Callable[[], None], go_on: Callable[[], None]) -> None:
    """Between `stop` and `go_on` no word is acknowledged, and who reads goes on; afterwards the words arrive."""
    writer, page = Writer(base, lambda: server), Page(base, lambda: server)
    await page.ready()
    await writer.say(1, "While there is room.")
    await page.until(2)
    stop()
    full = asyncio.ensure_future(writer.say(2, "When there is none."))
    await asyncio.sleep(1.5)
    assert not full.done()
    assert page.connected.is_set()
    late = Page(base, lambda: server, 3)  # reading goes on
    await late.until(2)
    status, said = await asyncio.to_thread(ask, server, base.cookies[4], f"/threads/{base.thread}/")
    assert (status, "While there is room." in said) == (200, True)
    go_on()
    await full
    await asyncio.gather(page.until(3), late.until(3))
    assert faults(base, writer, [page, late]) == []
    assert page.codes == late.codes == []
    for one in (page, late):
        await one.leave()


@pytest.mark.skipif(bool(POSTGRES), reason="the disk of a database server is not ours")
def test_a_full_disk_acknowledges_nothing_and_gets_over_it(base, serve, play):
    server = serve()

    def limit(size: str) -> None:
        subprocess.run(["prlimit", "--pid", str(server.process.pid), f"--fsize={size}:unlimited"], check=True)

    play(nothing_is_written(base, server, lambda: limit("1"), lambda: limit("unlimited")))


def test_a_database_that_takes_no_writing_acknowledges_nothing_and_gets_over_it(base, serve, play):
    """A file without the right to write; on PostgreSQL a server that was made read-only."""
    server = serve(prefix=() if base.postgres else WITHOUT_ROOTS_RIGHT)

    def allow(writing: bool) -> None:
        if base.postgres:
            base.admin(f"ALTER DATABASE {base.name} SET default_transaction_read_only = {'off' if writing else 'on'}")
            return
        for file in base.folder.glob("db.sqlite3*"):
            file.chmod(0o644 if writing else 0o444)

    play(nothing_is_written(base, server, lambda: allow(False), lambda: allow(True)))
