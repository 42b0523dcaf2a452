"""How much and how often: the limits of the contract."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from moderation.models import Submission
from people.models import Person

POST_CHARACTERS = 10_000
TITLE_CHARACTERS = 120
REASON_CHARACTERS = 2_000
TAGS_A_THREAD = 5
PACE = ((20, timedelta(seconds=20)), (60, timedelta(minutes=5)))


@dataclass(frozen=True, slots=True)
class TooFast:
    """retry_after: seconds until one more submission would be taken."""

    retry_after: int


def pace_of(author: Person, now: datetime) -> TooFast | None:
    """None while the author may hand in one more; counted from the rows, so that every process agrees."""
    longest = max(window for _, window in PACE)
    recent = list(
        Submission.objects.of(author)
        .filter(written_at__gt=now - longest, written_at__lte=now)
        .order_by("-written_at")
        .values_list("written_at", flat=True)[: max(count for count, _ in PACE)]
    )
    waits = [
        (recent[count - 1] + window - now).total_seconds()
        for count, window in PACE
        if len(recent) >= count and recent[count - 1] > now - window
    ]
    return TooFast(retry_after=ceil(max(waits))) if waits else None
