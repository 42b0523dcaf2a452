"""Lines of a room: what passes, what waits, what is refused with its words kept."""

import uuid
from datetime import timedelta

import pytest

from forum.models import Event, Post, SearchEntry
from forum.sessions import LiveSession, Room, Seat
from moderation import gate
from moderation.errors import AlreadyDecided, BadWords, Hurried, Muted, RoomShut
from moderation.gate import submitting
from moderation.gate.rooms import pace_of_room
from moderation.judge import judge
from moderation.models import Ruling, State, Submission
from moderation.screen.types import Kind
from notifications.models import Follow, Mail
from tests.saying import nothing, says
from tests.sessions.conftest import CLOSES, again, minute


def test_a_line_in_the_open_room_is_a_post_at_its_end_and_nowhere_else(room, say, alice):
    line = say(alice)
    assert (line.state, line.post.number, line.post.released) == (State.PUBLISHED, 1, False)
    assert [one.kind for one in room.thread.events.all()] == [Event.Kind.PUBLISHED]
    assert not SearchEntry.objects.exists()
    assert not Follow.objects.exists()
    assert not Mail.objects.exists()
    assert not line.first_words


@pytest.mark.parametrize("when", [minute(7), minute(9.9)])
def test_without_a_clinician_every_line_waits(room, say, alice, when):
    line = say(alice, now=when)
    assert (line.state, line.promised_at) == (State.WAITING, None)
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("when", "state"),
    [(minute(-1), Room.LOBBY), (minute(10), Room.READ_ONLY), (minute(80), Room.READ_ONLY), (CLOSES, Room.CLOSED)],
)
def test_outside_its_hours_and_alone_the_room_takes_no_line(room, say, alice, when, state):
    with pytest.raises(RoomShut) as shut:
        say(alice, now=when)
    assert shut.value.room == state
    assert not Submission.objects.filter(author=alice).exists()


def test_a_clinician_who_speaks_opens_the_room(session, submit, alice, omar, now):
    gate.sign_up(session, by=alice, now=now)
    with pytest.raises(RoomShut):
        submit(alice, session.thread, "Hello?", now=minute(1), screen=nothing)
    assert submit(omar, session.thread, "Good evening.", now=minute(2), screen=nothing).state == State.PUBLISHED
    assert submit(alice, session.thread, "Hello!", now=minute(3), screen=nothing).state == State.PUBLISHED


def test_after_read_only_the_room_is_open_again_when_any_clinician_is_seen(room, say, alice, rhea):
    with pytest.raises(RoomShut):
        say(alice, now=minute(30))
    gate.come(room.thread, rhea, now=minute(31))
    assert say(alice, now=minute(31)).state == State.PUBLISHED


def test_a_pause_lets_clinicians_speak_and_nobody_else(room, say, alice, nina):
    gate.pause_room(room, by=nina, now=minute(6))
    with pytest.raises(RoomShut) as shut:
        say(alice, now=minute(7))
    assert shut.value.room == Room.PAUSED
    assert say(nina, now=minute(7)).state == State.PUBLISHED
    gate.resume_room(room, by=nina, now=minute(8))
    assert say(alice, now=minute(8)).state == State.PUBLISHED


def test_who_is_muted_keeps_words_and_place(room, say, alice, nina):
    gate.mute(room, by=nina, person=alice, now=minute(6))
    with pytest.raises(Muted) as muted:
        say(alice, now=minute(7))
    assert muted.value.until == minute(16)
    gate.come(room.thread, nina, now=minute(15))
    assert say(alice, now=minute(16)).state == State.PUBLISHED
    gate.mute(room, by=nina, person=alice, now=minute(16))
    gate.unmute(room, by=nina, person=alice, now=minute(17))
    assert say(alice, now=minute(17)).state == State.PUBLISHED


def test_a_line_has_a_thousand_characters(room, say, alice):
    assert say(alice, "x" * 1_000).state == State.PUBLISHED
    with pytest.raises(BadWords, match="long_line"):
        say(alice, "x" * 1_001, now=minute(6.9))


# The policy's rows for a room


