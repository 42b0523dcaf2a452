"""Open conversations under load, beside the plain Channels chat on the same Daphne, in one run.

    python -m bench.live [--clients 1000] [--layers memory,redis,pubsub] [--database postgres://...] [--out FILE]

One server process on core 0, the crowd on core 1. Milliseconds belong to the machine; carry the ratios.
"""

# ruff: noqa: T201  (it prints its figures)
import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from bench.crowd import Crowd, Listener, now
from tests.serving import ROOT, Base, Server, endpoint, environment, free_port

PINNED = ["taskset", "-c", "0"]
LONG = "We walked slowly around the pond and sat down on the bench by the church. "


def percentile(values: list[float], share: float) -> float:
    found = sorted(values)
    return found[min(len(found) - 1, round(share * (len(found) - 1)))] if found else float("nan")


def spent(pid: int) -> float:
    return float(sum(psutil.Process(pid).cpu_times()[:2]))


def memory(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss / 2**20)


async def room(crowd: Crowd, pid: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Join, steady talk, burst: the same for ours and for the plain chat."""
    joined, refused = await crowd.join(asked.clients)
    await asyncio.sleep(2)
    present = sum(one.open for one in crowd.listeners)
    await crowd.steadily(asked.rate, 2)
    await asyncio.sleep(1)
    cpu, began = spent(pid), now()
    numbers = await crowd.steadily(asked.rate, asked.seconds)
    cpu = (spent(pid) - cpu) / (now() - began)
    whole = await crowd.said.settle(numbers, present, 40)
    last = [crowd.said.last[one] for one in numbers]
    heard = sum(crowd.said.heard[one] for one in numbers)
    wanted = len(numbers) * present
    await asyncio.sleep(1)
    first, began, cpu_before = crowd.number + 1, now(), spent(pid)
    await asyncio.gather(*(crowd.say(place * 3) for place in range(asked.burst)))
    burst = range(first, crowd.number + 1)
    all_of_it = await crowd.said.settle(burst, present, 60)
    took = now() - began
    return {
        "join_s": round(joined, 1),
        "refused": refused,
        "last_p50_ms": round(1000 * percentile(last, 0.5)),
        "last_p99_ms": round(1000 * percentile(last, 0.99)),
        "lost_pct": round(100 * (1 - heard / wanted), 2),
        "whole": whole,
        "cpu_pct": round(100 * cpu),
        "burst_s": round(took, 2),
        "burst_whole": all_of_it,
        "burst_cpu_pct": round(100 * (spent(pid) - cpu_before) / took),
        "deliveries_s": round(sum(crowd.said.heard[one] for one in burst) / took),
        "rss_mb": round(memory(pid)),
    }


async def away(crowd: Crowd) -> int:
    """A member leaves, ten lines are said, the member comes back: how many of the ten arrive."""
    gone = crowd.listeners[-1]
    head = gone.head
    gone.transport.close()
    for place in range(10):
        await crowd.say(place)
    await asyncio.sleep(0.5)
    back: Listener = await crowd.listener(len(crowd.listeners) - 1, after=head)
    await back.ready
    await asyncio.sleep(2)
    back.transport.close()
    return back.lines


async def stalled(crowd: Crowd, pid: int, readers: int = 5) -> dict[str, Any]:
    """Readers that ask for 220 long posts and never read: memory of each, and seconds until they are cut off."""
    head = max(one.head for one in crowd.listeners)
    for place in range(220):
        await crowd.say(place * 5, LONG * 130)
    warm = await crowd.listener(0, after=head)
    await warm.ready
    await asyncio.sleep(3)
    warm.transport.close()
    await asyncio.sleep(2)
    before, most, began = memory(pid), 0.0, now()
    ports = set()
    for place in range(readers):
        one = await crowd.listener(place + 20, after=head)
        await one.ready
        one.transport.pause_reading()
        ports.add(one.transport.get_extra_info("sockname")[1])
    while ports & _connected(pid) and now() - began < 45:
        await asyncio.sleep(0.25)
        most = max(most, memory(pid) - before)
    return {"stalled_mb_each": round(most / readers, 2), "cut_off_s": round(now() - began, 1)}


def _connected(pid: int) -> set[int]:
    """The ports at the other end of the process's connections."""
    links = psutil.Process(pid).net_connections()
    return {one.raddr.port for one in links if one.raddr and one.status == psutil.CONN_ESTABLISHED}


@contextmanager
def plain(layer: str) -> Iterator[tuple[int, int]]:
    """Port and process of the plain chat."""
    port = free_port()
    command = [*PINNED, sys.executable, "-m", "daphne", "-e", endpoint(port), "-v", "0"]
    patient = ["--websocket_connect_timeout", "60"]
    process = subprocess.Popen(
        [*command, *patient, "bench.plain:application"],
        cwd=ROOT,
        env=environment(LAYER=layer),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError):
                asyncio.run(_knock(port))
                break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


async def _knock(port: int) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


def ours(folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    base = Base(folder, postgres=asked.database, people=asked.clients, written=4)
    server = Server(base, **({"REDIS_URL": asked.redis} if asked.redis else {}))
    server.prefix = PINNED
    server.start()
    try:
        return asyncio.run(_ours(base, server, asked))
    finally:
        server.stop()
        if said := server.said():
            print(said[-2000:], file=sys.stderr)
        base.drop()


async def _ours(base: Base, server: Server, asked: argparse.Namespace) -> dict[str, Any]:
    pid = server.process.pid
    crowd = Crowd(server.port, f"/ws/threads/{base.thread}/", thread=base.thread, cookies=base.cookies)
    found = await room(crowd, pid, asked)
    found["away_of_10"] = await away(crowd)
    for one in crowd.listeners:
        one.transport.close()
    await asyncio.sleep(2)
    found |= await stalled(crowd, pid)
    return found | {"http": dict(crowd.statuses)}


async def _plain(port: int, pid: int, asked: argparse.Namespace) -> dict[str, Any]:
    return await room(Crowd(port, "/ws/"), pid, asked)


def verdicts(found: dict[str, Any], others: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, bool]]:
    """What was promised, what was measured, and whether it holds."""
    yield "last reader p99 <= 250 ms", f"{found['last_p99_ms']} ms", found["last_p99_ms"] <= 250 and found["whole"]
    yield "CPU of one core <= 50 %", f"{found['cpu_pct']} %", found["cpu_pct"] <= 50
    joins = f"{found['join_s']} s, {found['refused']} refused"
    yield "joins in 30 s, none refused", joins, found["join_s"] <= 30 and not found["refused"]
    if others:
        best = max(one["deliveries_s"] for one in others.values() if one["burst_whole"]) or 1
        ratio = found["deliveries_s"] / best
        yield "burst >= 8 x the best layer", f"{found['deliveries_s']}/s = {ratio:.1f} x", ratio >= 8
    yield "10 of 10 after being away", str(found["away_of_10"]), found["away_of_10"] == 10
    yield "a stalled reader <= 5 MB", f"{found['stalled_mb_each']} MB", found["stalled_mb_each"] <= 5
    cut = found["cut_off_s"]
    yield "and cut off in 35 s", f"{cut} s", cut <= 35


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--burst", type=int, default=100)
    parser.add_argument("--layers", default="memory,redis,pubsub", help="of the plain chat; empty: ours alone")
    parser.add_argument("--database", default="", help="a PostgreSQL server; default: SQLite")
    parser.add_argument("--redis", default="")
    parser.add_argument("--out", help="also as JSON")
    asked = parser.parse_args()
    with suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    others = {}
    for layer in filter(None, asked.layers.split(",")):
        with plain(layer) as (port, pid):
            others[layer] = asyncio.run(_plain(port, pid, asked))
            print(json.dumps({"plain": layer, **others[layer]}), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = ours(Path(folder), asked)
    print(json.dumps({"ours": asked.database or "sqlite", **found}), flush=True)
    held = list(verdicts(found, others))
    for promise, measured, holds in held:
        print(f"{'holds' if holds else 'FAILS':6} {promise:32} {measured}")
    if asked.out:
        Path(asked.out).write_text(json.dumps({"ours": found, "plain": others}, indent=1), encoding="ascii")
    return 0 if all(holds for *_, holds in held) else 1


if __name__ == "__main__":
    sys.exit(main())
