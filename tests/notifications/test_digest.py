"""The daily digest: what one follows, once a day, in the morning of the centre's zone."""

from datetime import UTC, datetime, timedelta

import pytest

from moderation import gate
from notifications.following import follow, follows, news
from notifications.models import Kind, Mail, Round, State
from tests.notifications.conftest import kinds
from tests.saying import nothing

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def said(submit, bob, thread, now):
    """`said(at)`: bob writes in alice's thread."""
    return lambda at=now: submit(bob, thread, f"At {at:%d %H:%M}.", screen=nothing, now=at).post


def test_who_writes_in_a_conversation_follows_it(said, thread, alice, bob, carl):
    said()
    assert follows(alice, thread)
    assert follows(bob, thread)
    assert not follows(carl, thread)


def test_who_stopped_following_does_not_follow_again_by_writing(said, thread, bob, now):
    follow(bob, thread, wanted=False, now=now)
    said()
    assert not follows(bob, thread)
    follow(bob, thread, wanted=True, now=now)
    assert follows(bob, thread)


def test_following_twice_is_following_once(thread, carl, now):
    for later in (now, now + HOUR):
        follow(carl, thread, wanted=True, now=later)
    assert list(carl.follows.values_list("since", flat=True)) == [now]


def test_a_day_of_posts_in_two_conversations_is_one_mail(said, submit, bob, carl, thread, board, now, box):
    other = submit(bob, board, "Another thing.", title="Another", screen=nothing, now=now - HOUR).thread
    for followed in (thread, other):
        follow(carl, followed, wanted=True, now=now - HOUR)
    for minutes in range(3):
        said(now + timedelta(minutes=minutes))
    submit(bob, other, "And this.", screen=nothing, now=now + HOUR)
    assert [one for one in box(carl, now + 2 * HOUR) if "conversations" in one.body] == []
    letters = [one for one in box(carl, now + DAY) if "follow" in one.body]
    assert len(letters) == 1
    assert "2 conversations" in letters[0].body
    assert "https://forum.example/me/follows/" in letters[0].body


def test_a_digest_is_not_doubled_by_more_passes_or_by_a_quiet_day(said, carl, thread, now, box):
    follow(carl, thread, wanted=True, now=now)
    said(now + HOUR)
    for hours in (24, 25, 30, 47, 49, 73):
        assert len(box(carl, now + hours * HOUR)) == 1
    said(now + 74 * HOUR)
    assert len(box(carl, now + 96 * HOUR)) == 2


def test_what_one_has_read_meanwhile_is_not_news(said, carl, thread, now, box):
    follow(carl, thread, wanted=True, now=now)
    post = said(now + HOUR)
    carl.read_marks.create(thread=thread, number=post.number)
    assert box(carl, now + DAY) == []


def test_a_followed_board_brings_all_its_conversations_but_those_that_one_left(said, carl, thread, board, now, box):
    follow(carl, board, wanted=True, now=now)
    said(now + HOUR)
    assert news(carl, since=None, until=now + DAY).count() == 1
    follow(carl, thread, wanted=False, now=now)
    assert news(carl, since=None, until=now + DAY).count() == 0
    assert box(carl, now + DAY) == []


def test_what_was_written_before_one_followed_is_not_news(said, carl, board, now, box):
    said(now)
    follow(carl, board, wanted=True, now=now + HOUR)
    assert box(carl, now + DAY) == []


def test_who_stops_following_before_the_morning_is_not_told(said, carl, thread, now, box):
    follow(carl, thread, wanted=True, now=now)
    said(now + HOUR)
    follow(carl, thread, wanted=False, now=now + 2 * HOUR)
    assert box(carl, now + DAY) == []


def test_a_post_taken_back_is_no_news(said, bob, carl, thread, now, box):
    follow(carl, thread, wanted=True, now=now)
    gate.withdraw(said(now + HOUR), by=bob, now=now + HOUR)
    assert box(carl, now + DAY) == []


def test_a_digest_that_could_not_be_sent_gives_way_to_the_next_which_tells_both_days(
    said, carl, thread, now, box, pass_at, settings
):
    follow(carl, thread, wanted=True, now=now)
    said(now + HOUR)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.notifications.test_workers.Away"
    pass_at(now + DAY)
    said(now + DAY + HOUR)
    pass_at(now + 2 * DAY)
    settings.EMAIL_BACKEND = working
    assert len(box(carl, now + 2 * DAY + HOUR)) == 1
    digests = Mail.objects.filter(recipient=carl, kind=Kind.DIGEST).order_by("at")
    assert [one.state for one in digests if one.state != State.DROPPED] == [State.SENT]


@pytest.mark.parametrize(
    ("night", "utc_hour"),
    [(datetime(2026, 3, 28, 12, 0, tzinfo=UTC), 7), (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), 8)],
    ids=["an hour is lost", "an hour comes twice"],
)
def test_in_a_night_in_which_the_clock_moves_the_digest_comes_once_and_at_nine(
    submit, bob, carl, thread, box, mailoutbox, night, utc_hour
):
    """A pass every half hour, from noon to the noon after next: two mornings."""
    follow(carl, thread, wanted=True, now=night - HOUR)
    came = []
    for half_hours in range(96):
        at = night + half_hours * timedelta(minutes=30)
        if half_hours in (1, 49):
            submit(bob, thread, f"Round {half_hours}.", screen=nothing, now=at)
        before = len(mailoutbox)
        box(carl, at)
        came += [at for one in mailoutbox[before:] if one.to == [carl.email]]
    assert [(one.hour, one.minute) for one in came] == [(utc_hour, 0), (utc_hour, 0)]
    assert Round.objects.filter(event__startswith="digest:").count() == 3
    assert kinds(carl) == []
