"""What the room is at a moment: one function, for gate, page and socket."""

from datetime import timedelta

import pytest

from forum.sessions import LiveSession, Room, room_state
from tests.sessions.conftest import CLOSES, OPENS, minute


def facts(**more):
    return LiveSession(**{"opens_at": OPENS, "closes_at": CLOSES} | more)


@pytest.mark.parametrize(
    ("seen", "now", "state"),
    [
        (None, minute(-10), Room.LOBBY),
        (None, minute(30), Room.LOBBY),
        (minute(-1), minute(-0.5), Room.LOBBY),
        (minute(-1), minute(0), Room.OPEN),
        (minute(-1), minute(0.9), Room.OPEN),
        (minute(-1), minute(1), Room.LOBBY),
        (minute(0), minute(0), Room.OPEN),
        (minute(5), minute(6.99), Room.OPEN),
        (minute(5), minute(7), Room.WAITS),
        (minute(5), minute(9.99), Room.WAITS),
        (minute(5), minute(10), Room.READ_ONLY),
        (minute(5), minute(89), Room.READ_ONLY),
        (minute(88), minute(89.9), Room.OPEN),
        (minute(89), minute(90), Room.CLOSED),
        (minute(89), minute(9000), Room.CLOSED),
    ],
)
def test_the_room_follows_the_hours_and_the_clinician(seen, now, state):
    assert room_state(facts(nurse_seen_at=seen), now) == state


def test_it_is_closed_once_it_has_ended_or_is_cancelled_whatever_the_clock_says():
    for over in ("ended_at", "cancelled_at"):
        session = facts(nurse_seen_at=minute(5), **{over: minute(6)})
        assert {room_state(session, minute(one)) for one in (-60, 5, 6, 90)} == {Room.CLOSED}


def test_a_pause_lasts_ten_minutes_and_no_longer_whether_a_clinician_is_there_or_not():
    session = facts(nurse_seen_at=minute(14), paused_until=minute(15))
    assert room_state(session, minute(14.9)) == Room.PAUSED
    assert room_state(session, minute(15)) == Room.OPEN
    alone = facts(nurse_seen_at=minute(5), paused_until=minute(15))
    assert [room_state(alone, minute(one)) for one in (5, 8, 14.9, 15)] == [Room.PAUSED] * 3 + [Room.READ_ONLY]


def test_a_clock_set_back_trusts_no_clinician_of_the_future_and_ends_no_pause_late():
    session = facts(nurse_seen_at=minute(60), paused_until=minute(70))
    assert room_state(session, minute(60)) == Room.PAUSED
    assert room_state(session, minute(59)) == Room.OPEN
    assert room_state(session, minute(30)) == Room.WAITS
    assert room_state(facts(nurse_seen_at=minute(60)), minute(-5)) == Room.LOBBY


def test_asking_changes_nothing_and_needs_no_database():
    session = facts(nurse_seen_at=minute(5))
    before = dict(session.__dict__)
    for step in range(-10, 100):
        room_state(session, minute(step) + timedelta(microseconds=1))
    assert session.__dict__ == before
