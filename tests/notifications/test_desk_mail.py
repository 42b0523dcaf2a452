"""To the nurses at their first reading moment, and to the deputy when two promised moments were missed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from moderation import gate
from moderation.models import Report, Ruling
from moderation.screen import Kind as Seen
from notifications.models import Wanted
from notifications.stopping import choose
from people.models import AwayDate
from tests.saying import nothing, says


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 on the clock of Brussels (winter time: an hour before)."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


@pytest.fixture
def held(submit, bob, thread, now):
    """Bob's words that wait since Wednesday 10:00, promised for 15:30."""
    return submit(bob, thread, "Take two.", screen=says(Seen.M1))


def mornings(letters):
    return [one for one in letters if "this morning" in one.body]


def late(letters):
    return [one for one in letters if "two promised" in one.body]


def test_each_nurse_gets_the_counts_at_the_first_reading_moment(submit, held, alice, bob, nina, omar, board, box):
    submit(bob, board, "Short of breath.", screen=says(Seen.R1), now=at(11, 18))
    submit(alice, board, "Tired?", screen=says(Seen.M6), now=at(11, 19))
    assert mornings(box(nina, at(12, 8, 29))) == []
    for nurse in (nina, omar):
        found = mornings(box(nurse, at(12, 8, 31)))
        assert len(found) == 1
        for line in (
            "Waiting: 2",
            "Of these with a danger sign: 1",
            "Of these first posts of somebody new: 2",
            "Questions to answer: 1",
            "The oldest waits since 11 Mar 2026, 10:00",
            "https://forum.example/desk/",
        ):
            assert line in found[0].body
    assert len(mornings(box(nina, at(12, 15, 31)))) == 1
    assert len(mornings(box(nina, at(13, 8, 31)))) == 2


def test_a_post_that_reports_hid_is_reason_enough_for_a_mail(submit, thread, bob, maya, nina, now, box):
    post = submit(bob, thread, "How lovely.", screen=nothing).post
    gate.report(post, by=maya, reason=Report.Reason.COULD_HARM, now=now)
    found = mornings(box(nina, at(12, 8, 31)))
    assert len(found) == 1
    assert "Waiting: 0" in found[0].body
    assert "Posts that members told you about: 1" in found[0].body


def test_a_morning_on_which_nothing_waits_brings_no_mail(thread, nina, box):
    assert box(nina, at(12, 8, 31)) == []


def test_on_days_on_which_nobody_reads_no_mail_comes(held, centre, nina, box):
    AwayDate.objects.create(centre=centre, first=date(2026, 3, 12), last=date(2026, 3, 12), why="holiday")
    assert mornings(box(nina, at(12, 12))) == []
    assert len(mornings(box(nina, at(13, 9)))) == 1
    assert len(mornings(box(nina, at(14, 12)))) == 1  # Saturday


def test_members_and_other_centres_get_no_morning_mail(held, alice, maya, rhea, cora, their_nurse, box):
    for who in (alice, maya, rhea, cora, their_nurse):
        assert mornings(box(who, at(12, 9))) == []


def test_the_deputy_hears_of_a_promise_that_was_missed_twice(held, centre, nina, rhea, box):
    centre.deputy = rhea
    centre.save()
    assert late(box(rhea, at(11, 16, 30))) == []  # once
    assert late(box(rhea, at(12, 8, 45))) == []  # she may be reading just now
    found = late(box(rhea, at(12, 9, 1)))
    assert len(found) == 1
    assert "1 text waits" in found[0].body
    assert "since 11 Mar 2026, 10:00" in found[0].body
    assert late(box(nina, at(12, 9, 1))) == []
    assert len(late(box(rhea, at(12, 15, 45)))) == 1
    for minute in (0, 1, 30):  # again at the next moment, while it lasts
        assert len(late(box(rhea, at(12, 16, minute)))) == 2


def test_what_was_read_in_time_or_missed_once_troubles_no_deputy(submit, held, bob, centre, nina, rhea, thread, box):
    centre.deputy = rhea
    centre.save()
    gate.rule(held, nurse=nina, outcome=Ruling.Verb.RETURNED, reason="Because.", now=at(11, 16))
    submit(bob, thread, "Take three.", screen=says(Seen.M1), now=at(12, 8))
    assert late(box(rhea, at(12, 12))) == []


def test_without_a_deputy_who_wants_mail_the_rheumatologists_hear_and_else_the_nurses(held, centre, nina, rhea, box):
    assert len(late(box(rhea, at(12, 9, 1)))) == 1
    assert late(box(nina, at(12, 9, 1))) == []
    choose(rhea, Wanted.NONE)
    assert len(late(box(nina, at(13, 9, 1)))) == 1
    assert len(late(box(rhea, at(13, 9, 1)))) == 1


@pytest.mark.parametrize("day", [28, 29], ids=["the night before", "the night in which an hour is lost"])
def test_a_reading_moment_that_the_clock_skips_still_brings_one_mail(submit, bob, centre, nina, thread, box, day):
    centre.reading_days, centre.reading_times = [0, 1, 2, 3, 4, 5, 6], ["02:30"]
    centre.save()
    submit(bob, thread, "Take two.", screen=says(Seen.M1), now=at(27, 10))
    start = at(day, 0, 0)
    for minutes in range(0, 23 * 60, 30):
        box(nina, start + timedelta(minutes=minutes))
    assert len(mornings(box(nina, start + timedelta(hours=22)))) == 1
