"""What people do in the room: each act of those who lead is on record, and everybody's quiet ones are not."""

from datetime import timedelta

import pytest

from forum.models import Event, Post
from forum.sessions import LiveSession, Notice, SameHere, Seat
from moderation import gate
from moderation.errors import BadWords, Closed, NotHere, OwnWords, RoomShut
from moderation.models import Ruling, State
from moderation.panel import panel
from moderation.screen.types import Kind
from moderation.signals import room_changed
from people import audit
from people.models import Act
from people.signals import access_changed
from tests.conftest import fresh
from tests.saying import says
from tests.sessions.conftest import again, minute, seat_of

LEADING = {
    "take_over": {},
    "pause_room": {},
    "resume_room": {},
    "set_slow": {"seconds": 20},
    "pin": {"post": None},
    "mute": {"person": "bob"},
    "unmute": {"person": "bob"},
    "remove": {"person": "bob"},
    "readmit": {"person": "bob"},
    "private_word": {"person": "bob"},
    "call_colleague": {},
    "close": {},
}


def act(verb, session, by, given, **more):
    return getattr(gate, verb)(session, by=by, **given, **{"now": minute(8)} | more)


@pytest.mark.parametrize("verb", LEADING)
def test_each_act_of_a_clinician_is_in_the_chain_and_nobody_elses_happens(room, verb, request):
    people = {name: request.getfixturevalue(name) for name in ("alice", "bob", "maya", "cora", "omar", "their_nurse")}
    given = {name: people.get(one, one) for name, one in LEADING[verb].items()}
    for who in ("alice", "maya", "cora", "their_nurse"):
        with pytest.raises(NotHere):
            act(verb, room, people[who], given)
    before = Act.objects.count()
    act(verb, room, people["omar"], given)
    assert Act.objects.count() == before + 1
    made = Act.objects.latest("id")
    assert (made.actor, made.subject) == (str(people["omar"].pk), f"session:{room.pk}")
    assert not list(audit.faults())


@pytest.mark.parametrize("verb", sorted(set(LEADING) - {"close"}))
def test_nothing_is_led_any_more_once_it_is_over(room, verb, nina, bob):
    gate.close(room, by=nina, now=minute(7))
    given = {name: bob if one == "bob" else one for name, one in LEADING[verb].items()}
    if verb in {"mute", "unmute", "remove", "readmit"}:  # of use for who reads the transcript
        act(verb, room, nina, given)
    else:
        with pytest.raises(Closed):
            act(verb, room, nina, given)


def test_anybody_of_the_care_team_takes_over(room, rhea):
    gate.take_over(room, by=rhea, now=minute(20))
    assert (again(room).host, again(room).nurse_seen_at) == (rhea, minute(20))


def test_no_clinician_is_muted_or_sent_away(room, nina, omar):
    gate.come(room.thread, omar, now=minute(6))
    for verb in (gate.mute, gate.remove):
        with pytest.raises(NotHere):
            verb(room, by=nina, person=omar, now=minute(7))


def test_who_is_sent_away_is_asked_again_at_every_socket(room, nina, bob, django_capture_on_commit_callbacks):
    heard = []

    def listen(person_id, **_):
        heard.append(person_id)

    access_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        gate.remove(room, by=nina, person=bob, now=minute(7))
    access_changed.disconnect(listen)
    assert heard == [str(bob.pk)]


def test_open_pages_hear_that_something_around_the_lines_changed(room, nina, alice, django_capture_on_commit_callbacks):
    heard = []

    def listen(thread_id, **_):
        heard.append(thread_id)

    room_changed.connect(listen)
    before = again(room).version
    with django_capture_on_commit_callbacks(execute=True):
        gate.raise_hand(room, by=alice, now=minute(7))
        gate.pause_room(room, by=nina, now=minute(7))
    room_changed.disconnect(listen)
    assert heard == [str(room.thread_id)] * 2
    assert again(room).version == before + 2


def test_a_question_is_pinned_and_only_one_that_stands_here(room, nina, say, alice, thread, post):
    line = say(alice)
    gate.pin(room, by=nina, post=line.post, now=minute(7))
    assert again(room).pinned == line.post
    with pytest.raises(NotHere):
        gate.pin(room, by=nina, post=post, now=minute(7))
    gate.withdraw(line.post, by=alice, now=minute(7))
    with pytest.raises(NotHere):
        gate.pin(room, by=nina, post=line.post, now=minute(7))
    gate.pin(room, by=nina, post=None, now=minute(7))
    assert again(room).pinned is None


def test_a_colleague_is_called_by_name_of_nobody_but_the_care_team(room, nina, omar, rhea, told, their_nurse):
    assert gate.call_colleague(room, by=nina, now=minute(7)) == 2
    assert sorted(told, key=str) == sorted((("colleague_called", one.pk) for one in (omar, rhea)), key=str)


