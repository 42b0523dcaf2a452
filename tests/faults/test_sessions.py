"""Live sessions, with processes that die, lines that are half open, and rooms that close on what is under way."""

import asyncio
import json
import random
import uuid
from dataclasses import dataclass

import pytest

from bench.crowd import Crowd
from tests.faults.checking import events_of, faults
from tests.faults.people import Page, Writer, ask, post
from tests.serving import Base

ADVICE = "Just stop your methotrexate, you do not need it."
MEMBERS = 24  # so that each says one line: a person's lines are 15 seconds apart


@dataclass(frozen=True)
class Session:
    id: str
    nurse: str  # her Cookie header

    def lead(self, server, **form: str) -> int:
        return ask(server, self.nurse, f"/sessions/{self.id}/lead/", form)[0]


@pytest.fixture
def session(base: Base) -> Session:
    """It runs, with two dozen places taken and nobody there; the base's conversation is its room."""
    nurse = base.nurse()
    return Session(base.session(MEMBERS), nurse)


def test_a_restart_in_mid_session_loses_nothing_and_shuts_nobody_out(base, several, play, session):
    servers = several()

    async def story():
        server = lambda: random.choice(servers)  # noqa: E731
        writer = Writer(base, server)
        nurse, *pages = Page(base, server, cookie=session.nurse), *(Page(base, server, one) for one in range(4))
        await asyncio.gather(*(page.in_room("open") for page in pages))
        lines = asyncio.gather(*(writer.say(one, f"Line {one} of this evening.") for one in range(MEMBERS)))
        await asyncio.sleep(0.3)
        for one in servers:
            one.kill()
            await asyncio.to_thread(one.start)
        await lines
        for page in (nurse, *pages):
            await page.until(MEMBERS)
            await page.in_room("open")
        assert faults(base, writer, [nurse, *pages]) == []
        for page in (nurse, *pages):
            await page.leave()

    play(story())


def test_a_session_closed_while_twenty_lines_are_in_flight_loses_none(base, several, play, session):
    """Each line is published, returned to its author, or refused with the words still on the page."""
    servers = several()

    async def story():
        server = lambda: random.choice(servers)  # noqa: E731
        nurse, page = Page(base, server, cookie=session.nurse), Page(base, server, MEMBERS - 1)
        await page.in_room("open")
        keys = [uuid.uuid4() for _ in range(20)]
        words = [f"Line {one}. {ADVICE if one % 3 == 0 else 'My hands are cold.'}" for one in range(20)]

        async def say(one: int) -> int:
            await asyncio.sleep(random.random() * 0.8)
            return await asyncio.to_thread(post, server(), base.cookies[one], base.thread, words[one], keys[one])

        async def close() -> int:
            await asyncio.sleep(0.4)
            return await asyncio.to_thread(session.lead, server(), act="close")

        closed, *statuses = await asyncio.gather(close(), *(say(one) for one in range(20)))
        assert closed == 302
        assert set(statuses) <= {201, 409}, statuses
        rows = base.rows("SELECT client_key, state, words FROM moderation_submission WHERE place = 'reply'")
        kept = {str(uuid.UUID(str(key))): (state, said) for key, state, said in rows}
        for key, status, said in zip(keys, statuses, words, strict=True):
            assert (str(key) in kept) == (status == 201)
            if status == 201:
                assert kept[str(key)] == ("returned" if ADVICE in said else "published", said)
        events = events_of(base)
        assert [one[0] for one in events] == list(range(1, len(events) + 1))
        assert [one[1] for one in events] == ["published"] * (len(events) - 1) + ["closed"]
        await asyncio.wait_for(asyncio.gather(nurse.task, page.task), 10)
        assert (nurse.codes[-1], page.codes[-1]) == (4410, 4410)
        assert page.shown == nurse.shown == events
        assert len(events) - 1 == sum(state == "published" for state, _said in kept.values())

    play(story())


