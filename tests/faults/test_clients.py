"""What people and networks do: clicked twice, two tabs, away for long, a whole restart in between."""

import asyncio
import os
import uuid

import pytest

from tests.faults.checking import events_of, faults
from tests.faults.people import Page, Writer, post

BOTH = pytest.mark.skipif(
    not (os.environ.get("DATABASE_URL", "").startswith("postgres") and os.environ.get("REDIS_URL")),
    reason="several processes share PostgreSQL and Redis (DATABASE_URL, REDIS_URL)",
)


def test_clicked_twice_and_sent_from_two_tabs_is_one_post(base, serve, play):
    server = serve()

    async def story():
        writer, page = Writer(base, lambda: server), Page(base, lambda: server)
        await page.ready()
        for number in range(5):
            key, words = uuid.uuid4(), f"Line {number} of a long afternoon."
            statuses = await asyncio.gather(
                *(asyncio.to_thread(post, server, base.cookies[number], base.thread, words, key) for _tab in range(4))
            )
            assert set(statuses) == {201}
            writer.acknowledged[key] = words
            await writer.say(number, words, key=key)  # and once more, much later
        await page.until(6)
        assert faults(base, writer, [page]) == []
        await page.leave()

    play(story())


def test_the_same_key_with_other_words_changes_nothing(base, serve, play):
    server = serve()

    async def story():
        writer, key = Writer(base, lambda: server), uuid.uuid4()
        await writer.say(1, "The first words.", key=key)
        assert await asyncio.to_thread(post, server, base.cookies[1], base.thread, "Other words.", key) == 409
        assert await asyncio.to_thread(post, server, base.cookies[2], base.thread, "By somebody else.", key) == 201
        texts = [text for (text,) in base.rows("SELECT text FROM forum_post ORDER BY number")][1:]
        assert texts == ["The first words.", "By somebody else."]

    play(story())


def test_who_was_away_hears_all_of_it_in_order(base, serve, play):
    server = serve()

    async def story():
        writer = Writer(base, lambda: server)
        here, away = Page(base, lambda: server), Page(base, lambda: server, 1)
        await asyncio.gather(here.until(1), away.until(1))
        await away.leave()
        for number in range(10):
            await writer.say(number, f"Line {number} of a long afternoon.")
        back = Page(base, lambda: server, 1, after=away.last)
        await asyncio.gather(here.until(11), back.until(11))
        assert [one[0] for one in back.shown] == list(range(2, 12))
        assert faults(base, writer, [here, back]) == []
        for page in (here, back):
            await page.leave()

    play(story())


@BOTH
def test_two_processes_are_restarted_in_turn_and_nobody_misses_a_line(base, serve, play):
    redis = os.environ["REDIS_URL"]
    two = [serve(REDIS_URL=redis, PROCESSES="2", HEAL_EVERY="600") for _ in range(2)]

    async def story():
        up = set(two)

        def any_up(place: int):
            return lambda: two[place % 2] if two[place % 2] in up else next(iter(up))

        writers = [Writer(base, any_up(place)) for place in range(2)]
        pages = [Page(base, any_up(place), place) for place in range(6)]
        await asyncio.gather(*(page.ready() for page in pages))
        done = asyncio.Event()

        async def write(writer: Writer, first: int) -> None:
            number = first
            while not done.is_set():
                await writer.say(number, f"Line {number} of a long afternoon.")
                number += 2
                await asyncio.sleep(0.1)

        writing = [asyncio.ensure_future(write(one, first)) for first, one in enumerate(writers)]
        for server in two:
            up.discard(server)
            assert await asyncio.to_thread(server.stop) == 0
            await asyncio.sleep(1)
            await asyncio.to_thread(server.start)
            up.add(server)
            await asyncio.sleep(1)
        done.set()
        await asyncio.gather(*writing)
        head = len(events_of(base))
        await asyncio.gather(*(page.until(head) for page in pages))
        writers[0].acknowledged |= writers[1].acknowledged
        assert faults(base, writers[0], pages) == []
        assert {code for page in pages for code in page.codes} == {1012}
        for page in pages:
            await page.leave()

    play(story())
