"""When somebody reads what waits: dates that can be promised."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from people.models import AwayDate
from people.reading import HORIZON_DAYS, NobodyReads, moments_after, next_moment, promise

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(words: str) -> datetime:
    """A moment on the wall clock of Brussels."""
    return datetime.fromisoformat(words).replace(tzinfo=BRUSSELS)


def wall(moment: datetime) -> str:
    return moment.astimezone(BRUSSELS).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("2026-03-11 07:00", "Wed 11 08:30"),
        ("2026-03-11 08:29", "Wed 11 08:30"),
        ("2026-03-11 08:30", "Wed 11 15:30"),  # reading now: the words just handed in are not on the pile yet
        ("2026-03-11 10:00", "Wed 11 15:30"),
        ("2026-03-11 15:31", "Thu 12 08:30"),
        ("2026-03-13 18:00", "Mon 16 08:30"),  # Friday evening
        ("2026-03-14 03:00", "Mon 16 08:30"),
    ],
)
def test_the_next_moment_is_told_as_a_date_and_hour(centre, asked, told):
    assert wall(next_moment(centre, at(asked))) == told


def test_a_clock_in_another_zone_asks_for_the_same_moment(centre):
    assert wall(next_moment(centre, at("2026-03-11 23:30").astimezone(UTC))) == "Thu 12 08:30"


def test_a_holiday_is_left_out_deputy_or_not(centre, omar):
    AwayDate.objects.create(centre=centre, first="2026-03-12", last="2026-03-13", why=AwayDate.Why.HOLIDAY)
    assert wall(next_moment(centre, at("2026-03-11 16:00"))) == "Mon 16 08:30"
    centre.deputy = omar
    assert wall(next_moment(centre, at("2026-03-11 16:00"))) == "Mon 16 08:30"


def test_with_the_nurse_away_a_deputy_reads_and_without_one_nobody(centre, omar):
    AwayDate.objects.create(centre=centre, first="2026-03-12", last="2026-03-13", why=AwayDate.Why.NURSE_AWAY)
    assert wall(next_moment(centre, at("2026-03-11 16:00"))) == "Mon 16 08:30"
    centre.deputy = omar
    assert wall(next_moment(centre, at("2026-03-11 16:00"))) == "Thu 12 08:30"


def test_half_past_eight_stays_half_past_eight_in_the_night_that_the_clock_moves(centre):
    centre.reading_days = list(range(7))
    spring = next_moment(centre, at("2026-03-29 01:30"))
    assert spring.astimezone(UTC) == datetime(2026, 3, 29, 6, 30, tzinfo=UTC)
    autumn = next_moment(centre, at("2026-10-25 01:30"))
    assert autumn.astimezone(UTC) == datetime(2026, 10, 25, 7, 30, tzinfo=UTC)


def test_a_moment_within_the_repeated_hour_is_promised_once(centre):
    centre.reading_days, centre.reading_times = list(range(7)), ["02:30"]
    second_time_round = datetime(2026, 10, 25, 1, 15, tzinfo=UTC).astimezone(BRUSSELS)  # 2:15, after 2:30 was
    assert wall(next_moment(centre, second_time_round)) == "Mon 26 02:30"


def test_a_moment_that_the_clock_skips_is_still_after_what_was_asked(centre):
    centre.reading_days, centre.reading_times = list(range(7)), ["02:30"]
    asked = datetime(2026, 3, 29, 0, 45, tzinfo=UTC)
    assert next_moment(centre, asked).astimezone(UTC) > asked


def test_moments_come_in_order_however_they_were_entered(centre, now):
    centre.reading_times = ["15:30", "08:30", "12:00"]
    moments = list(moments_after(centre, now))
    assert moments == sorted(moments)
    assert wall(moments[0]) == "Wed 11 12:00"


def test_a_centre_that_never_reads_promises_nothing(centre, now):
    centre.reading_days = []
    with pytest.raises(NobodyReads):
        next_moment(centre, now)


def test_a_centre_that_is_away_for_months_promises_nothing(centre, now):
    AwayDate.objects.create(centre=centre, first="2026-01-01", last="2026-12-31", why=AwayDate.Why.HOLIDAY)
    with pytest.raises(NobodyReads):
        next_moment(centre, now)
    assert HORIZON_DAYS == 60


def test_a_promise_that_still_holds_is_told_as_it_was(centre, now):
    promised = next_moment(centre, now)
    assert promise(centre, promised_at=promised, now=now) == (promised, 0)


@pytest.mark.parametrize(
    ("today", "told", "missed"),
    [
        ("2026-03-11 15:30", "Thu 12 08:30", 1),
        ("2026-03-12 08:00", "Thu 12 08:30", 1),
        ("2026-03-12 09:00", "Thu 12 15:30", 2),
        ("2026-03-16 09:00", "Mon 16 15:30", 6),
    ],
)
def test_a_missed_promise_moves_on_and_is_counted(centre, today, told, missed):
    moment, count = promise(centre, promised_at=at("2026-03-11 15:30"), now=at(today))
    assert (wall(moment), count) == (told, missed)


def test_a_month_without_a_reading_is_counted_in_one_query(centre, django_assert_num_queries):
    with django_assert_num_queries(1):
        moment, missed = promise(centre, promised_at=at("2026-03-11 15:30"), now=at("2026-04-08 12:00"))
    assert (wall(moment), missed) == ("Wed 08 15:30", 40)


def test_half_a_year_without_a_reading_is_still_counted(centre):
    moment, missed = promise(centre, promised_at=at("2026-01-05 08:30"), now=at("2026-07-06 12:00"))
    assert (wall(moment), missed) == ("Mon 06 15:30", 261)


def test_a_promise_whose_moment_passed_where_nobody_reads_any_more_is_not_renewed(centre, now):
    centre.reading_days = []
    with pytest.raises(NobodyReads):
        promise(centre, promised_at=now, now=now)


def test_days_away_are_not_counted_as_missed(centre):
    AwayDate.objects.create(centre=centre, first=date(2026, 3, 12), last=date(2026, 3, 13), why=AwayDate.Why.NURSE_AWAY)
    moment, missed = promise(centre, promised_at=at("2026-03-11 15:30"), now=at("2026-03-14 12:00"))
    assert (wall(moment), missed) == ("Mon 16 08:30", 1)


def test_nobody_is_away_backwards(centre):
    with pytest.raises(IntegrityError), transaction.atomic():
        AwayDate.objects.create(centre=centre, first="2026-03-13", last="2026-03-12", why=AwayDate.Why.HOLIDAY)