def test_a_nurse_whose_line_is_half_open_counts_as_gone_and_the_next_one_opens_the_room(base, serve, play, session):
    server = serve(QUICK_ROOMS="1")

    async def story():
        path = f"/ws/threads/{base.thread}/"
        crowd = Crowd(server.port, path, thread=base.thread, cookies=[session.nurse])
        page = Page(base, lambda: server)
        await crowd.join(1, after=0)
        await page.in_room("open")
        assert await asyncio.to_thread(post, server, base.cookies[1], base.thread, "Good evening.", uuid.uuid4()) == 201
        crowd.listeners[0].transport.pause_reading()  # the connection stands, and nobody is there
        await page.in_room("waits")
        key = uuid.uuid4()
        assert await asyncio.to_thread(post, server, base.cookies[2], base.thread, "Is anybody there?", key) == 201
        await page.in_room("read_only")
        answer = {"body": "Hello?", "client_key": str(uuid.uuid4())}
        status, said = await asyncio.to_thread(ask, server, base.cookies[3], f"/threads/{base.thread}/reply/", answer)
        assert (status, json.loads(said)["error"]) == (409, "RoomShut")
        back = Page(base, lambda: server, cookie=session.nurse)
        await page.in_room("open")
        assert await asyncio.to_thread(post, server, base.cookies[4], base.thread, "There she is.", uuid.uuid4()) == 201
        await page.until(2)
        assert [kind for _seq, kind, _post in page.shown] == ["published"] * 2
        assert base.rows("SELECT count(*) FROM moderation_submission WHERE state = 'waiting'") == [(1,)]
        crowd.listeners[0].transport.close()
        for one in (page, back):
            await one.leave()

    play(story())


def test_two_nurses_who_rule_on_one_line_at_once_decide_it_once(base, several, play, session):
    """At two processes where the run has them; each line is published once or returned, as one ruling says."""
    servers = several()
    both = [session.nurse, base.nurse("Omar")]

    async def story():
        pages = [Page(base, lambda: random.choice(servers), cookie=one) for one in (*both, base.cookies[MEMBERS - 1])]
        await asyncio.gather(*(page.in_room("open") for page in pages))

        async def rule(nurse: int, held: str) -> int:
            outcome = {"outcome": "returned", "reason": "Ask us."} if nurse else {"outcome": "published"}
            form, server = {"submission": held, **outcome}, servers[nurse % len(servers)]
            return (await asyncio.to_thread(ask, server, both[nurse], f"/sessions/{session.id}/panel/", form))[0]

        for one in range(6):
            words, key = f"Line {one}. {ADVICE}", uuid.uuid4()
            assert await asyncio.to_thread(post, servers[0], base.cookies[one], base.thread, words, key) == 201
            held = str(uuid.UUID(str(base.rows("SELECT id FROM moderation_submission WHERE state = 'waiting'")[0][0])))
            order = (0, 1) if one % 2 else (1, 0)
            assert await asyncio.gather(*(rule(nurse, held) for nurse in order)) == [302, 302]
        rows = base.rows("SELECT state FROM moderation_submission WHERE place = 'reply'")
        assert sorted({state for (state,) in rows}) <= ["published", "returned"]
        assert base.rows("SELECT count(*) FROM moderation_ruling WHERE decider_id IS NOT NULL") == [(6,)]
        released = [state for (state,) in rows].count("published")
        for page in pages:
            await page.until(released)
            assert page.shown == events_of(base)
            await page.leave()
        assert [kind for _seq, kind, _post in events_of(base)] == ["published"] * released

    play(story())


def test_who_is_sent_away_at_one_process_is_let_go_by_the_other(base, two, play, session):
    here, there = two(HEAL_EVERY="600")
    hers = base.rows("SELECT id FROM people_person WHERE email = 'person1@seed.example'")[0][0]

    async def story():
        nurse = Page(base, lambda: here, cookie=session.nurse)
        leaving, staying = Page(base, lambda: there, 0), Page(base, lambda: there, 1)
        await asyncio.gather(leaving.in_room("open"), staying.in_room("open"))
        assert await asyncio.to_thread(session.lead, here, act="remove", person=str(hers)) == 302
        await asyncio.wait_for(leaving.task, 5)
        assert leaving.codes == [4403]
        said = await asyncio.to_thread(post, there, base.cookies[0], base.thread, "I am back.", uuid.uuid4())
        assert said == 409
        names = lambda: {one["name"] for one in staying.room["present"]}  # noqa: E731
        assert {"Nina", "Member 2"} <= names()
        async with asyncio.timeout(10):
            while "Member 1" in names():
                await asyncio.sleep(0.05)
        for page in (nurse, staying):
            await page.leave()

    play(story())


def test_the_room_is_the_same_at_both_processes(base, two, play, session):
    here, there = two(HEAL_EVERY="600")

    async def story():
        nurse, page = Page(base, lambda: here, cookie=session.nurse), Page(base, lambda: there)
        await page.in_room("open", 5)
        for act, state in (("pause", "paused"), ("resume", "open")):
            assert await asyncio.to_thread(session.lead, here, act=act) == 302
            await page.in_room(state, 2)
        for one in (nurse, page):
            await one.leave()

    play(story())
