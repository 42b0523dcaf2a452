"""Wall-clock times of a place become moments; those that the clock skips or shows twice are told apart."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchMoment(Exception):
    """code: "nonexistent" (the clock skips it that night) or "ambiguous" (the clock shows it twice)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def moment(wall: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which clocks of the zone show `wall` (naive). NoSuchMoment where that is none or two."""
    there = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    shown = first.astimezone(there).replace(tzinfo=None)
    raise NoSuchMoment("ambiguous" if shown == wall else "nonexistent")
