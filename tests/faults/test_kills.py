"""kill -9 wherever it hurts: what was acknowledged is there, once, and every page shows the same."""

import asyncio
import http.client
import uuid
from contextlib import suppress

import pytest

from tests.faults.checking import faults
from tests.faults.people import Page, Writer, post
from tests.faults.storm import storm


@pytest.mark.parametrize("place", ["insert", "doorbell", "reply"])
def test_killed_at_the_worst_moment_the_same_key_stores_once(base, serve, play, place):
    server = serve()

    async def story():
        writer = Writer(base, lambda: server)
        pages = [Page(base, lambda: server, one) for one in range(3)]
        await asyncio.gather(*(page.ready() for page in pages))
        await writer.say(1, "Before it happened.")
        (base.folder / "die_at").write_text(place, encoding="ascii")
        key = uuid.uuid4()
        with suppress(OSError, http.client.HTTPException):
            status = await asyncio.to_thread(post, server, base.cookies[2], base.thread, "In the middle of it.", key)
            pytest.fail(f"the process should have died, not answered {status}")
        assert await asyncio.to_thread(server.process.wait, 10) == -9
        server.start()
        await writer.say(2, "In the middle of it.", key=key)
        await writer.say(3, "And afterwards.")
        for page in pages:
            await page.until(4)
        assert faults(base, writer, pages) == []
        for page in pages:
            await page.leave()

    play(story())


def test_random_kills_lose_nothing_and_double_nothing(base, several, play):
    """The short form; `python -m tests.faults --long` is the long one."""
    play(storm(base, several(), kills=2, messages=80, clients=5))
