"""Doorbells lost, doubled and late; Redis gone, back, empty. The rows are the message: everybody hears everything."""

import asyncio
import time

import pytest

from tests.faults.checking import faults
from tests.faults.people import Page, Writer


async def everybody_hears(base, server, meanwhile, *, lines: int = 30) -> None:
    """Three people read while lines are said; `meanwhile` hurts something in between."""
    writer = Writer(base, lambda: server)
    pages = [Page(base, lambda: server, one) for one in range(3)]
    await asyncio.gather(*(page.ready() for page in pages))
    for number in range(lines):
        await writer.say(number, f"Line {number} of a long afternoon.")
        await meanwhile(number)
    await asyncio.gather(*(page.until(lines + 1) for page in pages))
    assert faults(base, writer, pages) == []
    assert [page.twice for page in pages] == [0, 0, 0]
    for page in pages:
        await page.leave()


async def nothing(number: int) -> None:
    await asyncio.sleep(0)


def test_half_of_the_doorbells_lost_others_twice_or_late(base, serve, play):
    server = serve(DJANGO_SETTINGS_MODULE="tests.faults.settings")
    play(everybody_hears(base, server, nothing))


def test_the_same_over_redis(base, serve, play, own_redis):
    server = serve(DJANGO_SETTINGS_MODULE="tests.faults.settings", REDIS_URL=own_redis.url)
    play(everybody_hears(base, server, nothing))


def test_redis_stopped_for_a_while_and_started_empty(base, serve, play, own_redis):
    server = serve(REDIS_URL=own_redis.url, HEAL_EVERY="1")

    async def hurt(number):
        if number == 8:
            await asyncio.to_thread(own_redis.stop)
        if number == 20:
            await asyncio.to_thread(own_redis.start)

    play(everybody_hears(base, server, hurt))
    assert "Line 1" not in server.said()


def test_redis_emptied_leaves_nobody_deaf(base, serve, play, own_redis):
    server = serve(REDIS_URL=own_redis.url, HEAL_EVERY="600")

    async def hurt(number):
        if number == 10:
            await asyncio.to_thread(own_redis.flush)

    play(everybody_hears(base, server, hurt))


@pytest.mark.parametrize("healing", ["600"])
def test_after_redis_is_back_its_doorbells_are_heard_again(base, serve, play, own_redis, healing):
    server = serve(REDIS_URL=own_redis.url, HEAL_EVERY=healing)

    async def story():
        writer, page = Writer(base, lambda: server), Page(base, lambda: server)
        await page.ready()
        await asyncio.to_thread(own_redis.stop)
        await writer.say(1, "Nobody rings now.")
        await asyncio.to_thread(own_redis.start)
        began, number = time.monotonic(), 0
        while page.last < 2 + number and time.monotonic() - began < 20:
            number += 1
            await writer.say(number, f"Line {number} of a long afternoon.")
            await asyncio.sleep(0.5)
        await page.until(2 + number, 5)
        assert faults(base, writer, [page]) == []
        await page.leave()

    play(story())
