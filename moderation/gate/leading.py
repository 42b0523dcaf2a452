"""What people do in the room of a live session: those who lead it, each act in the chain; and everybody, quietly."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from forum.models import Event, Post, Thread
from forum.sessions import PAUSE, SLOW, LiveSession, Room, SameHere, Seat, room_state
from moderation import signals
from moderation.errors import BadWords, Closed, NotHere, OwnWords, RoomShut
from moderation.gate import rooms, writing
from moderation.gate.sessions import act, is_over, locked, move_up, tell_access
from people.models import CLINICIANS, Person, Role
from people.rights import Right

LISTENS = timedelta(minutes=10)  # who is muted
SLOWEST = 120  # seconds between two lines of a person


def _leads(session: LiveSession, by: Person) -> None:
    if not by.may(Right.RULE) or not LiveSession.objects.visible_to(by).filter(pk=session.pk).exists():
        raise NotHere


def _set(session: LiveSession, by: Person, verb: str, at: datetime, *, detail: dict[str, object] | None = None,
         **facts: object) -> None:  # fmt: skip
    """Other facts of a room that is not over, told to open pages and put on record. Closed where it is over."""
    _leads(session, by)
    with transaction.atomic():
        _thread, found = locked(session)
        if is_over(found, at):
            raise Closed
        LiveSession.objects.filter(pk=found.pk).update(**facts)
        writing.stir(found)
        rooms.come(session.thread, by, now=at)  # who acts in a room is there
        act(found, by, verb, at, **(detail or {}))


def take_over(session: LiveSession, *, by: Person, now: datetime | None = None) -> None:
    """Another clinician hosts from here on."""
    _set(session, by, "session_taken_over", now or timezone.now(), host=by)


def pause_room(session: LiveSession, *, by: Person, now: datetime | None = None) -> None:
    """Ten minutes without lines; clinicians may speak."""
    at = now or timezone.now()
    _set(session, by, "room_paused", at, paused_until=at + PAUSE)


def resume_room(session: LiveSession, *, by: Person, now: datetime | None = None) -> None:
    _set(session, by, "room_resumed", now or timezone.now(), paused_until=None)


def set_slow(session: LiveSession, *, by: Person, seconds: int = SLOW, now: datetime | None = None) -> None:
    """Seconds between two lines of a person. BadWords beyond two minutes."""
    if not 0 <= seconds <= SLOWEST:
        raise BadWords("slow", "unknown")
    _set(session, by, "slow_set", now or timezone.now(), detail={"seconds": seconds}, slow=seconds)


def pin(session: LiveSession, *, by: Person, post: Post | None, now: datetime | None = None) -> None:
    """The question in hand stands above the lines; None: no longer. NotHere for a line of elsewhere, or taken back."""
    there = post is None or Post.objects.visible_to(by).filter(
        pk=post.pk, thread=session.thread_id, state=Post.State.VISIBLE
    )
    if not there:
        raise NotHere
    detail: dict[str, object] = {"post": str(post.pk) if post else ""}
    _set(session, by, "pinned", now or timezone.now(), detail=detail, pinned=post)


# Somebody in the room


def _change_seat(session: LiveSession, person: Person, by: Person, verb: str, at: datetime, **changes: object) -> None:
    """NotHere for a clinician, and for whoever has no seat."""
    _leads(session, by)
    with transaction.atomic():
        thread, found = locked(session)
        seat = Seat.objects.filter(thread=thread, person=person).exclude(part=Seat.Part.CLINICIAN)
        if not seat.update(**changes):
            raise NotHere
        tell_access(person)
        move_up(found, at)
        writing.stir(found)
        rooms.come(thread, by, now=at)
        act(found, by, verb, at, person=str(person.pk))


def mute(session: LiveSession, *, by: Person, person: Person, now: datetime | None = None) -> None:
    """Asked to listen for ten minutes: the next lines are refused, with their words kept."""
    at = now or timezone.now()
    _change_seat(session, person, by, "muted", at, muted_until=at + LISTENS, hand_at=None)


def unmute(session: LiveSession, *, by: Person, person: Person, now: datetime | None = None) -> None:
    _change_seat(session, person, by, "unmuted", now or timezone.now(), muted_until=None)


def remove(session: LiveSession, *, by: Person, person: Person, now: datetime | None = None) -> None:
    """Out of the room and its transcript at once, whatever is open; nobody comes back without `readmit`."""
    at = now or timezone.now()
    _change_seat(session, person, by, "removed", at, state=Seat.State.REMOVED, hand_at=None)


def readmit(session: LiveSession, *, by: Person, person: Person, now: datetime | None = None) -> None:
    """May take a place again, as anybody."""
    at = now or timezone.now()
    _change_seat(session, person, by, "readmitted", at, state=Seat.State.LEFT, came_at=None)


def private_word(session: LiveSession, *, by: Person, person: Person, now: datetime | None = None) -> Thread:
    """A conversation of the two beside the room; asked for again it is the same one. Its words pass the gate like all.

    NotHere for whoever was never in the room's list; Closed where the session is over.
    """
    at = now or timezone.now()
    _leads(session, by)
    with transaction.atomic():
        thread, found = locked(session)
        if is_over(found, at):
            raise Closed
        if person.pk == by.pk or not Seat.objects.filter(thread=thread, person=person).exists():
            raise NotHere
        mine = Thread.objects.filter(beside=thread, seats__person=by)
        aside = mine.filter(pk__in=Thread.objects.filter(beside=thread, seats__person=person).values("pk")).first()
        if aside is not None:
            return aside
        aside = Thread.objects.create(
            board=thread.board, kind=Thread.Kind.PRIVATE, author=by, beside=thread, created_at=at, active_at=at
        )
        for one in (by, person):
            part = Seat.Part.CLINICIAN if one.is_clinician else Seat.Part.MEMBER
            rooms.seat(aside, [one], part, at)
        Seat.objects.filter(thread=aside).update(came_at=at)
        for one in (by, person):
            tell_access(one)
        writing.stir(found)
        act(found, by, "private_word", at, person=str(person.pk), thread=str(aside.pk))
    return aside


def call_colleague(session: LiveSession, *, by: Person, now: datetime | None = None) -> int:
    """Asks the other clinicians of the centre to come, by mail; how many were asked."""
    at = now or timezone.now()
    _leads(session, by)
    with transaction.atomic():
        _thread, found = locked(session)
        if is_over(found, at):
            raise Closed
        asked = Person.objects.filter(
            Q(grants__role=Role.NURSE) | Q(grants__role=Role.RHEUMATOLOGIST),
            centre_id=by.centre_id,
            is_active=True,
            suspended_at=None,
            grants__revoked_at=None,
            grants__centre_id=by.centre_id,
        )
        ids = set(asked.exclude(pk=by.pk).values_list("pk", flat=True))
        for one in ids:
            signals.recorded.send(
                sender=LiveSession, what="colleague_called", session_id=found.pk, person_id=one, at=at
            )
        act(found, by, "colleague_called", at, asked=len(ids))
    return len(ids)


# Everybody, for oneself


def _own_seat(session: LiveSession, by: Person, **changes: object) -> None:
    """Changes one's own seat in a room that runs. NotHere without one; RoomShut once it is over."""
    if not by.may(Right.READ):
        raise NotHere
    if not Seat.objects.taken().filter(thread=session.thread_id, person=by).update(**changes):
        raise NotHere
    writing.stir(session)


