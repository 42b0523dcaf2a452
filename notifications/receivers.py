"""What happened becomes rows of the outbox, in the same transaction.

Ids only. Whether there is still something to tell, and whether the recipient may see it, is asked again at sending.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Q
from django.dispatch import receiver

from forum.models import Post, Thread
from moderation.models import Ruling
from moderation.signals import recorded
from notifications.models import Follow, Kind, Mail, Wanted
from people.models import Person, Role

SESSIONS = {"seated": Kind.SEATED, "session_changed": Kind.SESSION, "colleague_called": Kind.CALLED}
TOLD = {Ruling.Verb.PUBLISHED, Ruling.Verb.RETURNED, Ruling.Verb.REFUSED, Ruling.Verb.WITHDRAWN}


def put(*, recipient_id: UUID, kind: Kind, event: str, at: datetime, **about: Any) -> None:
    """Into the outbox, once: the same event for the same person changes nothing."""
    row = Mail(recipient_id=recipient_id, kind=kind, event=event, at=at, due_at=at, **about)
    Mail.objects.bulk_create([row], ignore_conflicts=True)


@receiver(recorded)
def remember(sender: object, what: str, at: datetime, **about: Any) -> None:
    about.pop("signal")
    if what == "published":
        published(at=at, **about)
    elif what == "answered":
        answered(at=at, **about)
    elif what == "ruled":
        ruled(at=at, **about)
    elif what in SESSIONS:
        of_session(SESSIONS[what], at=at, **about)
    elif what in {Kind.HIDDEN, Kind.SHOWN}:
        reported(Kind(what), at=at, **about)


def published(
    *, post_id: UUID, thread_id: UUID, author_id: UUID, opener_id: UUID, newcomer: bool, at: datetime
) -> None:
    """Who writes follows, unless they said no. The opener hears of a first reply, a mentor of somebody new."""
    Follow.objects.bulk_create([Follow(person_id=author_id, thread_id=thread_id, since=at)], ignore_conflicts=True)
    if opener_id != author_id and _first_reply(thread_id, post_id, opener_id):
        put(recipient_id=opener_id, kind=Kind.FIRST_REPLY, event=f"first_reply:{post_id}", at=at, post_id=post_id)
    if newcomer:
        mentor = _welcome_mentor(author_id)
        if mentor is not None:
            put(recipient_id=mentor, kind=Kind.WELCOME, event=f"welcome:{author_id}", at=at, post_id=post_id)


def _first_reply(thread_id: UUID, post_id: UUID, opener_id: UUID) -> bool:
    """Is this the opener's first thread, and has nobody else's visible post stood there before?"""
    others = Post.objects.filter(thread=thread_id, state=Post.State.VISIBLE).exclude(author=opener_id)
    if others.exclude(pk=post_id).exists():  # asked first: nearly always it ends here
        return False
    first = Thread.objects.filter(author=opener_id).order_by("created_at").values_list("pk", flat=True).first()
    return first == thread_id


def _welcome_mentor(newcomer_id: UUID) -> UUID | None:
    """The mentor of the newcomer's centre who wants mail and was asked least recently."""
    mentors = (
        Person.objects.filter(
            is_active=True,
            suspended_at=None,
            centre__people=newcomer_id,
            grants__role=Role.MENTOR,
            grants__revoked_at=None,
            grants__centre=F("centre"),
        )
        .exclude(pk=newcomer_id)
        .exclude(mail_setting__wanted=Wanted.NONE)
        .annotate(asked=Max("mails__at", filter=Q(mails__kind=Kind.WELCOME)))
    )
    return mentors.order_by(F("asked").asc(nulls_first=True), "joined_at", "pk").values_list("pk", flat=True).first()


def answered(*, post_id: UUID, thread_id: UUID, author_id: UUID, asker_id: UUID, at: datetime) -> None:
    if asker_id != author_id:
        put(recipient_id=asker_id, kind=Kind.ANSWER, event=f"answer:{post_id}", at=at, post_id=post_id)


def ruled(*, ruling_id: int, submission_id: UUID, author_id: UUID, at: datetime) -> None:
    if Ruling.objects.filter(pk=ruling_id, verb__in=TOLD).exists():
        put(recipient_id=author_id, kind=Kind.RULING, event=f"ruling:{ruling_id}", at=at, ruling_id=ruling_id)


def reported(kind: Kind, *, post_id: UUID, author_id: UUID, seq: int, at: datetime) -> None:
    """The author's post was hidden by reports, or a nurse has shown it again."""
    put(recipient_id=author_id, kind=kind, event=f"{kind}:{post_id}:{seq}", at=at, post_id=post_id)


def of_session(kind: Kind, *, session_id: UUID, person_id: UUID, at: datetime) -> None:
    event = f"{kind}:{session_id}:{int(at.timestamp())}"
    put(recipient_id=person_id, kind=kind, event=event, at=at, session_id=session_id)
