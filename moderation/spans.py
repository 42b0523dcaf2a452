"""Words with what the screen saw marked in them; and the words without it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from moderation.models import Finding, Submission

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def marked(text: str, findings: Iterable[Finding], field: str) -> SafeString:
    """The text as html: each stretch that a finding covers in <mark class="span span--label">, line ends kept."""
    size = len(text)
    found = [one for one in findings if one.field == field and one.start < one.end <= size]
    spans = [(one.start, one.end, one.label or one.kind) for one in found]
    edges = sorted({0, size, *(edge for start, end, _ in spans for edge in (start, end))})
    parts = []
    for start, end in pairwise(edges):
        piece = str(escape(text[start:end])).replace("\n", "<br>")
        classes = sorted({f"span--{label}" for first, last, label in spans if first <= start and end <= last})
        parts.append(f'<mark class="span {" ".join(classes)}">{piece}</mark>' if classes else piece)
    return mark_safe("".join(parts))  # noqa: S308  every piece of the text is escaped above


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence; a line break ends one too."""
    edges = [0, *(gap.end() for gap in SENTENCE_END.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(edges) if text[start:end].strip()]


def _touched(sentence: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    start, end = sentence
    return any(first < end and start < max(last, first + 1) for first, last in spans)


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without the sentences that a span touches; empty where nothing is left."""
    kept = [text[start:end] for start, end in sentences(text) if not _touched((start, end), spans)]
    return re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()


def with_sentences_marked(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    """The text as html for its author: what `without` would leave out stands in <mark>, whole sentences, no labels."""
    parts = []
    for start, end in sentences(text):
        piece = text[start:end]
        words, gap = piece.rstrip(), piece[len(piece.rstrip()) :]
        shown = str(escape(words)).replace("\n", "<br>")
        parts.append(f"<mark>{shown}</mark>" if _touched((start, end), spans) else shown)
        parts.append("<br>" * gap.count("\n") or gap)
    return mark_safe("".join(parts))  # noqa: S308  every piece of the text is escaped above


def rest_of(submission: Submission, findings: Sequence[Finding]) -> str:
    """The words without what they wait for; "" where that is not on offer.

    Not for danger (R1, R2) or a failed screen (S), not twice for one text, not where the title is what waits.
    """
    spans = _leavable(submission, findings)
    rest = without(submission.text, spans) if spans else ""
    return rest if rest != submission.text else ""


def marked_for_author(submission: Submission, findings: Sequence[Finding]) -> SafeString:
    """The words with the sentences marked that "send it without" would leave out; "" where that is not on offer."""
    if not rest_of(submission, findings):
        return SafeString("")
    return with_sentences_marked(submission.text, _leavable(submission, findings))


def _leavable(submission: Submission, findings: Sequence[Finding]) -> list[tuple[int, int]]:
    """The spans that these words wait for, where their author may leave them out."""
    kinds = {one.kind for one in findings}
    elsewhere = any(one.field != "body" for one in findings)
    if submission.reduced or elsewhere or kinds & {"R1", "R2", "S"}:
        return []
    return [(one.start, one.end) for one in findings if one.field == "body"]
