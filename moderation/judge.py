"""Screen and policy on one text. Whatever goes wrong in the screen becomes kind S: a hold."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from moderation import policy
from moderation.screen import VERSION, screen
from moderation.screen.types import Finding, Kind, Label, Text, Urgency, Verdict

log = logging.getLogger(__name__)

DEADLINE = 0.5  # seconds; architecture: the screen is looked at between rules, and given up after this
SCREEN_FAILED = gettext_noop("Our screen could not read this, so a nurse reads it first.")

Screen = Callable[..., Verdict]


class Nonsense(Exception):
    """The screen returned something that is not a verdict on this text."""


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    decision: policy.Decision


def failed(text: Text) -> Verdict:
    """The verdict where there is none: the whole text is held."""
    whole = Finding(
        label=None, kind=Kind.S, rule="screen.failed", field="body", start=0, end=len(text.body), why=SCREEN_FAILED
    )
    return Verdict(findings=(whole,), labels=frozenset(), scores=dict.fromkeys(Label, 0.0), version=VERSION)


def _checked(verdict: object, text: Text) -> Verdict:
    """The verdict if it can be believed. Nonsense for a wrong type, an unknown kind or a span outside the text."""
    if not isinstance(verdict, Verdict):
        raise Nonsense(type(verdict).__name__)
    lengths = {"body": len(text.body), "title": len(text.title), "tags": None, "context": None}
    for one in verdict.findings:
        length = lengths.get(one.field, -1)
        if not isinstance(one, Finding) or not isinstance(one.kind, Kind) or length == -1:
            raise Nonsense("finding")
        whole = isinstance(one.start, int) and isinstance(one.end, int)
        if not whole or not 0 <= one.start <= one.end or (length is not None and one.end > length):
            raise Nonsense("span")
        if one.urgency is not None and not isinstance(one.urgency, Urgency):
            raise Nonsense("urgency")
        if one.label is not None and one.label not in verdict.labels:
            raise Nonsense("finding without its label")
        if not all(isinstance(words, str) for words in (one.rule, one.why, one.flag)):
            raise Nonsense("words of a finding")
    if not all(isinstance(one, Label) for one in verdict.labels):
        raise Nonsense("label")
    if verdict.labels - {one.label for one in verdict.findings}:
        raise Nonsense("a label without a finding")
    if not isinstance(verdict.version, str) or not verdict.version:
        raise Nonsense("version")
    return verdict


def look(text: Text, *, using: Screen = screen) -> Verdict:
    """The screen's verdict within DEADLINE, else the verdict `failed`.

    The screen runs in a thread of its own: one that hangs is left behind, and the words wait. A stuck thread
    costs memory until restart, never a post that nobody looked at.
    """
    result: list[object] = []
    trouble: list[BaseException] = []

    def run() -> None:
        try:
            result.append(using(text, deadline=time.monotonic() + DEADLINE))
        except BaseException as error:  # a hold, never a way round: whatever was raised
            trouble.append(error)

    worker = threading.Thread(target=run, daemon=True, name="screen")
    worker.start()
    worker.join(DEADLINE * 1.5)
    try:
        if not trouble and not result:
            raise TimeoutError
        if not trouble:
            return _checked(result[0], text)
    except Exception as error:
        trouble.append(error)
    log.error("screen failed: %s", type(trouble[0]).__name__)
    return failed(text)


def _digits(words: str) -> str:
    return "".join(one for one in words if one.isdigit())


def _without(verdict: Verdict, text: Text, number: str) -> Verdict:
    """The verdict without personal details that are only a number which everybody may have (the nurse line's)."""
    if not _digits(number):
        return verdict
    fields = {"body": text.body, "title": text.title}
    kept = (
        one
        for one in verdict.findings
        if one.kind is not Kind.I1 or _digits(fields.get(one.field, "")[one.start : one.end]) != _digits(number)
    )
    return _only(verdict, tuple(kept))


def _only(verdict: Verdict, kept: tuple[Finding, ...]) -> Verdict:
    if len(kept) == len(verdict.findings):
        return verdict
    return replace(verdict, findings=kept, labels=frozenset(one.label for one in kept if one.label))


def tells_details(text: Text, *, public_number: str, using: Screen = screen) -> bool:
    """Whether a reader of this text would still learn a personal detail, or nobody can say."""
    verdict = _without(look(text, using=using), text, public_number)
    return any(one.kind in {Kind.I1, Kind.S} for one in verdict.findings)


def judge(
    text: Text,
    *,
    role: str,
    place: str,
    earned: Callable[[], bool] = lambda: False,
    public_number: str = "",
    known: Callable[[], Collection[tuple[str, int, int]]] = tuple,
    using: Screen = screen,
) -> Judgement:
    """Verdict and decision.

    earned is asked only where the table has a milder cell for those who earned it; public_number is never a
    personal detail; known tells kind, start and end of what was found in the previous line when it was handed in, so
    that only what the two lines say together counts now; it is asked only where something was found there.
    """
    verdict = failed(text) if not text.body.strip() else look(text, using=using)
    if public_number:
        verdict = _without(verdict, text, public_number)
    if any(one.field == "context" for one in verdict.findings):
        old = known()
        new = (one for one in verdict.findings if one.field != "context" or (one.kind, one.start, one.end) not in old)
        verdict = _only(verdict, tuple(new))
    kinds = {one.kind for one in verdict.findings}
    if verdict.labels and not kinds:
        kinds = {Kind.S}
    table = policy.current()
    has_earned = any(table.cell(place=place, kind=kind, role=role).earned for kind in kinds) and earned()
    return Judgement(verdict=verdict, decision=table.decide(kinds, role=role, place=place, earned=has_earned))
