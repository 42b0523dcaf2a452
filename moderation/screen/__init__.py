"""The screen: what a text is, where and why. It decides nothing; the gate's policy does."""

from moderation.screen.errors import ScreenBroken, ScreenTooSlow
from moderation.screen.judge import ready, screen
from moderation.screen.reasons import REASONS, for_nurses
from moderation.screen.types import Finding, Kind, Label, Text, Urgency, Verdict

# Read at import, so that a broken vocabulary stops the process from starting and never a post from being read.
VERSION = ready().version

__all__ = [
    "REASONS",
    "VERSION",
    "Finding",
    "Kind",
    "Label",
    "ScreenBroken",
    "ScreenTooSlow",
    "Text",
    "Urgency",
    "Verdict",
    "for_nurses",
    "screen",
]
