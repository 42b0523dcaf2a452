"""When somebody reads what waits: a date and an hour that can be promised."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from people.models import AwayDate, Centre

HORIZON_DAYS = 60  # a centre that reads on no day within two months is set up wrongly


class NobodyReads(Exception):
    """No reading moment within HORIZON_DAYS: the centre has no reading days, or is away throughout."""


def away_days(centre: Centre) -> list[tuple[date, date]]:
    """First and last day of each absence. A nurse away counts only where no deputy reads instead."""
    rows = centre.away_dates.all()
    if centre.deputy_id:
        rows = rows.exclude(why=AwayDate.Why.NURSE_AWAY)
    return [(row.first, row.last) for row in rows]


def moments_after(centre: Centre, after: datetime) -> Iterator[datetime]:
    """Aware reading moments later than `after`, in order, in the centre's zone, holidays and absences left out.

    Wall-clock times: 8:30 stays 8:30 across a change of summer time.
    """
    after = after.astimezone(UTC)  # two moments of one zone compare by wall clock, wrongly in the night it moves back
    zone = ZoneInfo(centre.time_zone)
    away = away_days(centre)
    times = sorted(time.fromisoformat(one) for one in centre.reading_times)
    first = after.astimezone(zone).date()
    for offset in range(HORIZON_DAYS):
        day = first + timedelta(days=offset)
        if day.weekday() not in centre.reading_days or any(start <= day <= end for start, end in away):
            continue
        for one in times:
            moment = datetime.combine(day, one, tzinfo=zone)
            if moment > after:
                yield moment


def next_moment(centre: Centre, after: datetime) -> datetime:
    """The next reading moment; NobodyReads when there is none in sight."""
    for moment in moments_after(centre, after):
        return moment
    raise NobodyReads(f"centre {centre.pk} has no reading moment within {HORIZON_DAYS} days")


def promise(centre: Centre, *, promised_at: datetime, now: datetime) -> tuple[datetime, int]:
    """The moment to tell an author now, and how many promised ones have passed without a reading.

    A missed moment moves the promise to the next one; the count tells the author so, and the desk.
    """
    if promised_at > now:
        return promised_at, 0
    missed, last = 1, promised_at
    while True:  # one round a horizon: a month without a reading is one query, not sixty
        before = last
        for last in moments_after(centre, before):
            if last > now:
                return last, missed
            missed += 1
        if last == before:
            raise NobodyReads(f"centre {centre.pk} has no reading moment within {HORIZON_DAYS} days")