# Notices


def test_the_point_in_hand_is_said_by_those_who_lead(plan, submit, maya, alice, bob, nina, now):
    session = plan(mentors=[maya]).thread.session
    gate.sign_up(session, by=alice, now=now)
    agenda = gate.NoticeOf(session, Notice.Kind.AGENDA)
    for who in (maya, nina):
        assert submit(who, agenda, f"Two: mornings, says {who}.", now=minute(6)).state == State.PUBLISHED
    assert Notice.objects.visible_to(alice).get(kind=Notice.Kind.AGENDA).author == nina
    assert not Notice.objects.visible_to(bob).filter(kind=Notice.Kind.AGENDA).exists()
    with pytest.raises(NotHere):
        submit(alice, agenda, "Mine.", now=minute(7))
    with pytest.raises(BadWords, match="long_line"):
        submit(nina, agenda, "x" * 1_001, now=minute(8))


def test_a_mentors_point_in_hand_passes_the_screen_first(plan, submit, maya, nina, now):
    session = plan(mentors=[maya]).thread.session
    held = submit(maya, gate.NoticeOf(session, Notice.Kind.AGENDA), "Mornings.", now=minute(6), screen=says(Kind.M2))
    assert held.state == State.WAITING
    assert not Notice.objects.filter(kind=Notice.Kind.AGENDA).exists()
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.PUBLISHED, now=minute(7))
    assert Notice.objects.filter(kind=Notice.Kind.AGENDA).exists()


# Everybody


def test_a_raised_hand_keeps_its_turn_until_it_is_lowered(room, alice, bob, nina):
    gate.raise_hand(room, by=alice, now=minute(6))
    gate.raise_hand(room, by=bob, now=minute(6.5))
    gate.raise_hand(room, by=alice, now=minute(7))
    assert [one.person for one in panel(again(room), by=nina, now=minute(7)).hands] == [alice, bob]
    gate.lower_hand(room, by=nina, person=alice)
    gate.lower_hand(room, by=bob)
    assert panel(again(room), by=nina, now=minute(7)).hands == []
    with pytest.raises(NotHere):
        gate.lower_hand(room, by=alice, person=bob)


def test_nobody_raises_a_hand_in_the_lobby_or_from_outside(room, alice, carl):
    for when in (minute(-5), minute(100)):
        with pytest.raises(RoomShut):
            gate.raise_hand(room, by=alice, now=when)
    with pytest.raises(NotHere):
        gate.raise_hand(room, by=carl, now=minute(6))


def test_who_pauses_for_oneself_is_not_shown_and_keeps_the_place(room, alice):
    gate.away(room, by=alice, now=minute(5))
    assert alice not in [one.person for one in Seat.objects.filter(thread=room.thread).present(minute(5.1))]
    gate.back(room, by=alice)
    assert alice in [one.person for one in Seat.objects.filter(thread=room.thread).present(minute(5.1))]


def test_same_here_is_said_once_by_each_and_counted_and_ordered_by_nothing(room, say, alice, bob, maya, nina):
    line = say(alice).post
    assert [gate.same_here(line, by=one, now=minute(7)) for one in (bob, maya, bob)] == [1, 2, 2]
    assert gate.same_here(line, by=bob, take_back=True, now=minute(7)) == 1
    line.refresh_from_db()
    assert line.same == SameHere.objects.count() == 1
    assert [one.kind for one in room.thread.events.order_by("seq")] == [Event.Kind.PUBLISHED] + [Event.Kind.REVISED] * 3
    with pytest.raises(OwnWords):
        gate.same_here(line, by=alice, now=minute(7))


def test_same_here_is_for_those_in_the_room_while_it_runs(room, say, alice, bob, carl, nina, post):
    line = say(alice).post
    for who, what in ((carl, line), (nina, line), (bob, post)):
        with pytest.raises(NotHere):
            gate.same_here(what, by=who, now=minute(7))
    gate.close(room, now=minute(8))
    with pytest.raises(RoomShut):
        gate.same_here(line, by=bob, now=minute(9))


# Presence


def test_who_was_seen_within_three_heartbeats_is_there_by_name_and_role(room, alice, bob, nina, maya):
    here = Seat.objects.filter(thread=room.thread).present(minute(5.5))
    assert [(one.person.pseudonym, one.role) for one in here] == [
        ("Alice", "patient"), ("Bob", "patient"), ("Maya", "mentor"), ("Nina", "nurse"),
    ]  # fmt: skip
    gate.seen([(room.thread_id, bob.pk)], now=minute(6))
    assert [one.person for one in Seat.objects.filter(thread=room.thread).present(minute(6))] == [bob]


