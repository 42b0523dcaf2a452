"""A screen that says what a test wants to hear, through the gate's one seam: `submit(..., screen=says(Kind.M1))`."""

from collections.abc import Callable

from moderation.screen.types import Finding, Kind, Label, Text, Urgency, Verdict

LABELS = {
    **dict.fromkeys((Kind.R1, Kind.R2, Kind.R3), Label.RED_FLAG),
    **dict.fromkeys((Kind.M1, Kind.M2, Kind.M3, Kind.M4), Label.MEDICATION_ADVICE),
    Kind.M6: Label.MEDICATION_QUESTION,
    **dict.fromkeys((Kind.A1, Kind.A2, Kind.A3, Kind.A4), Label.ALTERNATIVE_THERAPY),
    Kind.I1: Label.PERSONAL_DETAILS,
}


def says(
    *kinds: Kind, on: str = "", field: str = "body", flag: str = "", urgency: Urgency | None = None
) -> Callable[..., Verdict]:
    """A screen that sees these kinds in the given field: at the words `on` where they stand, or in the whole of it."""

    def screen(text: Text, *, deadline: float | None = None) -> Verdict:
        given = {"body": text.body, "title": text.title, "context": text.previous_line}.get(field, "")
        start = given.find(on)
        end = start + len(on) if on else len(given)
        found = (
            ()
            if on not in given
            else tuple(
                Finding(LABELS.get(kind), kind, f"test.{kind}", field, start, end, "A test saw it.", 1.0, flag, urgency)
                for kind in kinds
            )
        )
        labels = frozenset(one.label for one in found if one.label)
        return Verdict(found, labels, {label: float(label in labels) for label in Label}, "test")

    return screen


nothing = says()
