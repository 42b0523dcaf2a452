"""The verbs around a live session: what is planned, who has a place, when its room closes. In the room: `leading`."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from forum.models import Board, Post, Thread
from forum.sessions import ALONE, WITH_MENTOR, LiveSession, Room, Seat, kept_since, room_state
from moderation import signals
from moderation.errors import BadWords, ChangedMeanwhile, Closed, NotHere
from moderation.gate import rooms, writing
from moderation.gate.places import Plan
from moderation.gate.ruling import PANEL
from moderation.gate.submitting import submit
from moderation.models import Danger, Place, Ruling, RulingText, State, Submission
from people import audit
from people.clock import NoSuchMoment, moment
from people.models import Person, Role
from people.rights import Right
from people.signals import access_changed

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=3)
FARTHEST = timedelta(days=366)


def schedule(
    *,
    by: Person,
    board: Board,
    language: str,
    host: Person,
    mentors: Iterable[Person] = (),
    capacity: int,
    opens: datetime,
    closes: datetime,
    title: str,
    words: str,
    client_key: uuid.UUID,
    checked: str = "",
    now: datetime | None = None,
) -> Submission:
    """Plans a session; it is announced when its title and words pass, as the submission tells.

    opens, closes: wall-clock times of the centre (naive). NotHere without the right, for people of other centres and a
    board that is not there; BadWords for facts that cannot be; and whatever `submit` raises. Nothing is stored then.
    """
    at = now or timezone.now()
    if not by.may(Right.SCHEDULE) or not Board.objects.visible_to(by).filter(pk=board.pk).exists():
        raise NotHere
    zone = by.centre.time_zone
    plan = Plan(board, language, host, tuple(mentors), capacity, _moment(opens, "opens", zone),
                _moment(closes, "closes", zone))  # fmt: skip
    _check(plan, by)
    if plan.opens <= at:
        raise BadWords("opens", "past")
    _check_hours(plan, at)
    return submit(author=by, place=plan, title=title, words=words, client_key=client_key, checked=checked, now=at)


def _moment(wall: datetime, field: str, zone: str) -> datetime:
    if wall.tzinfo is not None:
        return wall
    try:
        return moment(wall, zone)
    except NoSuchMoment as none:
        raise BadWords(field, none.code) from none
    except OverflowError as none:
        raise BadWords(field, "too_far") from none


def _check(plan: Plan, by: Person) -> None:
    """Who leads, in which language, and how many come."""
    if any(one.centre_id != by.centre_id for one in (plan.host, *plan.mentors)):
        raise NotHere
    if not plan.host.may(Right.RULE):
        raise BadWords("host", "unknown")
    if any(Role.MENTOR not in one.roles for one in plan.mentors):
        raise BadWords("mentors", "unknown")
    if plan.language not in dict(settings.LANGUAGES):
        raise BadWords("language", "unknown")
    if not 1 <= plan.capacity <= (WITH_MENTOR if plan.mentors else ALONE):
        raise BadWords("capacity", "with_mentor" if plan.mentors else "alone")


def _check_hours(plan: Plan, at: datetime) -> None:
    if plan.opens > at + FARTHEST:
        raise BadWords("opens", "too_far")
    if not SHORTEST <= plan.closes - plan.opens <= LONGEST:
        raise BadWords("closes", "length")


def locked(session: LiveSession) -> tuple[Thread, LiveSession]:
    """Thread and facts as they are, until the transaction ends."""
    thread = writing.locked(session.thread)
    return thread, LiveSession.objects.get(pk=session.pk)


def is_over(session: LiveSession, at: datetime) -> bool:
    return room_state(session, at) == Room.CLOSED


def _plan_of(session: LiveSession) -> Plan:
    leading = Seat.objects.taken().filter(thread=session.thread_id, part=Seat.Part.MENTOR).order_by("person")
    mentors = tuple(one.person for one in leading.select_related("person"))
    return Plan(session.thread.board, session.language, session.host, mentors, session.capacity, session.opens_at,
                session.closes_at)  # fmt: skip


def facts_seen(session: LiveSession) -> str:
    """The facts as one value, for a form that shows them: two who plan must not overwrite each other unseen."""
    return _plan_of(session).fingerprint


def change_session(
    session: LiveSession,
    *,
    by: Person,
    host: Person | None = None,
    mentors: Iterable[Person] | None = None,
    capacity: int | None = None,
    opens: datetime | None = None,
    closes: datetime | None = None,
    language: str = "",
    seen: str | None = None,
    now: datetime | None = None,
) -> LiveSession:
    """Other facts; None: as it was. Other hours are told to all who have a place; more room lets the waiting list in.

    seen: what the planner was shown (`facts_seen`); ChangedMeanwhile where it is no longer so; None: whatever it is.
    Closed once it is over; BadWords for facts that cannot be, such as fewer places than are taken.
    """
    at = now or timezone.now()
    _who_schedules(session, by)
    zone = by.centre.time_zone
    with transaction.atomic():
        thread, found = locked(session)
        if is_over(found, at):
            raise Closed
        plan = _plan_of(found)
        if seen is not None and seen != plan.fingerprint:
            raise ChangedMeanwhile
        new = replace(
            plan,
            language=language or plan.language,
            host=host or plan.host,
            mentors=plan.mentors if mentors is None else tuple(mentors),
            capacity=plan.capacity if capacity is None else capacity,
            opens=_moment(opens, "opens", zone) if opens else plan.opens,
            closes=_moment(closes, "closes", zone) if closes else plan.closes,
        )
        _check(new, by)
        if new.opens != plan.opens and (at >= plan.opens or new.opens <= at):
            raise BadWords("opens", "past")
        if new.closes <= at:
            raise BadWords("closes", "past")
        _check_hours(new, at)
        if new.capacity < Seat.objects.taken().members().filter(thread=thread).count():
            raise BadWords("capacity", "taken")
        for name in ("language", "host", "capacity"):
            setattr(found, name, getattr(new, name))
        found.opens_at, found.closes_at = new.opens, new.closes
        found.save(update_fields=["language", "host", "capacity", "opens_at", "closes_at"])
        gone = [one for one in plan.mentors if one not in new.mentors]
        Seat.objects.filter(thread=thread, person__in=gone, part=Seat.Part.MENTOR).update(state=Seat.State.LEFT)
        for one in gone:
            tell_access(one)
        rooms.seat(thread, [new.host], Seat.Part.CLINICIAN, at)
        rooms.seat(thread, new.mentors, Seat.Part.MENTOR, at)
        Seat.objects.filter(thread=thread, person__in=new.mentors).update(part=Seat.Part.MENTOR, state=Seat.State.IN)
        if (new.opens, new.closes) != (plan.opens, plan.closes):
            tell_seats(found, "session_changed", at)
        move_up(found, at)
        writing.stir(found)
        act(found, by, "session_changed", at)
    return found


def cancel(session: LiveSession, *, by: Person, now: datetime | None = None) -> None:
    """It does not take place; who has a place or waits for one is told. Closed where it has begun, or is over."""
    at = now or timezone.now()
    _who_schedules(session, by)
    with transaction.atomic():
        thread, found = locked(session)
        if room_state(found, at) != Room.LOBBY:
            raise Closed
        LiveSession.objects.filter(pk=found.pk).update(cancelled_at=at)
        if found.announced_at:
            tell_seats(found, "session_changed", at)
        _return_what_waits(thread, at)
        writing.shut(thread, at=at)
        act(found, by, "session_cancelled", at)


def _who_schedules(session: LiveSession, by: Person) -> None:
    if not by.may(Right.SCHEDULE) or not LiveSession.objects.visible_to(by).filter(pk=session.pk).exists():
        raise NotHere


# Places


def sign_up(session: LiveSession, *, by: Person, now: datetime | None = None) -> Seat:
    """A place, or one on the waiting list; again changes nothing.

    NotHere for a session that this person does not see, or was sent away from; Closed where it is over.
    """
    at = now or timezone.now()
    if not LiveSession.objects.visible_to(by).filter(pk=session.pk, announced_at__isnull=False).exists():
        raise NotHere
    with transaction.atomic():
        thread, found = locked(session)
        if is_over(found, at):
            raise Closed
        seat = Seat.objects.filter(thread=thread, person=by).first()
        if seat is not None and seat.state == Seat.State.REMOVED:
            raise NotHere
        if seat is not None and seat.state in {Seat.State.IN, Seat.State.IN_LINE}:
            return seat
        part = seat.part if seat is not None else (Seat.Part.CLINICIAN if by.may(Right.RULE) else Seat.Part.MEMBER)
        free = part != Seat.Part.MEMBER or _free(found) > 0
        state = Seat.State.IN if free else Seat.State.IN_LINE
        fresh = {"state": state, "since": at, "part": part, "role": by.writes_as}
        seat, _new = Seat.objects.update_or_create(thread=thread, person=by, defaults=fresh)
        writing.stir(found)
    return seat


def _free(session: LiveSession) -> int:
    """Places that nobody has or waits for."""
    members = Seat.objects.members().filter(thread=session.thread_id, state__in=[Seat.State.IN, Seat.State.IN_LINE])
    return session.capacity - members.count()


def sign_off(session: LiveSession, *, by: Person, now: datetime | None = None) -> bool:
    """Gives the place, or the one on the waiting list, back; the next one moves up. False where there was none."""
    at = now or timezone.now()
    with transaction.atomic():
        thread, found = locked(session)
        held = Seat.objects.filter(thread=thread, person=by, state__in=[Seat.State.IN, Seat.State.IN_LINE])
        given = held.update(state=Seat.State.LEFT, hand_at=None, away_at=None)
        if given:
            tell_access(by)
            move_up(found, at)
            writing.stir(found)
    return bool(given)


def move_up(session: LiveSession, at: datetime) -> None:
    """Lets the waiting list in, as far as there is room; each is told. The thread is locked by the caller."""
    if is_over(session, at):
        return
    members = Seat.objects.members().filter(thread=session.thread_id)
    room = session.capacity - members.taken().count()
    for seat in members.in_line()[: max(0, room)]:
        Seat.objects.filter(pk=seat.pk).update(state=Seat.State.IN)
        signals.recorded.send(sender=Seat, what="seated", session_id=session.pk, person_id=seat.person_id, at=at)


def tell_seats(session: LiveSession, what: str, at: datetime) -> None:
    """To all who have a place or wait for one."""
    held = Seat.objects.filter(thread=session.thread_id, state__in=[Seat.State.IN, Seat.State.IN_LINE])
    for person_id in held.values_list("person", flat=True):
        signals.recorded.send(sender=LiveSession, what=what, session_id=session.pk, person_id=person_id, at=at)


def tell_access(person: Person) -> None:
    """What this person may hear has changed: open sockets are asked again after commit."""
    transaction.on_commit(partial(access_changed.send, sender=Person, person_id=str(person.pk)))


def act(session: LiveSession, by: Person | None, verb: str, at: datetime, **detail: object) -> None:
    """The act's link in the chain; last in its transaction."""
    actor = str(by.pk) if by else ""
    audit.record(actor=actor, verb=verb, subject=f"session:{session.pk}", at=at, **detail)