def test_seen_in_the_lobby_is_not_yet_there(session, alice, now):
    gate.sign_up(session, by=alice, now=now)
    gate.come(session.thread, alice, now=minute(-1))
    assert (seat_of(session, alice).seen_at, seat_of(session, alice).came_at) == (minute(-1), None)
    gate.come(session.thread, alice, now=minute(1))
    gate.come(session.thread, alice, now=minute(2))
    assert seat_of(session, alice).came_at == minute(1)


def test_who_has_no_place_is_not_made_present(session, alice, carl, now):
    gate.come(session.thread, carl, now=minute(1))
    gate.seen([(session.thread_id, alice.pk)], now=minute(1))
    assert not Seat.objects.filter(person__in=[alice, carl]).exists()


def test_a_clinician_needs_no_invitation_and_may_come_back(session, omar):
    gate.come(session.thread, omar, now=minute(1))
    gate.leave(session, by=omar, now=minute(2))
    gate.come(session.thread, omar, now=minute(3))
    assert seat_of(session, omar).state == Seat.State.IN
    assert again(session).nurse_seen_at == minute(3)


@pytest.mark.parametrize(
    ("known", "reported", "kept"),
    [(5, 6, 6), (6, 5, 6), (6, 4.01, 6), (60, 5, 5)],
)
def test_the_last_clinician_seen_is_kept_unless_the_clock_was_set_back(session, known, reported, kept):
    gate.nurse_seen(session.thread_id, minute(known))
    gate.nurse_seen(session.thread_id, minute(reported))
    assert again(session).nurse_seen_at == minute(kept)


# The panel


def test_the_panel_holds_what_waits_in_order_danger_first_with_marks_and_reasons(room, say, alice, bob, maya, nina):
    say(alice, "Stop it now.", screen=says(Kind.M1, on="Stop it"), now=minute(6))
    say(bob, "Stop that too.", screen=says(Kind.M1, on="Stop"), now=minute(6.2))
    say(maya, "I cannot breathe.", screen=says(Kind.R1), now=minute(6.4))
    seen = panel(again(room), by=nina, now=minute(7))
    assert [one.author_name for one in seen.held] == ["Maya", "Alice", "Bob"]
    assert [one.danger for one in seen.held] == [True, False, False]
    assert "<mark" in seen.held[1].words
    assert seen.held[1].reasons[0].quote == "Stop it"
    assert seen.held[1].since == timedelta(minutes=1)
    assert (seen.later, seen.weak, seen.asked) == ([], [], [])


def test_after_three_minutes_a_line_stands_with_the_questions_for_later_but_for_danger(room, say, alice, bob, nina):
    say(alice, screen=says(Kind.M1))
    say(bob, screen=says(Kind.R1))
    seen = panel(again(room), by=nina, now=minute(9.5))
    assert [one.author_name for one in seen.held] == ["Bob"]
    assert [one.author_name for one in seen.later] == ["Alice"]


def test_weak_findings_and_medicine_questions_stand_apart_until_they_are_ticked_off(room, say, alice, bob, maya, nina):
    weak = say(alice, screen=says(Kind.A4))
    asked = say(bob, screen=says(Kind.M6))
    say(maya)
    seen = panel(again(room), by=nina, now=minute(7))
    assert [one.post_id for one in seen.weak] == [weak.post_id]
    assert [one.post_id for one in seen.asked] == [asked.post_id]
    assert gate.looked_at(weak, by=nina, now=minute(7))
    assert gate.looked_at(asked, by=nina, now=minute(7))
    assert not gate.looked_at(asked, by=nina, now=minute(7))
    seen = panel(again(room), by=nina, now=minute(7))
    assert (seen.weak, seen.asked) == ([], [])


def test_reading_the_panel_is_on_record_once_for_each_line_and_nurse(room, say, alice, bob, nina, omar):
    first = say(alice, screen=says(Kind.M1))
    for who in (nina, nina, omar):
        panel(again(room), by=who, now=minute(7))
    second = say(bob, screen=says(Kind.M1))
    panel(again(room), by=nina, now=minute(7))
    acts = Act.objects.filter(verb="read_waiting").order_by("id").values_list("actor", "detail")
    assert [(actor, detail["shown"]) for actor, detail in acts] == [
        (str(nina.pk), [str(first.pk)]), (str(omar.pk), [str(first.pk)]), (str(nina.pk), [str(second.pk)]),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["alice", "maya", "cora", "fien", "their_nurse"])
def test_the_panel_is_for_the_care_team(room, who, request):
    with pytest.raises(NotHere):
        panel(room, by=request.getfixturevalue(who), now=minute(7))


def test_a_clinicians_own_line_is_not_on_her_panel(room, say, omar, nina):
    say(omar, screen=says(Kind.I2))
    assert panel(again(room), by=omar, now=minute(7)).weak == []
    assert len(panel(again(room), by=nina, now=minute(7)).weak) == 1
    assert Post.objects.visible_to(fresh(nina)).count() == 1
    assert LiveSession.objects.visible_to(nina).exists()
