"""What the desk's pages show, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from forum.models import Post
from moderation.models import Danger, Finding, Place, Submission
from moderation.screen import for_nurses
from people.models import Person, Role

AROUND = 4  # posts of the thread shown before the one to decide on


@dataclass(frozen=True, slots=True)
class LabelChip:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the desk; see templates/desk/_row.html."""

    id: UUID
    url: str
    title: str
    first_line: str
    what: str
    author_name: str
    role: str
    role_label: str
    where: str
    promised: datetime | None
    late: bool
    waits: str
    danger: bool
    danger_label: str
    first_post: bool
    second_reading: bool
    for_nurse: bool
    labels: list[LabelChip]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it waits, for the nurse: the sentence, and rule, kind and evidence behind it."""

    label: str
    label_text: str
    quote: str
    why: str
    kind: str
    rule: str
    weight: float


def label_name(key: str) -> str:
    """A label in the reader's words."""
    names = {
        "medication_advice": _("Advice on a medicine"),
        "alternative_therapy": _("Alternative therapy"),
        "medication_question": _("Medicine question"),
        "red_flag": _("Danger sign"),
        "personal_details": _("Personal details"),
    }
    return names.get(key, _("Other"))


def what(submission: Submission) -> str:
    """What kind of words these are."""
    if submission.place == Place.THREAD:
        return _("New conversation")
    if submission.place == Place.EDIT:
        return _("Change of a post")
    if submission.place in {Place.SESSION, Place.AGENDA, Place.SUMMARY}:
        return submission.get_place_display()
    return _("Reply")


def first_line(text: str, length: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + "…"


def rows(submissions: Iterable[Submission], *, now: datetime) -> list[Row]:
    """Rows of submissions that came with author, thread, board and findings."""
    return [_row(one, now) for one in submissions]


def _row(one: Submission, now: datetime) -> Row:
    labels = dict.fromkeys(finding.label or "other" for finding in one.findings.all())
    return Row(
        id=one.pk,
        url=reverse("desk_item", args=[one.pk]),
        title=one.title or (one.thread.title if one.thread else ""),
        first_line=first_line(one.text),
        what=what(one),
        author_name=one.author.pseudonym,
        role=one.role,
        role_label=str(Role(one.role).label),
        where=one.board.title if one.board else "",
        promised=one.promised_at,
        late=bool(one.promised_at and one.promised_at < now),
        waits=timesince(one.written_at, now, depth=1),
        danger=one.danger >= Danger.SAME_DAY,
        danger_label=_("Danger now") if one.danger == Danger.EMERGENCY else _("Danger today"),
        first_post=one.first_words,
        second_reading=one.second_reading,
        for_nurse=one.for_nurse,
        labels=[LabelChip(key, label_name(key)) for key in labels if key != "red_flag"],
    )


def reasons_of(submission: Submission, findings: Iterable[Finding]) -> list[Reason]:
    """All findings, as reasons; the quote is what the finding covers."""
    fields = {"body": submission.text, "title": submission.title}
    return [
        Reason(
            label=one.label or "other",
            label_text=label_name(one.label),
            quote=first_line(fields.get(one.field, "")[one.start : one.end]),
            why=_(for_nurses(one.why)),
            kind=one.kind,
            rule=one.rule,
            weight=one.weight,
        )
        for one in findings
    ]


def around(submission: Submission, person: Person) -> list[Any]:
    """The posts before the one to decide on, and the one that it answers or changes."""
    if submission.thread is None:
        return []
    posts = (
        Post.objects.visible_to(person).filter(thread=submission.thread).select_related("author", "reply_to__author")
    )
    if submission.target is not None:
        return list(posts.filter(number__lte=submission.target.number).order_by("-number")[:AROUND])[::-1]
    return list(posts.filter(published_at__lte=submission.written_at).order_by("-number")[:AROUND])[::-1]