# The end


def close(session: LiveSession, *, by: Person | None = None, now: datetime | None = None) -> bool:
    """The session is over; `by` None: by the clock. False where it was already.

    What still waits goes back to its author with a sentence; words with a danger sign, and questions to the nurse, stay
    on the desk. Passed lines that no nurse has looked at go to the second reading. Its private words close with it.
    """
    at = now or timezone.now()
    if by is not None and not (by.may(Right.RULE) and LiveSession.objects.visible_to(by).filter(pk=session.pk)):
        raise NotHere
    with transaction.atomic():
        thread, found = locked(session)
        if found.ended_at or found.cancelled_at:
            return False
        LiveSession.objects.filter(pk=found.pk).update(ended_at=at, paused_until=None)
        Seat.objects.filter(thread=thread).update(hand_at=None)
        asides = list(Thread.objects.select_for_update().filter(beside=thread, closed_at=None).order_by("pk"))
        for one in (thread, *asides):
            _return_what_waits(one, at)
            writing.shut(one, at=at)
        _to_second_reading(thread)
        writing.tell_desk(thread.board.centre_id)
        act(found, by, "session_closed", at)
    return True


def _return_what_waits(thread: Thread, at: datetime) -> None:
    """Back to their authors, by nobody's ruling. A summary may still come."""
    waiting = Submission.objects.waiting().filter(thread=thread, for_nurse=False, danger__lt=Danger.SAME_DAY)
    for one in waiting.exclude(place=Place.SUMMARY).select_related("author").order_by("written_at"):
        back = {"state": State.RETURNED, "decided_at": at, "told_at": None}
        if not Submission.objects.waiting().filter(pk=one.pk).update(**back):
            continue
        with translation.override(one.author.language or settings.LANGUAGE_CODE):
            reason = _("The session closed before a nurse could read this. You can ask it on a board instead.")
        ruling = Ruling.objects.create(submission=one, author=one.author_id, verb=Ruling.Verb.RETURNED, at=at)
        RulingText.objects.create(ruling=ruling, reason=reason, salt=secrets.token_hex(16))
        signals.recorded.send(
            sender=Ruling, what="ruled", ruling_id=ruling.pk, submission_id=one.pk, author_id=one.author_id, at=at
        )
        writing.tell_author(one)


