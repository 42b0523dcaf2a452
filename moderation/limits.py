"""How much and how often: the limits of the contract."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

POST_CHARACTERS = 10_000
LINE_CHARACTERS = 1_000  # of a live session, and of the point in hand
TITLE_CHARACTERS = 120
REASON_CHARACTERS = 2_000
TAGS_A_THREAD = 5
PACE = ((20, timedelta(seconds=20)), (60, timedelta(minutes=5)))
LONGEST = max(window for _, window in PACE)


@dataclass(frozen=True, slots=True)
class TooFast:
    """retry_after: seconds until one more submission would be taken."""

    retry_after: int


def pace_of(handed_in: Iterable[datetime], now: datetime) -> TooFast | None:
    """None while one more may be handed in. handed_in: when words of the last LONGEST came, newest first."""
    recent = [one for one in handed_in if one <= now]
    waits = [
        (recent[count - 1] + window - now).total_seconds()
        for count, window in PACE
        if len(recent) >= count and recent[count - 1] > now - window
    ]
    return TooFast(retry_after=ceil(max(waits))) if waits else None
