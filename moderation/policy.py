"""What happens to words: kind x author's role x place -> outcome. The table is data, in `policy.csv`."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from moderation.screen.types import Kind
from people.models import Role

TABLE = Path(__file__).with_name("policy.csv")


class Outcome(StrEnum):
    """In order: the strictest of a text's outcomes is the text's."""

    PUBLISH = "P"
    PUBLISH_SEEN = "P+"  # a nurse looks at the next reading moment
    QUESTION = "Q"  # published; a clinician answers
    DELIVER = "D"  # private: delivered and flagged
    WAIT = "W"
    WAIT_FIRST = "W!"  # first in line, care card to the author at once


STRICTNESS = list(Outcome)


def waits(outcome: str) -> bool:
    """Words with this outcome are read by a nurse before others see them."""
    return outcome in {Outcome.WAIT, Outcome.WAIT_FIRST}


PRESENT_PLACES = ("board", "live", "live_alone", "private", "name")
BACK_TO_AUTHOR = "A"  # added to an outcome, never instead of it
FLAGS = frozenset(
    {
        "tell_coach",
        "own_check",
        "soft_card",
        "first",
        "second_reading",
        "offer_nurse",
        "one_experience",
        "closes_question",
        "general_card",
        "alarm",
        "panel",
        "pinned",
        "card_to_both",
    }
)


class PolicyBroken(Exception):
    """The table lacks a row or says something that it cannot mean."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: the outcome (None where only A stands), its additions, and the milder outcome once earned."""

    outcome: Outcome | None
    flags: frozenset[str]
    masks: bool
    earned: Outcome | None

    @classmethod
    def read(cls, words: str) -> "Cell":
        """Reads "W first" or "W earned=P+" or "A". PolicyBroken for any other word."""
        first, *rest = words.split()
        said = {first, *(one.removeprefix("earned=") for one in rest if one.startswith("earned="))} - {BACK_TO_AUTHOR}
        if said - set(Outcome):
            raise PolicyBroken(f"unknown: {', '.join(sorted(said - set(Outcome)))}")
        earned = [Outcome(one.removeprefix("earned=")) for one in rest if one.startswith("earned=")]
        flags = frozenset(one for one in rest if not one.startswith("earned="))
        if flags - FLAGS:
            raise PolicyBroken(f"unknown: {', '.join(sorted(flags - FLAGS))}")
        if first == BACK_TO_AUTHOR:
            return cls(outcome=None, flags=flags, masks=True, earned=None)
        return cls(outcome=Outcome(first), flags=flags, masks=False, earned=earned[0] if earned else None)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says of one text. kinds: those that decided it, so that their reasons can be told."""

    outcome: Outcome
    flags: frozenset[str]
    masks: bool
    kinds: frozenset[Kind] = field(default_factory=frozenset)

    @property
    def waits(self) -> bool:
        return waits(self.outcome)


@dataclass(frozen=True, slots=True)
class Policy:
    cells: dict[tuple[str, str, str], Cell]  # place, kind, role
    version: str

    def cell(self, *, place: str, kind: str, role: str) -> Cell:
        """The place's own row, its row for any kind, then the board's. PolicyBroken where none speaks."""
        for key in ((place, kind, role), (place, "*", role), ("board", kind, role)):
            if key in self.cells:
                return self.cells[key]
        raise PolicyBroken(f"no row for {kind} by {role} in {place}")

    def decide(self, kinds: Iterable[Kind], *, role: str, place: str, earned: bool = False) -> Decision:
        """The strictest outcome of all kinds; no kind at all publishes, except where every line waits.

        earned: three published, none upheld against, 30 days (policy.md); relaxes only the cells that say so.
        """
        seen = set(kinds)
        outcome, flags, masks, deciding = self._of_nothing(role=role, place=place), set[str](), False, set[Kind]()
        for kind in sorted(seen):
            cell = self.cell(place=place, kind=kind, role=role)
            flags |= cell.flags
            masks = masks or cell.masks
            said = cell.earned if earned and cell.earned else cell.outcome
            if said is None:
                continue
            if STRICTNESS.index(said) > STRICTNESS.index(outcome):
                outcome, deciding = said, {kind}
            elif said == outcome:
                deciding.add(kind)
        return Decision(outcome=outcome, flags=frozenset(flags), masks=masks, kinds=frozenset(deciding))

    def _of_nothing(self, *, role: str, place: str) -> Outcome:
        cell = self.cells.get((place, "*", role))
        plain = place in {"live_alone", "private"} and cell is not None and cell.outcome is not None
        return cell.outcome if plain and cell and cell.outcome else Outcome.PUBLISH


def read(table: str) -> Policy:
    """Reads the table's text. PolicyBroken unless every kind and role has a cell for boards, and each cell only one."""
    cells: dict[tuple[str, str, str], Cell] = {}
    for row in csv.DictReader(table.splitlines()):
        place, kind = row.pop("place"), row.pop("kind")
        if place not in PRESENT_PLACES or (kind != "*" and kind not in Kind.__members__) or set(row) != set(Role):
            raise PolicyBroken(f"unknown row: {place},{kind}")
        for role, words in row.items():
            if not words:
                continue
            if (place, kind, role) in cells:
                raise PolicyBroken(f"said twice: {place},{kind}")
            cells[place, kind, role] = Cell.read(words)
    missing = [(kind, role) for kind in Kind for role in Role if ("board", kind.value, role.value) not in cells]
    if missing:
        raise PolicyBroken(f"no cell for {missing[0][0]} by {missing[0][1]}")
    return Policy(cells=cells, version=hashlib.sha256(table.encode()).hexdigest()[:12])


@cache
def current() -> Policy:
    """The shipped table."""
    return read(TABLE.read_text(encoding="utf-8"))