def _to_second_reading(thread: Thread) -> None:
    passed = Submission.objects.filter(thread=thread, state=State.PUBLISHED, looked_at=None).exclude(flags=[])
    unseen = [one.pk for one in passed.only("pk", "flags") if PANEL & set(one.flags)]
    Submission.objects.filter(pk__in=unseen).update(second_reading=True)


def keep_time(now: datetime) -> int:
    """What the clock brings: rooms past their hour close, and lines that were kept long enough go. How many did."""
    late = LiveSession.objects.filter(ended_at=None, cancelled_at=None, closes_at__lte=now)
    done = sum(close(one, now=now) for one in late.select_related("thread"))
    old = LiveSession.objects.filter(emptied_at=None, ended_at__lte=kept_since(now)).select_related("thread")
    return done + sum(_empty(one, now) for one in old)


def _empty(session: LiveSession, at: datetime) -> bool:
    """Takes the lines of the room, and of what was said beside it, out of the readers' tables; their numbers stay."""
    with transaction.atomic():
        thread = writing.locked(session.thread)
        if not LiveSession.objects.filter(pk=session.pk, emptied_at=None).update(emptied_at=at, pinned=None):
            return False
        for one in (thread, *Thread.objects.filter(beside=thread)):
            gone = {"state": Post.State.WITHDRAWN, "html": "", "text": "", "note_html": ""}
            Post.objects.filter(thread=one).update(**gone)
    return True
