"""Mails about sessions: hours and an address, to those whom it concerns, once, while it is true."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail

from forum.sessions import Seat
from moderation import gate
from notifications.models import Kind, Mail, Wanted
from notifications.rounds import plan as plan_mail
from notifications.sending import work
from notifications.stopping import choose
from tests.conftest import fresh
from tests.sessions.conftest import CLOSES, WALL, again, members, minute

DAY = 24 * 60


@pytest.fixture
def box(settings):
    """`box(alice, moment)`: the bodies of all that came to her until then."""
    settings.SITE_URL = "https://forum.example"

    def letters(person, at):
        work(lambda: at)
        return [one.body for one in django_mail.outbox if one.to == [person.email]]

    return letters


@pytest.fixture
def next_week(plan):
    return plan(opens=WALL + timedelta(days=7), closes=WALL + timedelta(days=7, hours=1)).thread.session


def test_who_has_a_place_is_reminded_a_day_and_an_hour_before(next_week, alice, bob, now, box):
    gate.sign_up(next_week, by=alice, now=now)
    opens = 7 * DAY
    assert [len(box(alice, minute(opens + one))) for one in (-DAY - 1, -DAY, -DAY + 1, -61, -60, -1, 1)] == [
        0, 1, 1, 1, 2, 2, 2,
    ]  # fmt: skip
    first = box(alice, minute(opens))[0]
    assert "Wednesday 18 March, 19:00" in first
    assert "to 20:00" in first
    assert f"https://forum.example/sessions/{next_week.pk}/" in first
    assert "Evenings" not in first
    assert box(bob, minute(opens)) == []


def test_who_takes_a_place_within_the_day_is_reminded_of_the_hour_alone(next_week, alice, box):
    gate.sign_up(next_week, by=alice, now=minute(7 * DAY - 600))
    assert [len(box(alice, minute(7 * DAY + one))) for one in (-599, -61, -60, -30)] == [0, 0, 1, 1]


def test_a_worker_that_was_away_all_day_sends_one_reminder(next_week, alice, now, box):
    gate.sign_up(next_week, by=alice, now=now)
    assert len(box(alice, minute(7 * DAY - 30))) == 1


def test_nobody_is_reminded_of_what_they_gave_back_or_wait_for(next_week, centre, nina, now, box):
    gate.change_session(next_week, by=nina, capacity=1, now=now)
    first, second = members(centre, 2, now)
    gate.sign_up(next_week, by=first, now=now)
    gate.sign_up(next_week, by=second, now=now)
    assert (len(box(first, minute(6 * DAY))), box(second, minute(6 * DAY))) == (1, [])


def test_other_hours_are_told_and_reminded_of_anew(next_week, alice, nina, now, box):
    gate.sign_up(next_week, by=alice, now=now)
    box(alice, minute(6 * DAY))
    later = WALL + timedelta(days=9)
    gate.change_session(next_week, by=nina, opens=later, closes=later + timedelta(hours=1), now=minute(6 * DAY + 1))
    told = box(alice, minute(6 * DAY + 2))
    assert "Friday 20 March, 19:00" in told[-1]
    assert len(box(alice, minute(8 * DAY))) == 3


def test_a_reminder_that_was_planned_for_other_hours_is_not_sent(next_week, alice, nina, now):
    gate.sign_up(next_week, by=alice, now=now)
    plan_mail(minute(6 * DAY))
    later = WALL + timedelta(days=9)
    gate.change_session(next_week, by=nina, opens=later, closes=later + timedelta(hours=1), now=minute(6 * DAY))
    work(lambda: minute(6 * DAY + 1))
    assert list(Mail.objects.filter(recipient=alice, state="sent").values_list("kind", flat=True)) == [Kind.SESSION]


def test_a_cancelled_session_is_told_instead_of_reminded_of(next_week, alice, cora, now, box):
    gate.sign_up(next_week, by=alice, now=now)
    gate.cancel(next_week, by=cora, now=now)
    assert len(box(alice, minute(7 * DAY))) == 1
    assert "does not take place" in box(alice, minute(7 * DAY))[0]


def test_of_several_changes_the_last_is_told(next_week, alice, nina, now, box):
    gate.sign_up(next_week, by=alice, now=now)
    for days in (8, 9):
        opens = WALL + timedelta(days=days)
        gate.change_session(next_week, by=nina, opens=opens, closes=opens + timedelta(hours=1), now=minute(days))
    assert ["Friday 20 March" in one for one in box(alice, minute(20))] == [True]


def test_a_place_that_came_free_is_told_to_who_got_it_while_they_have_it(plan, centre, now, box):
    session = plan(capacity=1).thread.session
    first, second, third = members(centre, 3, now)
    for one in (first, second, third):
        gate.sign_up(session, by=one, now=now)
    gate.sign_off(session, by=first, now=minute(-120))
    gate.sign_off(session, by=second, now=minute(-119))
    assert [len(box(one, minute(-118))) for one in (first, second, third)] == [0, 0, 1]


def test_a_colleague_is_asked_into_the_room_while_it_runs(room, nina, omar, box):
    gate.call_colleague(room, by=nina, now=minute(6))
    letters = box(omar, minute(6))
    assert f"https://forum.example/threads/{room.thread_id}/" in letters[0]
    gate.call_colleague(room, by=nina, now=minute(8))
    gate.close(room, now=minute(9))
    assert len(box(omar, minute(10))) == 1


def test_who_wants_no_mail_gets_none(next_week, alice, now, box):
    choose(alice, Wanted.NONE)
    gate.sign_up(next_week, by=alice, now=now)
    assert box(alice, minute(6 * DAY)) == []


def test_hours_are_told_in_the_readers_language(next_week, alice, now, box):
    alice.language = "nl"
    alice.save()
    gate.sign_up(next_week, by=fresh(alice), now=now)
    assert "woensdag 18 maart om 19:00" in box(alice, minute(6 * DAY))[0]


def test_the_worker_closes_rooms_past_their_hour_and_sends_mail_even_if_it_cannot(room, alice, monkeypatch):
    work(lambda: CLOSES)
    assert again(room).ended_at == CLOSES
    assert Seat.objects.get(thread=room.thread, person=alice).came_at is not None

    def broken(now):
        raise RuntimeError

    monkeypatch.setattr(gate, "keep_time", broken)
    work(lambda: CLOSES)
