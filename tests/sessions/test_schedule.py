"""A session is planned: facts that can be, words that pass, hours that exist."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from forum.models import Thread
from forum.sessions import LiveSession, Notice, Seat
from moderation import gate
from moderation.errors import AlreadyDecided, BadWords, Closed, NotHere, SameKeyOtherWords
from moderation.models import Ruling, State
from people.models import Act
from tests.conftest import fresh
from tests.sessions.conftest import CLOSES, OPENS, WALL, again, minute, reads, seat_of

ADVICE = "Just stop your methotrexate, you do not need it."


def wall(text):
    return datetime.fromisoformat(text)


def test_a_planned_session_is_announced_with_its_words_at_the_moment_they_pass(plan, alice, nina, stranger):
    planned = plan()
    session = LiveSession.objects.get(thread=planned.thread)
    assert planned.state == State.PUBLISHED
    assert (session.opens_at, session.closes_at) == (OPENS, CLOSES)
    assert session.title == "Evenings that work"
    assert session.thread.kind == Thread.Kind.LIVE
    about = Notice.objects.visible_to(alice).get(session=session)
    assert "We begin with a round." in about.text
    assert LiveSession.objects.visible_to(alice).ahead(minute(0)).get() == session
    assert not LiveSession.objects.visible_to(stranger).exists()
    assert not Notice.objects.visible_to(stranger).exists()
    assert seat_of(session, nina).part == Seat.Part.CLINICIAN


def test_words_that_wait_keep_the_whole_session_from_everybody_but_those_who_schedule(plan, cora, nina, alice, bob):
    planned = plan(by=cora, words=ADVICE)
    session = LiveSession.objects.get(thread=planned.thread)
    assert planned.state == State.WAITING
    assert session.title == ""
    assert not Notice.objects.exists()
    assert not LiveSession.objects.visible_to(alice).exists()
    assert LiveSession.objects.visible_to(cora).exists()
    with pytest.raises(NotHere):
        gate.sign_up(session, by=alice, now=minute(-60))
    gate.rule(planned, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(-50))
    assert again(session).title == "Evenings that work"
    assert LiveSession.objects.visible_to(alice).get().announced_at == minute(-50)


def test_a_ruling_that_announced_a_session_takes_no_note_and_is_not_undone(plan, cora, nina, now):
    planned = plan(by=cora, words=ADVICE)
    with pytest.raises(BadWords, match="note: unknown"):
        gate.rule(planned, nurse=nina, outcome=Ruling.Verb.PUBLISHED, note="Come all.", now=now)
    ruling = gate.rule(planned, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=now)
    with pytest.raises(AlreadyDecided):
        gate.undo(ruling, by=nina, now=now)
    assert Notice.objects.exists()


def test_other_words_about_it_stand_once_they_pass_and_the_old_ones_until_then(session, cora, nina, alice, submit):
    about = gate.NoticeOf(session, Notice.Kind.ABOUT)
    changed = submit(cora, about, ADVICE, title="Evenings without pills", now=minute(-60))
    assert changed.state == State.WAITING
    assert again(session).title == "Evenings that work"
    second = submit(cora, about, "How evenings go.", title="Evenings", now=minute(-50))
    changed.refresh_from_db()
    assert (changed.state, second.state) == (State.REPLACED, State.PUBLISHED)
    assert again(session).title == "Evenings"
    assert Notice.objects.visible_to(alice).get().text == "How evenings go."


@pytest.mark.parametrize("who", ["alice", "maya", "carl", "fien", "their_nurse"])
def test_who_may_not_schedule_plans_nothing(plan, request, who):
    with pytest.raises(NotHere):
        plan(by=request.getfixturevalue(who))
    assert not LiveSession.objects.exists()
    assert not Thread.objects.exists()


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"capacity": 9}, "capacity: alone"),
        ({"capacity": 0}, "capacity: alone"),
        ({"capacity": -1}, "capacity: alone"),
        ({"capacity": 10**9}, "capacity: alone"),
        ({"language": "xx"}, "language: unknown"),
        ({"title": " "}, "title: empty"),
        ({"title": "x" * 121}, "title: too_long"),
        ({"words": "x" * 10_001}, "words: too_long"),
        ({"opens": wall("2026-03-11T09:59"), "closes": wall("2026-03-11T11:00")}, "opens: past"),
        ({"closes": WALL}, "closes: length"),
        ({"closes": WALL - timedelta(hours=1)}, "closes: length"),
        ({"closes": WALL + timedelta(hours=4)}, "closes: length"),
        ({"opens": wall("2028-03-11T19:00"), "closes": wall("2028-03-11T20:00")}, "opens: too_far"),
        ({"opens": wall("9999-12-31T23:59"), "closes": wall("9999-12-31T23:59")}, "opens: too_far"),
    ],
)
def test_facts_that_cannot_be_are_refused_by_name_and_leave_nothing_behind(plan, facts, refused):
    with pytest.raises(BadWords, match=refused):
        plan(**facts)
    assert not LiveSession.objects.exists()
    assert not Thread.objects.exists()


def test_a_hosting_mentor_makes_room_for_fourteen_and_not_for_one_more(plan, maya):
    planned = plan(mentors=[maya], capacity=14)
    assert seat_of(planned.thread.session, maya).part == Seat.Part.MENTOR
    with pytest.raises(BadWords, match="capacity: with_mentor"):
        plan(mentors=[maya], capacity=15)


def test_a_host_rules_and_a_mentor_is_one_and_both_are_of_this_centre(plan, cora, alice, their_nurse, stranger):
    with pytest.raises(BadWords, match="host: unknown"):
        plan(host=cora)
    with pytest.raises(BadWords, match="mentors: unknown"):
        plan(mentors=[alice])
    for facts in ({"host": their_nurse}, {"mentors": [stranger]}):
        with pytest.raises(NotHere):
            plan(**facts)


# Nights in which the clock moves: Brussels skips 2:00 to 3:00 on 29 March and has it twice on 25 October 2026.


@pytest.mark.parametrize(
    ("opens", "closes", "refused"),
    [
        ("2026-03-29T02:30", "2026-03-29T03:30", "opens: nonexistent"),
        ("2026-03-29T01:30", "2026-03-29T02:00", "closes: nonexistent"),
        ("2026-10-25T02:30", "2026-10-25T03:30", "opens: ambiguous"),
        ("2026-10-25T01:30", "2026-10-25T02:59", "closes: ambiguous"),
    ],
)
def test_an_hour_that_the_clock_skips_or_shows_twice_is_refused(plan, opens, closes, refused):
    with pytest.raises(BadWords, match=refused):
        plan(opens=wall(opens), closes=wall(closes))


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        ("2026-03-29T01:30", "2026-03-29T03:30", 1),
        ("2026-10-25T01:30", "2026-10-25T03:00", 2.5),
        ("2026-03-28T19:00", "2026-03-28T20:00", 1),
        ("2026-03-29T03:00", "2026-03-29T04:00", 1),
    ],
)
def test_a_session_over_such_a_night_lasts_as_long_as_it_lasts(plan, opens, closes, hours):
    session = plan(opens=wall(opens), closes=wall(closes)).thread.session
    assert session.closes_at - session.opens_at == timedelta(hours=hours)


def test_the_hours_are_those_of_the_centre(plan, centre, nina):
    centre.time_zone = "Atlantic/Azores"
    centre.save()
    assert plan(by=fresh(nina), host=fresh(nina)).thread.session.opens_at == datetime(2026, 3, 11, 20, 0, tzinfo=UTC)


def test_the_same_key_plans_once_and_other_facts_under_it_are_told(plan):
    key = uuid.uuid4()
    assert plan(client_key=key) == plan(client_key=key)
    with pytest.raises(SameKeyOtherWords):
        plan(client_key=key, capacity=7)
    assert LiveSession.objects.count() == Thread.objects.count() == 1


# Changed, cancelled


def test_other_hours_are_kept_and_told_to_all_who_have_a_place_or_wait(session, cora, alice, told, now):
    gate.sign_up(session, by=alice, now=now)
    gate.change_session(session, by=cora, opens=WALL + timedelta(hours=1), closes=WALL + timedelta(hours=2), now=now)
    assert again(session).opens_at == OPENS + timedelta(hours=1)
    assert ("session_changed", alice.pk) in told
    assert Act.objects.get(verb="session_changed").actor == str(cora.pk)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"opens": wall("2026-10-25T02:30")}, "opens: ambiguous"),
        ({"opens": wall("2026-03-11T20:29")}, "closes: length"),
        ({"closes": wall("2026-03-11T23:00")}, "closes: length"),
        ({"capacity": 9}, "capacity: alone"),
    ],
)
def test_a_change_to_facts_that_cannot_be_changes_nothing(session, nina, now, facts, refused):
    with pytest.raises(BadWords, match=refused):
        gate.change_session(session, by=nina, now=now, **facts)
    assert (again(session).opens_at, again(session).closes_at) == (OPENS, CLOSES)


def test_a_running_session_may_close_later_and_not_open_anew(room, nina):
    gate.change_session(room, by=nina, closes=WALL + timedelta(hours=2), now=minute(80))
    assert again(room).closes_at == minute(120)
    with pytest.raises(BadWords, match="opens: past"):
        gate.change_session(room, by=nina, opens=WALL + timedelta(minutes=20), now=minute(10))
    with pytest.raises(BadWords, match="closes: past"):
        gate.change_session(room, by=nina, closes=WALL + timedelta(minutes=30), now=minute(40))


def test_nobody_is_put_out_by_a_smaller_room(room, nina, now):
    with pytest.raises(BadWords, match="capacity: taken"):
        gate.change_session(room, by=nina, capacity=2, now=now)
    gate.change_session(room, by=nina, capacity=3, now=now)


def test_a_mentor_who_hosts_no_more_has_no_seat_any_more(plan, maya, carl, nina, now):
    session = plan(mentors=[maya], capacity=8).thread.session
    assert reads(maya, session.thread)
    gate.change_session(session, by=nina, mentors=[], now=now)
    assert not reads(maya, session.thread)


def test_a_cancelled_session_is_over_for_all_and_told(session, cora, alice, told, now):
    gate.sign_up(session, by=alice, now=now)
    gate.cancel(session, by=cora, now=now)
    assert not LiveSession.objects.visible_to(alice).ahead(now).exists()
    assert ("session_changed", alice.pk) in told
    for verb in (gate.sign_up, gate.cancel, gate.change_session):
        with pytest.raises(Closed):
            verb(session, by=cora, now=now)


def test_a_session_that_has_begun_is_not_cancelled(room, cora):
    with pytest.raises(Closed):
        gate.cancel(room, by=cora, now=minute(6))


@pytest.mark.parametrize("who", ["alice", "maya", "carl", "their_nurse"])
def test_who_may_not_schedule_changes_and_cancels_nothing(session, request, who, now):
    for verb in (gate.cancel, gate.change_session):
        with pytest.raises(NotHere):
            verb(session, by=request.getfixturevalue(who), now=now)
    assert again(session).cancelled_at is None
