"""Live sessions under load: a room of 14 and a hall of 1,000, with a nurse who releases held lines.

    python -m bench.rooms [--database postgres://... --redis redis://... --processes 2] [--out FILE]

A hall is a session whose places were given past the sign-up: a session's capacity ends at 14 on purpose, and what the
thousand show is the machinery's room. The server is on core 0, several processes share it, so that what a second one
costs is seen at the same processor; the crowd is on core 1. A held line's time runs from the nurse's POST to its
arrival at the last reader. Exit 1 when an aim is missed.
"""

# ruff: noqa: T201  (it prints its figures)
import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.crowd import Crowd, now
from bench.live import PINNED, memory, percentile, spent
from tests.faults.people import ask
from tests.serving import Base, Server

ADVICE = "Honestly, just stop your methotrexate, you do not need it."
ROOMS = {"room of 14": (14, 0.9), "hall of 1,000": (1000, 5.0)}  # members; lines a second, within slow mode
BETWEEN = 16  # seconds: a person's lines are 15 apart
RELEASES = 20
AIM_MS = 1000


class Halls(Crowd):
    """One crowd over several server processes: listeners and speakers take turns among them."""

    def __init__(self, servers: list[Server], thread: str, cookies: list[str]) -> None:
        super().__init__(servers[0].port, f"/ws/threads/{thread}/", thread=thread, cookies=cookies)
        self.crowds = [self] + [Crowd(one.port, self.path, thread=thread, cookies=cookies) for one in servers[1:]]
        for other in self.crowds[1:]:
            other.said = self.said
            for speaker in other.speakers:
                self.free.put_nowait(speaker)

    async def join(self, count: int, after: int = 0) -> tuple[float, int]:
        began = now()
        turns = [self.crowds[place % len(self.crowds)] for place in range(count)]
        first = [Crowd.listener(crowd, place, after) for place, crowd in enumerate(turns)]
        self.listeners = list(await asyncio.gather(*first))
        ready = await asyncio.gather(*(one.ready for one in self.listeners))
        return now() - began, ready.count(False)


async def arrived(crowd: Crowd, numbers: range) -> None:
    """Until every listener has every one of these lines."""
    if not await crowd.said.settle(numbers, len(crowd.listeners), 20):
        raise RuntimeError("not everybody has every line")


async def released(crowd: Crowd, base: Base, server: Server, session: str, place: int) -> float:
    """One line that waits, and the milliseconds from its release to its last reader."""
    number = await crowd.say(place, ADVICE)
    held = str(base.rows("SELECT id FROM moderation_submission WHERE state = 'waiting'")[0][0])
    form = {"submission": held, "outcome": "published"}
    crowd.said.at[number] = now()
    status, _said = await asyncio.to_thread(ask, server, crowd.cookies[0], f"/sessions/{session}/panel/", form)
    if status != 302:
        raise RuntimeError(f"a release was answered with {status}")
    await arrived(crowd, range(number, number + 1))
    return 1000 * crowd.said.last[number]


async def measured(base: Base, servers: list[Server], nurse: str, members: int, rate: float) -> dict[str, Any]:
    session = base.session(members)
    crowd = Halls(servers, base.thread, [nurse, *base.cookies[:members]])
    joined, refused = await crowd.join(members + 1)
    await arrived(crowd, await crowd.steadily(rate, 3))  # what a process does once is not measured
    await asyncio.sleep(BETWEEN)
    pids = [one.process.pid for one in servers]
    cpu, began = sum(map(spent, pids)), now()
    numbers = await crowd.steadily(rate, 30)
    cpu = (sum(map(spent, pids)) - cpu) / (now() - began)
    await arrived(crowd, numbers)
    await asyncio.sleep(BETWEEN)
    times = []
    for turn in range(RELEASES):
        times.append(await released(crowd, base, servers[0], session, 1 + turn % members))
        await asyncio.sleep(BETWEEN if (turn + 1) % members == 0 else 0.3)
    last = [1000 * crowd.said.last[one] for one in numbers]
    for one in crowd.listeners:
        one.transport.close()
    return {
        "join_s": round(joined, 1), "refused": refused, "lines": len(last),
        "last_p50_ms": round(percentile(last, 0.5)), "last_p99_ms": round(percentile(last, 0.99)),
        "cpu_pct": round(100 * cpu), "memory_mb": round(sum(map(memory, pids))),
        "released_p50_ms": round(percentile(times, 0.5)), "released_worst_ms": round(max(times)),
        "http": dict(crowd.statuses),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", help="a PostgreSQL server; default: SQLite")
    parser.add_argument("--redis", default="")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", help="also as JSON")
    asked = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    told, missed = {}, False
    for name, (members, rate) in ROOMS.items():
        with tempfile.TemporaryDirectory() as folder:
            base = Base(Path(folder), postgres=asked.database, people=members, written=1)
            nurse = base.nurse()
            shared = {"REDIS_URL": asked.redis, "PROCESSES": str(asked.processes)} if asked.redis else {}
            servers = [Server(base, prefix=tuple(PINNED), **shared).start() for _ in range(asked.processes)]
            try:
                told[name] = asyncio.run(measured(base, servers, nurse, members, rate))
            finally:
                for one in servers:
                    one.stop()
                base.drop()
        held = told[name]["released_worst_ms"] <= AIM_MS and set(told[name]["http"]) == {201}
        missed = missed or not held
        print(f"{name}: {json.dumps(told[name])}\n{'holds' if held else 'FAILS':6} released lines within {AIM_MS} ms")
    if asked.out:
        Path(asked.out).write_text(json.dumps(told, indent=1), encoding="ascii")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
