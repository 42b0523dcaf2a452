"""Who has a place: capacity, the waiting list, leaving, being sent away; and who reads the room because of it."""

import pytest

from forum.models import Post, Thread
from forum.sessions import LiveSession, Seat
from moderation import gate
from moderation.errors import Closed, NotHere, RoomShut
from people.models import Act
from people.verbs import suspend
from tests.conftest import fresh
from tests.sessions.conftest import CLOSES, members, minute, reads, seat_of


@pytest.fixture
def small(plan):
    return plan(capacity=2).thread.session


def test_a_place_once_taken_stays_the_same_however_often_one_asks(small, alice, now):
    first = gate.sign_up(small, by=alice, now=now)
    assert gate.sign_up(small, by=alice, now=minute(-1)) == first
    assert (first.state, first.since) == (Seat.State.IN, now)


def test_past_capacity_there_is_a_waiting_list_in_order(small, centre, now):
    people = members(centre, 5, now)
    states = [gate.sign_up(small, by=one, now=minute(-60 + place)).state for place, one in enumerate(people)]
    assert states == ["in", "in", "in_line", "in_line", "in_line"]
    waiting = Seat.objects.in_line().filter(thread=small.thread)
    assert [one.person for one in waiting] == people[2:]
    assert [reads(one, small.thread) for one in people] == [True, True, False, False, False]


def test_who_gives_a_place_back_lets_the_next_one_in_who_is_told(small, centre, now, told):
    people = members(centre, 4, now)
    for place, one in enumerate(people):
        gate.sign_up(small, by=one, now=minute(-60 + place))
    assert gate.sign_off(small, by=people[0], now=minute(-30))
    assert [seat_of(small, one).state for one in people] == ["left", "in", "in", "in_line"]
    assert told == [("seated", people[2].pk)]
    assert gate.sign_off(small, by=people[3], now=minute(-29))
    assert not gate.sign_off(small, by=people[3], now=minute(-28))
    assert told == [("seated", people[2].pk)]


def test_who_comes_back_stands_at_the_end(small, centre, now):
    people = members(centre, 4, now)
    for place, one in enumerate(people):
        gate.sign_up(small, by=one, now=minute(-60 + place))
    gate.sign_off(small, by=people[0], now=minute(-30))
    gate.sign_up(small, by=people[0], now=minute(-20))
    assert [one.person for one in Seat.objects.in_line().filter(thread=small.thread)] == [people[3], people[0]]


def test_nobody_slips_past_those_who_wait(small, centre, now):
    """A place that is free while somebody waits for it is theirs."""
    people = members(centre, 4, now)
    for one in people[:3]:
        gate.sign_up(small, by=one, now=now)
    Seat.objects.filter(person=people[0]).update(state=Seat.State.LEFT)
    assert gate.sign_up(small, by=people[3], now=now).state == Seat.State.IN_LINE


def test_a_larger_room_lets_the_waiting_list_in(small, centre, nina, now, told):
    people = members(centre, 5, now)
    for one in people:
        gate.sign_up(small, by=one, now=now)
    gate.change_session(small, by=nina, capacity=4, now=now)
    assert Seat.objects.taken().members().filter(thread=small.thread).count() == 4
    assert told == [("seated", people[2].pk), ("seated", people[3].pk)]


def test_those_who_lead_take_no_members_place(plan, maya, rhea, centre, now):
    session = plan(capacity=2, mentors=[maya]).thread.session
    assert gate.sign_up(session, by=rhea, now=now).part == Seat.Part.CLINICIAN
    assert [gate.sign_up(session, by=one, now=now).state for one in members(centre, 2, now)] == ["in", "in"]


def test_nobody_signs_up_for_what_they_do_not_see_or_what_is_over(session, stranger, alice, now):
    with pytest.raises(NotHere):
        gate.sign_up(session, by=stranger, now=now)
    with pytest.raises(Closed):
        gate.sign_up(session, by=alice, now=CLOSES)
    gate.close(session, now=minute(10))
    with pytest.raises(Closed):
        gate.sign_up(session, by=alice, now=minute(11))
    assert not Seat.objects.filter(person__in=[stranger, alice]).exists()


# Who reads the room


