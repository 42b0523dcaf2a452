"""Many people write and read while the process is killed at random."""

import asyncio
import random
import time
from typing import Any

from tests.faults.checking import events_of, faults
from tests.faults.people import Page, Writer
from tests.serving import Base, Server


async def storm(base: Base, server: Server, *, kills: int, messages: int, clients: int) -> dict[str, Any]:
    """What became of it. Each client keeps a page open and writes, in turn, for several members."""
    writer, began = Writer(base, lambda: server), time.monotonic()
    pages = [Page(base, lambda: server, one) for one in range(clients)]
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
            server.kill()
            await asyncio.to_thread(server.start)

    await asyncio.gather(kill(), *(write(one) for one in range(clients)))
    head = len(events_of(base))
    await asyncio.gather(*(page.until(head, 60) for page in pages))
    found = faults(base, writer, pages)
    for page in pages:
        await page.leave()
    return {
        "kills": kills,
        "acknowledged": len(writer.acknowledged),
        "tries": writer.tries,
        "pages": clients,
        "came back": sum(len(page.codes) for page in pages),
        "twice on the wire": sum(page.twice for page in pages),
        "seconds": round(time.monotonic() - began),
        "faults": found,
    }
