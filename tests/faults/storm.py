"""Many people write and read while processes are killed at random."""

import asyncio
import random
import time
from itertools import cycle

from tests.faults.checking import events_of, faults
from tests.faults.people import Page, Writer
from tests.serving import Base, Server


async def storm(base: Base, servers: list[Server], *, kills: int, messages: int, clients: int) -> str:
    """What became of it. Each client keeps a page open at one process, and writes for several members at any."""
    turns, began = cycle(servers), time.monotonic()
    writer = Writer(base, lambda: next(turns))
    pages = [Page(base, lambda one=one: servers[one % len(servers)], one) for one in range(clients)]
    left = iter(range(messages))

    async def write(one: int) -> None:
        for number in left:
            await writer.say(
                one + clients * random.randrange(10_000), f"Line {number} of a long afternoon.", within=600
            )

    async def kill() -> None:
        for done in range(1, kills + 1):
            share = messages * done / (kills + 1)
            while len(writer.acknowledged) < share + random.uniform(-0.3, 0.3) * messages / (kills + 1):
                await asyncio.sleep(0.01)
            server = random.choice(servers)
            server.kill()
            await asyncio.to_thread(server.start)

    await asyncio.gather(kill(), *(write(one) for one in range(clients)))
    head = len(events_of(base))
    await asyncio.gather(*(page.until(head, 60) for page in pages))
    assert faults(base, writer, pages) == []
    assert len(writer.acknowledged) == messages
    for page in pages:
        await page.leave()
    back, twice = sum(len(page.codes) for page in pages), sum(page.twice for page in pages)
    seconds = time.monotonic() - began
    return (
        f"{kills} kills in {seconds:.0f} s, {messages} acknowledged after {writer.tries} tries, none lost or double, "
        f"{clients} pages alike, which came back {back} times; {twice} events twice on the wire"
    )
