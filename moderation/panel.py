"""What the nurse in a live session sees beside the lines: what waits, what passed with a doubt, who wants the word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from forum.sessions import LiveSession, Seat
from moderation.desk_pages import Reason, reasons_of
from moderation.errors import NotHere
from moderation.gate.rooms import Pace, pace_of_room
from moderation.gate.ruling import PANEL
from moderation.gate.writing import RELEASED_WITHIN
from moderation.models import Danger, Place, State, Submission
from moderation.policy import Outcome
from moderation.spans import marked
from people import audit
from people.models import Act, Person
from people.rights import Right


@dataclass(frozen=True, slots=True)
class Line:
    """A line that waits, or passed with a doubt. words: with its findings marked (safe); post: None while it waits."""

    id: UUID
    post_id: UUID | None
    author_id: UUID
    author_name: str
    role: str
    role_label: str
    words: str
    reasons: list[Reason]
    danger: bool
    change: bool
    since: timedelta


@dataclass(frozen=True, slots=True)
class Panel:
    """held: in order, danger first, to be released into the talk; later: would be questions for after the session.

    weak: passed, with weak findings; asked: passed medicine questions, for her to answer. hands: who asks for the word.
    """

    held: list[Line]
    later: list[Line]
    weak: list[Line]
    asked: list[Line]
    hands: list[Seat]
    pace: Pace


def panel(session: LiveSession, *, by: Person, now: datetime) -> Panel:
    """NotHere without the right to rule. One's own words are left out. Reading is an act in the chain."""
    if not by.may(Right.RULE) or not LiveSession.objects.visible_to(by).filter(pk=session.pk).exists():
        raise NotHere
    here = Submission.objects.on_desk_of(by).filter(thread=session.thread_id, place__in=[Place.REPLY, Place.EDIT])
    here = here.select_related("author").prefetch_related("findings")
    waiting = list(here.waiting().order_by("-danger", "written_at"))
    _log_reading(session, by, waiting)
    passed = [one for one in here.filter(state=State.PUBLISHED, looked_at=None).order_by("written_at") if _doubted(one)]
    late = [one for one in waiting if now - one.written_at > RELEASED_WITHIN and one.danger == Danger.NONE]
    return Panel(
        held=[_line(one, now) for one in waiting if one not in late],
        later=[_line(one, now) for one in late],
        weak=[_line(one, now) for one in passed if "pinned" not in one.flags],
        asked=[_line(one, now) for one in passed if "pinned" in one.flags],
        hands=list(_hands(session)),
        pace=pace_of_room(session, now),
    )


def _hands(session: LiveSession) -> list[Seat]:
    raised = Seat.objects.taken().filter(thread=session.thread_id, hand_at__isnull=False)
    return list(raised.select_related("person").order_by("hand_at"))


def _doubted(one: Submission) -> bool:
    return bool(PANEL & set(one.flags)) or one.outcome == Outcome.PUBLISH_SEEN


def _line(one: Submission, now: datetime) -> Line:
    findings = list(one.findings.all())
    return Line(
        id=one.pk,
        post_id=one.post_id,
        author_id=one.author_id,
        author_name=one.author.pseudonym,
        role=one.role,
        role_label=one.get_role_display(),
        words=marked(one.text, findings, "body"),
        reasons=list({(each.label, each.why): each for each in reasons_of(one, findings)}.values()),
        danger=one.danger >= Danger.SAME_DAY,
        change=one.place == Place.EDIT,
        since=now - one.written_at,
    )


def _log_reading(session: LiveSession, by: Person, submissions: list[Submission]) -> None:
    """Each line once a nurse: the panel is read again every few seconds."""
    about = f"session:{session.pk}"
    read = Act.objects.filter(subject=about, verb="read_waiting", actor=str(by.pk)).values_list("detail", flat=True)
    known = {one for detail in read for one in detail["shown"]}
    new = [str(one.pk) for one in submissions if str(one.pk) not in known]
    if new:
        with transaction.atomic():
            audit.record(actor=str(by.pk), verb="read_waiting", subject=about, shown=new)