@pytest.mark.parametrize(
    ("kind", "state", "flag"),
    [
        (Kind.A2, State.PUBLISHED, "panel"),
        (Kind.A3, State.PUBLISHED, "panel"),
        (Kind.A4, State.PUBLISHED, "panel"),
        (Kind.M5, State.PUBLISHED, "panel"),
        (Kind.M6, State.PUBLISHED, "pinned"),
        (Kind.M1, State.WAITING, ""),
        (Kind.R1, State.WAITING, ""),
        (Kind.S, State.WAITING, "alarm"),
    ],
)
def test_with_a_clinician_in_the_room_weak_findings_pass_onto_her_panel(room, say, alice, kind, state, flag):
    line = say(alice, screen=says(kind))
    assert line.state == state
    assert not flag or flag in line.flags


def test_without_her_they_wait_like_all_else(room, say, alice, bob):
    for who, kind in ((alice, Kind.A4), (bob, Kind.M6)):
        assert say(who, screen=says(kind), now=minute(8)).state == State.WAITING


def test_a_mentor_is_screened_as_strictly(room, say, maya):
    assert say(maya, screen=says(Kind.M1)).state == State.WAITING


@pytest.fixture
def meanwhile(monkeypatch):
    """Something that happens while a line is being screened: the room is asked again under the lock."""

    def happens(act):
        def judged(*args, **more):
            act()
            return judge(*args, **more)

        monkeypatch.setattr(submitting, "judge", judged)

    return happens


def test_who_walks_out_while_a_line_is_screened_makes_it_wait(room, say, alice, meanwhile):
    meanwhile(lambda: LiveSession.objects.filter(pk=room.pk).update(nurse_seen_at=minute(3)))
    line = say(alice)
    assert (line.state, line.outcome, line.findings.count()) == (State.WAITING, "W", 0)


def test_a_room_that_shuts_while_a_line_is_screened_refuses_it(room, say, alice, meanwhile):
    meanwhile(lambda: gate.close(room, now=minute(6)))
    with pytest.raises(RoomShut):
        say(alice)
    assert not Submission.objects.filter(author=alice).exists()


def test_who_is_sent_away_while_a_line_is_screened_has_said_nothing(room, say, alice, nina, meanwhile):
    meanwhile(lambda: gate.remove(room, by=nina, person=alice, now=minute(6)))
    with pytest.raises(RoomShut):
        say(alice)
    assert not Submission.objects.filter(author=alice).exists()


def test_who_is_muted_while_a_line_is_screened_keeps_it(room, say, alice, nina, meanwhile):
    meanwhile(lambda: gate.mute(room, by=nina, person=alice, now=minute(6)))
    with pytest.raises(Muted):
        say(alice)


def test_a_line_that_came_in_is_acknowledged_again_after_the_room_has_shut(room, say, alice):
    key = uuid.uuid4()
    line = say(alice, client_key=key)
    gate.close(room, now=minute(7))
    assert say(alice, client_key=key, now=minute(8)) == line
    with pytest.raises(RoomShut):
        say(alice, "Other words.", client_key=key, now=minute(8))


# Pace


def test_between_two_lines_are_fifteen_seconds(room, say, alice, bob, nina):
    say(alice)
    with pytest.raises(Hurried) as hurried:
        say(alice, "And my feet.", now=minute(6) + timedelta(seconds=4))
    assert hurried.value.retry_after == 11
    assert say(bob, now=minute(6) + timedelta(seconds=4)).state == State.PUBLISHED
    assert say(alice, "And my feet.", now=minute(6) + timedelta(seconds=15)).state == State.PUBLISHED
    assert {say(nina, f"Line {one}.").state for one in range(3)} == {State.PUBLISHED}


def test_the_same_line_sent_twice_is_not_too_soon(room, say, alice):
    key = uuid.uuid4()
    assert say(alice, client_key=key) == say(alice, client_key=key, now=minute(6) + timedelta(seconds=1))


def test_a_line_in_the_place_of_one_that_waited_is_not_too_soon(room, say, alice):
    held = say(alice, screen=says(Kind.M1))
    rest = say(alice, "My hands.", replaces=held, now=minute(6) + timedelta(seconds=2))
    assert rest.state == State.PUBLISHED


def test_a_nurse_sets_the_pace(room, say, alice, nina):
    gate.set_slow(room, by=nina, seconds=0, now=minute(6))
    assert {say(alice, f"Line {one}.").state for one in range(3)} == {State.PUBLISHED}
    with pytest.raises(BadWords):
        gate.set_slow(room, by=nina, seconds=121, now=minute(6))


