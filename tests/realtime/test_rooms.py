"""Rooms of live sessions on the wire: what a room is, who is there, and who is out at once."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from forum.sessions import LiveSession, Seat
from moderation import gate, signals
from moderation.models import State
from moderation.screen.types import Kind
from people.models import Person
from realtime import hub
from realtime.rooms import report
from tests.realtime.site import session_of
from tests.saying import nothing, says
from tests.sessions.conftest import seat_of


@pytest.fixture
def session(site, board, nina: Person, alice: Person, bob: Person) -> LiveSession:
    """It opened a minute ago; Alice and Bob have places, and nobody has come yet."""
    now = timezone.now()
    planned = site.do(
        gate.schedule, by=nina, board=board, language="en", host=nina, capacity=8, opens=now - timedelta(minutes=1),
        closes=now + timedelta(minutes=59), title="Evenings", words="How we get through one.",
        client_key=uuid.uuid4(), now=now - timedelta(days=1),
    )  # fmt: skip
    made = LiveSession.objects.select_related("thread__board").get(thread=planned.thread)
    for one in (alice, bob):
        site.do(gate.sign_up, made, by=one)
    return made


def room(ear: Any, **wanted: Any) -> dict[str, Any]:
    """The next frame about the room that says this."""
    while True:
        frame: dict[str, Any] = ear.frame()
        if frame.get("op") == "room" and all(frame[name] == value for name, value in wanted.items()):
            return frame


def test_the_room_opens_for_all_pages_when_a_clinician_comes(site, session, alice, nina):
    page = site.listen(alice, session.thread)
    first = room(page, state="lobby")
    assert set(first) == {"op", "state", "version", "slow", "crowded", "present"}
    site.listen(nina, session.thread)
    both = [{"name": "Alice", "role": "patient"}, {"name": "Nina", "role": "nurse"}]
    frame = room(page, state="open", present=both)
    assert (frame["slow"], frame["crowded"]) == (15, False)


def test_who_comes_later_is_told_at_once(site, session, alice, bob, nina):
    page = site.listen(nina, session.thread)
    room(page, state="open")
    assert room(site.listen(bob, session.thread), state="open")


def test_what_is_led_is_told_without_its_words(site, session, alice, nina):
    page = site.listen(alice, session.thread)
    site.listen(nina, session.thread)
    before = room(page, state="open")["version"]
    site.do(gate.pause_room, session, by=nina)
    assert room(page, state="paused")["version"] > before
    site.do(gate.resume_room, session, by=nina)
    room(page, state="open")
    site.do(gate.set_slow, session, by=nina, seconds=40)
    assert room(page, slow=40)


def test_who_is_sent_away_loses_every_socket_and_hears_nothing_more(site, session, say, alice, bob, nina):
    site.listen(nina, session.thread)
    page = site.listen(bob, session.thread)
    room(page, state="open")
    site.do(gate.remove, session, by=nina, person=bob)
    assert page.code(within=5) == 4403
    again = site.connect(f"/ws/threads/{session.thread_id}/", session=session_of(bob))
    assert again.code() == 4403


def test_a_lost_doorbell_keeps_nobody_in_who_was_sent_away(site, session, bob, nina):
    page = site.listen(bob, session.thread)
    Seat.objects.filter(thread=session.thread_id, person=bob).update(state=Seat.State.REMOVED)  # nobody rings
    assert page.code(within=8) == 4403


def test_lines_reach_those_in_the_room_and_closing_hangs_up(site, session, say, alice, bob, nina):
    site.listen(nina, session.thread)
    page = site.listen(bob, session.thread)
    room(page, state="open")
    said = say(alice, session.thread, "My hands are cold.")
    while (frame := page.frame()).get("op") == "room":
        pass
    assert (frame["kind"], frame["post"]) == ("published", str(said.post_id))
    site.do(gate.close, session, by=nina)
    assert page.code() == 4410


def test_a_held_line_reaches_nobody_and_slows_nobody_yet(site, session, say, alice, bob, nina):
    site.listen(nina, session.thread)
    page = site.listen(bob, session.thread)
    room(page, state="open")
    assert say(alice, session.thread, "Stop it.", screen=says(Kind.M1)).state == State.WAITING
    said = say(bob, session.thread, "My hands.", screen=nothing)
    while (frame := page.frame()).get("op") in {"room", "mine"}:
        pass
    assert (frame["seq"], frame["post"]) == (1, str(said.post_id))


def test_a_thread_of_a_board_has_no_room(site, thread, alice):
    page = site.listen(alice, thread)
    assert page.silent(hub.ROOMS_EVERY + 0.5)


# Who is there


def test_who_answers_is_reported_and_who_is_silent_is_not(site, session, alice, nina, monkeypatch):
    """A half-open line is open for the server, and says nothing."""
    site.listen(alice, session.thread)
    nurse = site.listen(nina, session.thread)
    _until(lambda: seat_of(session, nina).seen_at is not None)
    _run(site, "_report")
    LiveSession.objects.update(nurse_seen_at=None)
    Seat.objects.update(seen_at=None)
    _age(site, nina, 60)
    _run(site, "_report")
    session.refresh_from_db()
    assert session.nurse_seen_at is None
    assert seat_of(session, nina).seen_at is None
    assert seat_of(session, alice).seen_at is not None
    nurse.ack(0)
    _until(lambda: _run(site, "_report") or LiveSession.objects.get().nurse_seen_at is not None)


def test_all_of_a_process_are_written_in_three_statements(session, alice, bob, nina, django_assert_num_queries):
    now = timezone.now()
    with django_assert_num_queries(3):
        report({(session.thread_id, one.pk) for one in (alice, bob, nina)}, {session.thread_id: now})
    assert {seat_of(session, one).seen_at is not None for one in (alice, bob)} == {True}
    assert seat_of(session, alice).came_at is not None


def test_the_doorbell_of_a_room_holds_its_id_alone(site, session, alice, monkeypatch):
    rung = []
    monkeypatch.setattr("realtime.receivers.ring", rung.append)
    site.do(signals.room_changed.send, sender=LiveSession, thread_id=str(session.thread_id))
    assert rung == [{"type": "room.changed", "thread": str(session.thread_id)}]


def _until(true: Any, within: float = 10) -> None:
    waited = threading.Event()
    for _ in range(int(within / 0.05)):
        if true():
            return
        waited.wait(0.05)
    raise AssertionError("it did not come true")


def _run(site: Any, name: str) -> None:
    site.run(lambda: getattr(hub.hub(), name)())


def _age(site: Any, person: Person, seconds: float) -> None:
    async def older() -> None:
        for socket in hub.hub().people[person.pk]:
            socket.heard_at -= seconds

    site.run(older)
