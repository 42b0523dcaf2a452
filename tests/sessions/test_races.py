"""At once, in real transactions: nobody past capacity, nobody past the close, nobody twice."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.models import Event, Post
from forum.sessions import LiveSession, Seat
from moderation import gate
from moderation.errors import AlreadyDecided, Closed, GateError, Hurried
from moderation.models import Ruling, State, Submission
from moderation.screen.types import Kind
from people import audit
from tests.moderation.test_races import at_once
from tests.saying import nothing, says
from tests.sessions.conftest import again, members, minute

pytestmark = pytest.mark.django_db(transaction=True)


def line(session, author, words="My hands are cold.", **more):
    more = {"client_key": uuid.uuid4(), "now": minute(6), "screen": nothing} | more
    return lambda: gate.submit(author=author, place=session.thread, words=words, **more)


def test_twenty_at_once_for_eight_places(session, centre, now):
    people = members(centre, 20, now)
    seats = at_once(*(lambda one=one: gate.sign_up(session, by=one, now=now) for one in people))
    assert sorted(one.state for one in seats) == ["in"] * 8 + ["in_line"] * 12
    assert Seat.objects.taken().members().filter(thread=session.thread).count() == 8


def test_places_given_back_at_once_go_to_as_many(session, centre, now):
    people = members(centre, 12, now)
    for one in people:
        gate.sign_up(session, by=one, now=now)
    at_once(*(lambda one=one: gate.sign_off(session, by=one, now=now) for one in people[:4]))
    taken = Seat.objects.taken().members().filter(thread=session.thread)
    assert {one.person for one in taken} == set(people[4:])


def test_a_session_closed_while_twenty_lines_are_in_flight_loses_none(session, centre, nina, now):
    """Each line is published, returned to its author, or refused with its words still in their hands."""
    gate.change_session(session, by=nina, capacity=8, now=now)
    people = members(centre, 20, now)
    Seat.objects.bulk_create(Seat(thread=session.thread, person=one, role="patient") for one in people)
    gate.come(session.thread, nina, now=minute(5))
    screens = [nothing if place % 2 else says(Kind.M1) for place in range(20)]
    acts = [line(session, one, f"Line {place}.", screen=screens[place]) for place, one in enumerate(people)]
    close = lambda: gate.close(session, by=nina, now=minute(6) + timedelta(seconds=1))  # noqa: E731
    results = at_once(*acts[:10], close, *acts[10:])
    assert results.pop(10) is True
    for place, result in enumerate(results):
        stored = Submission.objects.filter(author=people[place])
        if isinstance(result, Closed):
            assert not stored.exists()
        else:
            assert isinstance(result, Submission), result
            assert stored.get().state == (State.PUBLISHED if place % 2 else State.RETURNED)
            assert stored.get().words == f"Line {place}."
    events = list(Event.objects.filter(thread=session.thread).order_by("seq"))
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
    assert [one.kind for one in events] == ["published"] * (len(events) - 1) + ["closed"]
    assert Post.objects.filter(thread=session.thread).count() == len(events) - 1
    assert not Submission.objects.waiting().exists()


def test_two_nurses_at_one_line_decide_it_once(room, alice, nina, omar):
    held = line(room, alice, screen=says(Kind.M1))()
    results = at_once(
        lambda: gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(7)),
        lambda: gate.rule(
            Submission.objects.get(pk=held.pk), nurse=omar, outcome=Ruling.Verb.RETURNED, reason="no", now=minute(7)
        ),
    )
    assert sorted(type(one).__name__ for one in results) == ["AlreadyDecided", "Ruling"]
    assert Ruling.objects.filter(decider__isnull=False).count() == 1
    assert (
        Post.objects.count()
        == Submission.objects.filter(state=State.PUBLISHED, thread=room.thread, place="reply").count()
    )


def test_a_nurse_who_rules_while_the_room_closes_and_the_close_agree_on_each_line(room, alice, nina, omar):
    held = line(room, alice, screen=says(Kind.M1))()
    results = at_once(
        lambda: gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(7)),
        lambda: gate.close(room, by=omar, now=minute(7)),
    )
    held.refresh_from_db()
    first = results[0]
    assert (held.state == State.PUBLISHED) == isinstance(first, Ruling)
    assert isinstance(first, Ruling) or (isinstance(first, AlreadyDecided) and held.state == State.RETURNED)


def test_one_person_in_two_windows_keeps_the_pace(room, alice):
    results = at_once(*(line(room, alice, f"Line {one}.") for one in range(4)))
    assert sorted(type(one).__name__ for one in results) == ["Hurried"] * 3 + ["Submission"]
    assert any(isinstance(one, Hurried) for one in results)


def test_one_line_pressed_four_times_is_one(room, alice):
    key = uuid.uuid4()
    results = at_once(*(line(room, alice, client_key=key) for _ in range(4)))
    assert {getattr(one, "pk", one) for one in results} == {Submission.objects.get(author=alice).pk}


def test_who_is_sent_away_in_the_same_moment_has_said_it_before_or_not_at_all(room, alice, nina):
    results = at_once(line(room, alice), lambda: gate.remove(room, by=nina, person=alice, now=minute(6)))
    said = not isinstance(results[0], GateError)
    assert Post.objects.filter(author=alice).exists() == said
    with pytest.raises(GateError):
        line(room, alice, now=minute(7))()


def test_closed_twice_at_once_it_closes_once(room, nina, omar):
    results = at_once(*(lambda one=one: gate.close(room, by=one, now=minute(9)) for one in (nina, omar, None)))
    assert sorted(map(str, results)) == ["False", "False", "True"]
    assert Event.objects.filter(thread=room.thread, kind="closed").count() == 1
    assert not list(audit.faults())


def test_several_processes_agree_on_who_was_seen(room, nina, omar):
    at_once(*(lambda one=one: gate.nurse_seen(room.thread_id, minute(6) + timedelta(seconds=one)) for one in range(8)))
    assert again(room).nurse_seen_at == minute(6) + timedelta(seconds=7)
    assert LiveSession.objects.count() == 1
    assert timezone.now() == minute(10)