def test_the_room_slows_itself_while_more_than_five_lines_wait(room, say, alice, nina):
    gate.set_slow(room, by=nina, seconds=0, now=minute(6))
    for one in range(6):
        assert not pace_of_room(again(room), minute(6)).crowded
        say(alice, f"Line {one}.", screen=says(Kind.M1))
    assert pace_of_room(again(room), minute(6)) == gate.pace_of_room(again(room), minute(6))
    assert (pace_of_room(again(room), minute(6)).seconds, pace_of_room(again(room), minute(6)).crowded) == (30, True)
    with pytest.raises(Hurried) as hurried:
        say(alice, "One more.", now=minute(6) + timedelta(seconds=20))
    assert hurried.value.retry_after == 10


def test_the_room_slows_itself_while_one_line_has_waited_for_a_minute(room, say, alice):
    say(alice, screen=says(Kind.M1))
    assert not pace_of_room(again(room), minute(7)).crowded
    assert pace_of_room(again(room), minute(7.1)).crowded


# Released


def test_a_held_line_released_in_time_comes_at_the_end_and_says_so(room, say, alice, bob, nina):
    held = say(alice, screen=says(Kind.M1))
    say(bob)
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(9))
    held.refresh_from_db()
    assert (held.post.number, held.post.released, held.post.question) == (2, True, "")


def test_released_later_it_is_a_question_for_after_the_session(room, say, alice, nina):
    held = say(alice, screen=says(Kind.M1))
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(9.1))
    held.refresh_from_db()
    assert (held.post.released, held.post.question) == (True, Post.Question.OPEN)
    assert not Post.objects.questions_for(nina).exists()


def test_a_note_comes_with_the_release_whatever_the_room_is_then(room, say, alice, nina):
    held = say(alice, screen=says(Kind.M1))
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, note="Ask us first.", now=minute(12))
    held.refresh_from_db()
    assert "Ask us first." in held.post.note_html


def test_two_nurses_ruling_one_line_are_told_who_was_first(room, say, alice, nina, omar):
    held = say(alice, screen=says(Kind.M1))
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(7))
    with pytest.raises(AlreadyDecided) as earlier:
        gate.rule(held, nurse=omar, outcome=Ruling.Verb.REFUSED, reason="no", now=minute(7))
    assert earlier.value.ruling.decider == nina
    assert Post.objects.count() == 1


# Changes of one's own line


def test_the_first_line_is_changed_without_a_title_and_the_sessions_stays(room, say, submit, alice):
    line = say(alice)
    submit(alice, line.post, "My feet are cold.", now=minute(6.5), screen=nothing)
    line.post.refresh_from_db()
    assert line.post.text == "My feet are cold."
    assert again(room).title == "Evenings that work"
    gate.withdraw(line.post, by=alice, now=minute(7))
    assert again(room).title == "Evenings that work"


def test_a_change_meets_the_room_as_it_is(room, say, submit, alice):
    line = say(alice)
    assert submit(alice, line.post, "My feet.", now=minute(8), screen=nothing).state == State.WAITING
    with pytest.raises(RoomShut):
        submit(alice, line.post, "My toes.", now=minute(12), screen=nothing)


def test_who_left_the_room_has_no_line_there(room, say, alice):
    gate.leave(room, by=alice, now=minute(6))
    with pytest.raises(RoomShut):
        say(alice)
    assert not Post.objects.exists()
    assert Seat.objects.get(thread=room.thread, person=alice).state == Seat.State.LEFT


def test_while_the_clock_is_set_back_lines_wait_and_none_is_lost(room, say, alice, bob, nina):
    gate.come(room.thread, nina, now=minute(40))
    first = say(alice, "Before.", now=minute(40))
    held = say(bob, "In between.", now=minute(20))  # nobody has seen her at this hour yet
    assert (first.state, held.state) == (State.PUBLISHED, State.WAITING)
    gate.come(room.thread, nina, now=minute(20))
    after = say(alice, "After.", now=minute(20.1))
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(20.2))
    assert [one.text for one in room.thread.posts.order_by("number")] == ["Before.", "After.", "In between."]
    assert after.state == State.PUBLISHED
