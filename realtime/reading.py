"""What the hub asks the database: who may listen, what happened since, and the posts as their readers see them now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Count
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare

from forum.models import Event, Post, Thread
from moderation.models import Submission
from people.database import split
from people.models import Person
from people.rights import Right
from realtime.frames import Line

PAGE = 200  # events read at once


@dataclass(frozen=True, slots=True)
class Admission:
    """A socket that may listen. ends: when its session is over; standing: what `standing()` says of the person.

    room: the thread is the room of a live session; rules: the person rules there.
    """

    person_id: UUID
    centre_id: int
    language: str
    ends: datetime
    standing: str
    head: int = 0
    closed: bool = False
    room: bool = False
    rules: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """code: the close code, 4401 session over or 4403 no access (also: no such thread)."""

    code: int


SESSION_OVER, NO_ACCESS = Refusal(4401), Refusal(4403)


def person_of_session(session_key: str) -> tuple[Person, datetime] | None:
    """The signed-in person of a session and when the session ends; None for a session that is over."""
    if not (session_key.isascii() and session_key.isalnum()):  # a cookie may hold anything, even NUL
        return None
    session = Session.objects.filter(pk=session_key, expire_date__gt=timezone.now()).first()
    if session is None:
        return None
    held = session.get_decoded()
    if held.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = Person.objects.with_roles().filter(pk=held.get(SESSION_KEY)).first()
    if person is None or not person.is_active:
        return None
    if not constant_time_compare(held.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return None
    return person, session.expire_date


def admit(*, session_key: str, thread_id: UUID | None, language: str) -> Admission | Refusal:
    """May this session listen to this thread, now?"""
    found = person_of_session(session_key)
    if found is None:
        return SESSION_OVER
    person, ends = found
    threads = Thread.objects.visible_to(person).values_list("head_seq", "closed_at", "kind")
    thread = threads.filter(pk=thread_id).first() if thread_id else None
    if thread is None:
        return NO_ACCESS
    head, closed_at, kind = thread
    room = {"room": kind == Thread.Kind.LIVE, "rules": person.may(Right.RULE)}
    return _admission(person, ends, language, head=head, closed=closed_at is not None, **room)


def admit_to_desk(*, session_key: str, language: str) -> Admission | Refusal:
    found = person_of_session(session_key)
    if found is None:
        return SESSION_OVER
    person, ends = found
    return _admission(person, ends, language) if person.may(Right.RULE) else NO_ACCESS


def _admission(person: Person, ends: datetime, language: str, **more: Any) -> Admission:
    joined = person.__dict__["roles_now"]
    held = _standing(person.password, person.is_active, person.suspended_at, joined)
    return Admission(person.pk, person.centre_id, person.language or language, ends, held, **more)


def _standing(password: str, is_active: bool, suspended_at: datetime | None, roles: str | None) -> str:
    """Differs whenever the person's rights or log-in do."""
    return repr((password, is_active, suspended_at, sorted(split(roles))))


def standing(person_ids: list[UUID], session_keys: list[str]) -> tuple[dict[UUID, str], set[str]]:
    """How these people stand now, and which of these sessions still are."""
    facts = ("pk", "password", "is_active", "suspended_at", "roles_now")
    people = Person.objects.with_roles().filter(pk__in=person_ids).values_list(*facts)
    sessions = Session.objects.filter(session_key__in=session_keys).values_list("session_key", flat=True)
    return {pk: _standing(*held) for pk, *held in people}, set(sessions)


def waiting(centre_ids: list[int]) -> dict[int, int]:
    """How many words wait on the desk of each centre."""
    counted = Submission.objects.waiting().filter(centre__in=centre_ids).values_list("centre").annotate(Count("pk"))
    return dict.fromkeys(centre_ids, 0) | dict(counted.order_by())


def heads(thread_ids: list[UUID]) -> dict[UUID, int]:
    return dict(Thread.objects.filter(pk__in=thread_ids).values_list("pk", "head_seq"))


def events_after(thread_id: UUID, after: int, upto: int | None = None) -> list[Event]:
    """The next PAGE events with their posts, in order. Who may read a thread reads the same posts of it."""
    found = Event.objects.filter(thread=thread_id, seq__gt=after)
    if upto is not None:
        found = found.filter(seq__lte=upto)
    return list(
        found.select_related(
            "post__author", "post__reply_to__author", "post__note_by", "thread__board__centre"
        ).order_by("seq")[:PAGE]
    )


def lines(events: list[Event], language: str) -> list[Line]:
    """The events as they may be shown now: a post that is not visible any more travels without html."""
    made: dict[UUID, str] = {}
    found = []
    for event in events:
        html = None
        if event.post is not None and event.post.state == Post.State.VISIBLE:
            if event.post.pk not in made:
                live = event.thread.kind == Thread.Kind.LIVE
                made[event.post.pk] = post_html(event.post, language, event.thread.board.centre.time_zone, live)
            html = made[event.post.pk]
        post_id = str(event.post_id) if event.post_id else None
        found.append(Line.of(seq=event.seq, kind=event.kind, post=post_id, html=html))
    return found


def post_html(post: Post, language: str, zone: str, live: bool = False) -> str:
    """The post as on its page, without what one reader alone may do with it."""
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        return get_template("_post.html").render({"post": post, "live": live})