def test_the_room_is_for_those_with_a_place_and_the_care_team(
    room, alice, cora, carl, omar, rhea, stranger, their_nurse
):
    assert {one: reads(one, room.thread) for one in (alice, omar, rhea)} == dict.fromkeys((alice, omar, rhea), True)
    nobody = (cora, carl, stranger, their_nurse)
    assert {one: reads(one, room.thread) for one in nobody} == dict.fromkeys(nobody, False)


def test_lines_are_for_the_same_people(room, say, alice, bob, omar, carl):
    post = say(alice).post
    for who, seen in ((bob, True), (omar, True), (carl, False)):
        assert Post.objects.visible_to(fresh(who)).filter(pk=post.pk).exists() == seen


def test_who_is_suspended_reads_nothing(room, alice, nina):
    suspend(person=alice, by=nina, reason="unkind")
    assert not reads(alice, room.thread)


def test_who_was_sent_away_reads_nothing_and_does_not_come_back(room, bob, nina, say):
    gate.remove(room, by=nina, person=bob, now=minute(7))
    assert not reads(bob, room.thread)
    with pytest.raises(RoomShut):
        say(bob, now=minute(8))
    with pytest.raises(NotHere):
        gate.sign_up(room, by=bob, now=minute(8))
    gate.close(room, now=minute(20))
    assert not reads(bob, room.thread)
    assert Act.objects.get(verb="removed").detail["person"] == str(bob.pk)


def test_who_was_sent_away_by_mistake_may_take_a_place_again(room, bob, nina):
    gate.remove(room, by=nina, person=bob, now=minute(7))
    gate.readmit(room, by=nina, person=bob, now=minute(8))
    assert gate.sign_up(room, by=bob, now=minute(9)).state == Seat.State.IN
    assert reads(bob, room.thread)


def test_a_place_from_which_somebody_was_sent_goes_to_the_next(small, nina, centre, now):
    people = members(centre, 3, now)
    for one in people:
        gate.sign_up(small, by=one, now=now)
    gate.remove(small, by=nina, person=people[0], now=minute(5))
    assert seat_of(small, people[2]).state == Seat.State.IN


def test_who_leaves_is_not_announced_and_may_read_what_was_said_once_it_has_closed(room, bob):
    gate.leave(room, by=bob, now=minute(10))
    assert not reads(bob, room.thread)
    assert not room.thread.events.exists()
    gate.close(room, now=minute(20))
    assert reads(bob, room.thread)


def test_after_closing_the_lines_are_for_who_was_there(room, alice, carl, at):
    gate.sign_up(room, by=carl, now=minute(6))  # and never came
    assert reads(carl, room.thread)
    gate.close(room, now=minute(20))
    assert (reads(alice, room.thread), reads(carl, room.thread)) == (True, False)
    assert list(LiveSession.objects.behind(fresh(alice))) == [room]
    assert not LiveSession.objects.behind(fresh(carl)).exists()


def test_after_thirty_days_nobody_reads_them_even_if_nothing_was_cleared(room, alice, nina, at, settings):
    gate.close(room, now=minute(20))
    settings.TRANSCRIPT_DAYS = 30
    at(minute(20 + 30 * 24 * 60 - 1))
    assert (reads(alice, room.thread), reads(nina, room.thread)) == (True, True)
    at(minute(20 + 30 * 24 * 60 + 1))
    assert (reads(alice, room.thread), reads(nina, room.thread)) == (False, False)


# Where threads are listed


def test_a_room_stands_in_no_list_of_threads(room, say, board, bob, nina, client, alice, tags):
    say(alice, "What does everybody do about zebrakites?")
    assert Thread.objects.visible_to(fresh(bob)).count() == 1
    assert not Thread.objects.new_for(fresh(bob)).exists()
    assert not Thread.objects.visible_to(fresh(nina)).without_mentor().exists()
    for address in ("/", f"/boards/{board.slug}/", "/search/?q=zebrakites", "/unanswered/", "/desk/questions/"):
        for who in (bob, nina):
            client.force_login(who)
            page = client.get(address)
            lists = page.content.decode()
            assert f"/threads/{room.thread.pk}/" not in lists, address
            assert "Evenings that work" not in lists or address == "/", address  # the front page tells of sessions
