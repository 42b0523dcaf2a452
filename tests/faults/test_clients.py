"""What people and networks do: clicked twice, two tabs, away for long, all at once, gone without a word."""

import asyncio
import time
import uuid

import psutil

from bench.crowd import Crowd
from tests.faults.checking import faults
from tests.faults.people import Page, Writer, post
from tests.serving import Base, Server


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


MORE_EVENTS = """
INSERT INTO forum_event (thread_id, seq, kind, at)
WITH RECURSIVE more (seq) AS (SELECT 5 UNION ALL SELECT seq + 1 FROM more WHERE seq < {})
SELECT event.thread_id, more.seq, 'shown', event.at FROM forum_event AS event, more WHERE event.seq = 1
"""


async def away_for(base: Base, server: Server, events: int) -> str:
    """Who missed more than is caught up event by event loads the page again, and then misses nothing."""
    writer, page = Writer(base, lambda: server), Page(base, lambda: server)
    await page.until(1)
    await page.leave()
    for number in range(3):
        await writer.say(number, f"Line {number} of a long afternoon.")
    base.change(MORE_EVENTS.format(events))
    base.change(f"UPDATE forum_thread SET head_seq = {events}")  # noqa: S608
    back = Page(base, lambda: server, after=1)
    await back.until(events)
    await writer.say(4, "And good evening.")
    await back.until(events + 1)
    assert [one[0] for one in back.shown] == list(range(events + 2 - len(back.shown), events + 2))
    await back.leave()
    return f"{events - 1} events missed, {back.loaded} times loaded again, {len(back.shown)} heard one by one"


def test_who_missed_hundreds_of_events_hears_each_of_them(base, serve, play):
    assert play(away_for(base, serve(), 900)) == "899 events missed, 0 times loaded again, 900 heard one by one"


def test_who_missed_more_than_a_thousand_events_loads_the_page_again(base, serve, play):
    assert play(away_for(base, serve(), 1200)) == "1199 events missed, 1 times loaded again, 1 heard one by one"


def test_the_same_key_a_day_later_is_still_the_same_words(base, serve, play):
    server = serve()

    async def story():
        writer, page = Writer(base, lambda: server), Page(base, lambda: server)
        await page.ready()
        key = await writer.say(1, "Good morning.")
        yesterday = "written_at - interval '1 day'" if base.postgres else "datetime(written_at, '-1 day')"
        base.change(f"UPDATE moderation_submission SET written_at = {yesterday}")  # noqa: S608
        await writer.say(1, "Good morning.", key=key)
        await writer.say(2, "And good evening.")
        await page.until(3)
        assert faults(base, writer, [page]) == []
        await page.leave()

    play(story())


async def joins(base: Base, server: Server, count: int) -> str:
    """All at once: nobody is refused, and all of them hear the next line."""
    crowd = Crowd(server.port, f"/ws/threads/{base.thread}/", thread=base.thread, cookies=base.cookies)
    seconds, refused = await crowd.join(count, after=0)
    await crowd.say(3)
    heard = await crowd.said.settle(range(1, 2), count, 20)
    await leave(crowd)
    assert (refused, heard) == (0, True), f"{refused} refused; all heard: {heard}"
    return f"the last is in after {seconds:.1f} s"


def test_many_joins_at_once_are_all_let_in(base, serve, play):
    play(joins(base, serve(), 200))


async def half_open(base: Base, server: Server) -> str:
    """The other end is gone without a word: no ping is answered, nothing is read, and the line does not break."""
    crowd = Crowd(server.port, f"/ws/threads/{base.thread}/", thread=base.thread, cookies=base.cookies)
    await crowd.join(3, after=0)
    writer, page = Writer(base, lambda: server), Page(base, lambda: server, 4)
    await page.ready()
    for one in crowd.listeners:
        one.transport.pause_reading()
    began = time.monotonic()
    while links(server) > 1:
        await asyncio.sleep(0.2)
    took = time.monotonic() - began
    await writer.say(5, "Without them.")
    await page.until(2)
    assert faults(base, writer, [page]) == []
    assert page.codes == []
    await page.leave()
    await leave(crowd)
    return f"let go after {took:.0f} s"


async def leave(crowd: Crowd) -> None:
    for one in crowd.listeners:
        one.transport.close()
    for speaker in crowd.speakers:
        if speaker.streams:
            speaker.streams[1].close()
    await asyncio.sleep(0.1)


def links(server: Server) -> int:
    there = psutil.Process(server.process.pid).net_connections()
    return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == server.port for one in there)


def test_half_open_lines_are_let_go_and_disturb_nobody(base, play):
    server = Server(base, flags=("--ping-interval", "1", "--ping-timeout", "2")).start()
    try:
        play(half_open(base, server))
    finally:
        server.stop()