def raise_hand(session: LiveSession, *, by: Person, now: datetime | None = None) -> None:
    """Asks for the word; again changes nothing. RoomShut where the room is not open."""
    at = now or timezone.now()
    state = room_state(LiveSession.objects.get(pk=session.pk), at)
    if state in {Room.LOBBY, Room.CLOSED}:
        raise RoomShut(state)
    if not Seat.objects.taken().filter(thread=session.thread_id, person=by, hand_at__isnull=False).exists():
        _own_seat(session, by, hand_at=at)


def lower_hand(session: LiveSession, *, by: Person, person: Person | None = None) -> None:
    """One's own; a clinician lowers anybody's, who had the word."""
    if person is None or person.pk == by.pk:
        _own_seat(session, by, hand_at=None)
        return
    _leads(session, by)
    Seat.objects.filter(thread=session.thread_id, person=person).update(hand_at=None)
    writing.stir(session)


def away(session: LiveSession, *, by: Person, now: datetime | None = None) -> None:
    """Pauses for oneself: not shown as present, the place is kept."""
    _own_seat(session, by, away_at=now or timezone.now(), hand_at=None)


def back(session: LiveSession, *, by: Person) -> None:
    _own_seat(session, by, away_at=None)


def leave(session: LiveSession, *, by: Person, now: datetime | None = None) -> None:
    """Quietly: the place is free for the next one; what was said stays readable once the session has closed."""
    at = now or timezone.now()
    with transaction.atomic():
        thread, found = locked(session)
        seat = Seat.objects.taken().filter(thread=thread, person=by)
        if not seat.update(state=Seat.State.LEFT, hand_at=None, away_at=None):
            raise NotHere
        tell_access(by)
        move_up(found, at)
        writing.stir(found)


def same_here(post: Post, *, by: Person, take_back: bool = False, now: datetime | None = None) -> int:
    """Says "same here" to another's line, or takes it back; how many say so. Saying it twice changes nothing.

    NotHere for a line that is not there for this person, and for clinicians; OwnWords; RoomShut once it is closed.
    """
    at = now or timezone.now()
    lines = Post.objects.visible_to(by).filter(pk=post.pk, thread__kind=Thread.Kind.LIVE, state=Post.State.VISIBLE)
    if not lines.exists() or not by.roles - CLINICIANS:
        raise NotHere
    if post.author_id == by.pk:
        raise OwnWords
    with transaction.atomic():
        thread = writing.locked(post.thread)
        state = room_state(LiveSession.objects.get(thread=thread), at)
        if state in {Room.LOBBY, Room.CLOSED}:
            raise RoomShut(state)
        current = Post.objects.select_for_update().get(pk=post.pk)
        rows = SameHere.objects.filter(post=current)
        if take_back:
            rows.filter(person=by).delete()
        else:
            SameHere.objects.bulk_create([SameHere(post=current, person=by, at=at)], ignore_conflicts=True)
        count = rows.count()
        if count != current.same:
            current.same = count
            current.save(update_fields=["same"])
            writing.event(thread, Event.Kind.REVISED, current, at)
    return count
