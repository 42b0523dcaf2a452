"""Doorbells lost, doubled and late; Redis gone, back, empty. The rows are the message: everybody hears everything."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import cycle

from tests.faults.checking import faults
from tests.faults.own_redis import OwnRedis
from tests.faults.people import Page, Writer
from tests.serving import Base, Server


async def everybody_hears(
    base: Base, servers: list[Server], meanwhile: Callable[[int], Awaitable[None]], *, lines: int = 30, people: int = 4
) -> None:
    """Lines are said at one process after the other and read at each; `meanwhile` hurts something in between."""
    turns = cycle(servers)
    writer = Writer(base, lambda: next(turns))
    pages = [Page(base, lambda one=one: servers[one % len(servers)], one) for one in range(people)]
    await asyncio.gather(*(page.ready() for page in pages))
    for number in range(lines):
        await writer.say(number, f"Line {number} of a long afternoon.")
        await meanwhile(number)
    await asyncio.gather(*(page.until(lines + 1) for page in pages))
    assert faults(base, writer, pages) == []
    assert [page.twice for page in pages] == [0] * people
    for page in pages:
        await page.leave()


async def nothing(number: int) -> None:
    await asyncio.sleep(0)


def test_half_of_the_doorbells_lost_others_twice_or_late(base, several, play):
    play(everybody_hears(base, several(DJANGO_SETTINGS_MODULE="tests.faults.settings"), nothing))


async def redis_stopped(base: Base, servers: list[Server], redis: OwnRedis, seconds: float) -> None:
    """Stopped in the middle of a conversation, and back with nothing in its memory."""
    gone = 0.0

    async def hurt(number: int) -> None:
        nonlocal gone
        if number == 8:
            gone = time.monotonic()
            await asyncio.to_thread(redis.stop)
        if number == 20:
            await asyncio.sleep(max(0.0, gone + seconds - time.monotonic()))
            await asyncio.to_thread(redis.start)

    await everybody_hears(base, servers, hurt)


def test_redis_stopped_for_a_while_and_started_empty(base, several, play, own_redis):
    servers = several(REDIS_URL=own_redis.url, HEAL_EVERY="1")
    play(redis_stopped(base, servers, own_redis, seconds=3))
    for one in servers:
        assert "of a long afternoon" not in one.said()


async def redis_emptied(base: Base, servers: list[Server], redis: OwnRedis, *, lines: int = 30) -> None:
    async def hurt(number: int) -> None:
        if number % 10 == 5:
            await asyncio.to_thread(redis.flush)

    await everybody_hears(base, servers, hurt, lines=lines)


def test_redis_emptied_leaves_nobody_deaf(base, several, play, own_redis):
    """Without healing: whoever is deaf afterwards stays deaf."""
    play(redis_emptied(base, several(REDIS_URL=own_redis.url, HEAL_EVERY="600"), own_redis))


async def redis_back(base: Base, servers: list[Server], redis: OwnRedis) -> None:
    """Its doorbells are heard again, by all processes, without healing."""
    turns = cycle(servers)
    writer, pages = Writer(base, lambda: next(turns)), [Page(base, lambda at=one: at) for one in servers]
    await asyncio.gather(*(page.ready() for page in pages))
    await asyncio.to_thread(redis.stop)
    await writer.say(1, "Nobody rings now.")
    await asyncio.to_thread(redis.start)
    began, number = time.monotonic(), 0
    while min(page.last for page in pages) < 2 + number and time.monotonic() - began < 20:
        number += 1
        await writer.say(number, f"Line {number} of a long afternoon.")
        await asyncio.sleep(0.5)
    await asyncio.gather(*(page.until(2 + number, 5) for page in pages))
    assert faults(base, writer, pages) == []
    for page in pages:
        await page.leave()


def test_after_redis_is_back_its_doorbells_are_heard_again(base, several, play, own_redis):
    play(redis_back(base, several(REDIS_URL=own_redis.url, HEAL_EVERY="600"), own_redis))
