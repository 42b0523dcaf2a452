"""What the room of a live session takes at a moment, and who is there. Beneath the verbs of `sessions` and `submit`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils import timezone

from forum.models import Thread
from forum.sessions import GONE, SLOWER, LiveSession, Notice, Room, Seat, room_state
from moderation.errors import Hurried, Muted, RoomShut
from moderation.limits import TooFast
from moderation.models import Place, Submission
from people.models import Person
from people.rights import Right

if TYPE_CHECKING:
    from moderation.gate.places import Plan

CROWD, PATIENCE = 5, timedelta(seconds=60)  # lines that wait, and how long one does, before the room slows itself


# Lines


def table_for(thread: Thread, author: Person, at: datetime) -> str:
    """The policy's place for a line of this author in this thread, now. RoomShut or Muted where none is taken.

    A clinician who writes is in the room.
    """
    if thread.kind != Thread.Kind.LIVE:
        return "private" if thread.kind == Thread.Kind.PRIVATE else "board"
    come(thread, author, now=at)
    return _table(LiveSession.objects.get(thread=thread), author, at)


def _table(session: LiveSession, author: Person, at: datetime) -> str:
    state = room_state(session, at)
    spoken = state in {Room.OPEN, Room.WAITS} or (state == Room.PAUSED and author.may(Right.RULE))
    if not spoken:
        raise RoomShut(state)
    muted = Seat.objects.filter(thread=session.thread_id, person=author, muted_until__gt=at).first()
    if muted is not None and muted.muted_until is not None:
        raise Muted(muted.muted_until)
    return "live_alone" if state == Room.WAITS else "live"


def line_waits(submission: Submission, at: datetime) -> bool:
    """Asked again under the thread's lock: must the line wait for want of a clinician? RoomShut, Muted or Hurried.

    Whoever was sent away in this moment finds it shut.
    """
    session = LiveSession.objects.get(thread=submission.thread)
    if not Seat.objects.taken().filter(thread=submission.thread, person=submission.author).exists():
        raise RoomShut(Room.CLOSED)
    table = _table(session, submission.author, at)
    _keep_pace(session, submission, at)
    return table == "live_alone"


@dataclass(frozen=True, slots=True)
class Pace:
    """seconds: between two lines of a person; crowded: the room slowed itself, since lines wait."""

    seconds: int
    crowded: bool


def pace_of_room(session: LiveSession, now: datetime) -> Pace:
    waiting = Submission.objects.waiting().filter(thread=session.thread_id, place__in=[Place.REPLY, Place.EDIT])
    held = waiting.order_by().aggregate(count=Count("pk"), oldest=Min("written_at"))
    crowded = held["count"] > CROWD or (held["oldest"] is not None and now - held["oldest"] > PATIENCE)
    return Pace(max(session.slow, SLOWER) if crowded else session.slow, crowded)


def _keep_pace(session: LiveSession, submission: Submission, at: datetime) -> None:
    """A line too soon after the last one: Hurried. Nobody waits to change a line, and clinicians are not slowed."""
    if submission.place != Place.REPLY or submission.replaces_id or submission.author.may(Right.RULE):
        return
    mine = Submission.objects.of(submission.author).filter(thread=session.thread_id, place=Place.REPLY)
    last = mine.exclude(client_key=submission.client_key).filter(written_at__lte=at).order_by("-written_at").first()
    if last is None:
        return
    left = timedelta(seconds=pace_of_room(session, at).seconds) - (at - last.written_at)
    if left > timedelta(0):
        raise Hurried(TooFast(retry_after=max(1, -(-left // timedelta(seconds=1)))))


# Those who lead


def may_say(session: LiveSession, kind: Notice.Kind, person: Person) -> bool:
    """What it is about: who schedules. The point in hand: clinicians and hosting mentors. The summary: clinicians."""
    if kind == Notice.Kind.ABOUT:
        return person.may(Right.SCHEDULE)
    if person.may(Right.RULE):
        return True
    leads = Seat.objects.taken().filter(thread=session.thread_id, person=person, part=Seat.Part.MENTOR)
    return kind == Notice.Kind.AGENDA and leads.exists()


def prepare(plan: "Plan", *, by: Person, at: datetime) -> Thread:
    """The rows of a session to be: nobody sees them until its words have passed."""
    thread = Thread.objects.create(
        board=plan.board, kind=Thread.Kind.LIVE, author=by, title="", created_at=at, active_at=at
    )
    LiveSession.objects.create(
        thread=thread,
        language=plan.language,
        host=plan.host,
        capacity=plan.capacity,
        opens_at=plan.opens,
        closes_at=plan.closes,
    )
    seat(thread, [plan.host], Seat.Part.CLINICIAN, at)
    seat(thread, plan.mentors, Seat.Part.MENTOR, at)
    return thread


def seat(thread: Thread, people: Iterable[Person], part: Seat.Part, at: datetime) -> None:
    """Gives a place that does not count for the capacity; whoever has one keeps it."""
    made = [Seat(thread=thread, person=one, part=part, role=one.writes_as, since=at) for one in people]
    Seat.objects.bulk_create(made, ignore_conflicts=True)


# Presence


def come(thread: Thread, person: Person, *, now: datetime | None = None) -> None:
    """This person is in the room at this moment. A clinician needs no invitation, and opens it."""
    at = now or timezone.now()
    if thread.kind == Thread.Kind.LIVE and person.may(Right.RULE):
        if not Seat.objects.taken().filter(thread=thread, person=person).exists():
            seat(thread, [person], Seat.Part.CLINICIAN, at)
            Seat.objects.filter(thread=thread, person=person).update(state=Seat.State.IN)  # had left
        nurse_seen(thread.pk, at)
    seen([(thread.pk, person.pk)], now=at)


def seen(pairs: Iterable[tuple[UUID, UUID]], *, now: datetime | None = None) -> None:
    """(thread, person) of all who are in rooms at this moment: one statement, and a second for those who come first."""
    at = now or timezone.now()
    rooms: dict[UUID, list[UUID]] = {}
    for thread_id, person_id in pairs:
        rooms.setdefault(thread_id, []).append(person_id)
    if not rooms:
        return
    here = reduce(or_, (Q(thread=thread, person__in=people) for thread, people in rooms.items()))
    seats = Seat.objects.taken().filter(here)
    seats.update(seen_at=at)
    runs = LiveSession.objects.filter(thread__in=rooms, opens_at__lte=at, closes_at__gt=at, ended_at=None)
    seats.filter(came_at=None, thread__in=runs.values("thread")).update(came_at=at)


def nurse_seen(thread_id: UUID, at: datetime) -> None:
    """A clinician was in the room at this moment. A later one that is known stays, unless the clock was set back."""
    later = Q(nurse_seen_at=None) | Q(nurse_seen_at__lt=at) | Q(nurse_seen_at__gte=at + GONE)
    LiveSession.objects.filter(later, thread=thread_id, ended_at=None).update(nurse_seen_at=at)
