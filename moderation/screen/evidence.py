"""What one rule adds to the sum: a label, a kind, a place and a weight."""

from typing import NamedTuple

from moderation.screen.types import Kind, Label


class Evidence(NamedTuple):
    """One part of the sum. Units start..end of the passage (end excluded); `why` is a code of REASONS.

    A label of None carries nothing and is only told (an old event, a hand-over).
    """

    label: Label | None
    kind: Kind
    rule: str
    start: int
    end: int
    weight: float
    why: str
    flag: str = ""
