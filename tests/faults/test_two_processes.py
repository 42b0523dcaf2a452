"""Two processes on PostgreSQL and Redis: what is said at one is heard at the other, and either may go away."""

import asyncio
import time

from tests.faults.checking import events_of, faults
from tests.faults.people import Page, Writer, ask
from tests.serving import Base, Server


def test_what_is_said_at_one_is_heard_at_the_other_at_once(base, two, play):
    here, there = two(HEAL_EVERY="600")

    async def story():
        writer, page = Writer(base, lambda: here), Page(base, lambda: there)
        await page.ready()
        waits = []
        for number in range(10):
            await writer.say(number, f"Line {number} of a long afternoon.")
            said = time.monotonic()
            await page.until(2 + number, 5)
            waits.append(time.monotonic() - said)
        assert sorted(waits)[5] < 0.5, waits
        assert faults(base, writer, [page]) == []
        await page.leave()

    play(story())


def test_who_logs_out_or_loses_a_right_at_one_is_let_go_by_the_other(base, two, play):
    here, there = two(HEAL_EVERY="600")
    base.nurse()
    suspend = """
from people.models import Person
from people.verbs import suspend
who = Person.objects.with_roles().get
suspend(person=who(email="person2@seed.example"), by=who(email="nina@seed.example"), reason="a pause")
"""

    async def story():
        leaving, paused, staying = (Page(base, lambda: there, one) for one in range(3))
        await asyncio.gather(*(page.ready() for page in (leaving, paused, staying)))
        status, _said = await asyncio.to_thread(ask, here, base.cookies[0], "/accounts/logout/", {})
        assert status in {200, 302}
        await asyncio.wait_for(leaving.task, 5)
        assert leaving.codes == [4401]
        await asyncio.to_thread(base.manage, "shell", "-v", "0", "-c", suspend)
        await asyncio.wait_for(paused.task, 5)
        assert (paused.codes, staying.codes) == ([4403], [])
        await staying.leave()

    play(story())


async def in_turn(base: Base, two: list[Server], end: str, rounds: int = 1) -> str:
    """Each of both is stopped or killed, and started again, while six read and two write at whichever is up."""
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
    for server in two * rounds:
        await asyncio.sleep(1)
        if end == "kill":
            await asyncio.to_thread(server.kill)  # those who wrote and read there find out by themselves
            up.discard(server)
        else:
            up.discard(server)
            assert await asyncio.to_thread(server.stop) == 0
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)
        up.add(server)
    done.set()
    await asyncio.gather(*writing)
    head = len(events_of(base))
    await asyncio.gather(*(page.until(head) for page in pages))
    writers[0].acknowledged |= writers[1].acknowledged
    assert faults(base, writers[0], pages) == []
    assert {code for page in pages for code in page.codes} == {1006 if end == "kill" else 1012}
    for page in pages:
        await page.leave()
    return f"{head - 1} lines, {sum(len(page.codes) for page in pages)} times somebody came back"


def test_two_processes_are_restarted_in_turn_and_nobody_misses_a_line(base, two, play):
    play(in_turn(base, two(HEAL_EVERY="600"), "stop"))


def test_two_processes_are_killed_in_turn_and_nobody_misses_a_line(base, two, play):
    play(in_turn(base, two(HEAL_EVERY="600"), "kill"))
