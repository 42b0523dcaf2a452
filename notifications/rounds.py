"""What the clock brings: the nurses' morning mail, the deputy's, and the daily digest, each once a centre and day; and
who is reminded of a live session.

All moments are wall-clock times of the centre's zone, compared in UTC: a night in which the clock moves makes none of
them happen twice or not at all.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from forum.models import Thread
from forum.sessions import LiveSession, Seat
from moderation.models import Submission, SubmissionQuerySet
from notifications.models import Follow, Kind, Mail, Round, Wanted
from people.models import Centre, Person, Role
from people.reading import NobodyReads, moments_after, promise

REMINDERS = ((timedelta(days=1), timedelta(hours=1)), (timedelta(hours=1), timedelta(0)))  # from, until the next one
DIGEST_AT = time(9, 0)
GRACE = timedelta(minutes=30)  # a nurse who begins at the promised moment has not missed it
TWICE = 2


def plan(now: datetime) -> int:
    """Writes what is due by the clock at `now` into the outbox; the number of mails planned."""
    planned = _soon(now)
    for centre in Centre.objects.all():
        planned += _digest(centre, now) + _morning(centre, now) + _missed(centre, now)
    return planned


def _once(centre: Centre, kind: Kind, event: str, *, at: datetime, due: datetime, to: Iterable[UUID]) -> int:
    """The mails of a round and its row, together; nothing where another worker was earlier."""
    rows = [Mail(recipient_id=one, kind=kind, event=event, at=at, due_at=due) for one in to]
    try:
        with transaction.atomic():
            Round.objects.create(centre=centre, event=event, at=at)
            Mail.objects.bulk_create(rows, ignore_conflicts=True)
    except IntegrityError:
        return 0
    return len(rows)


def _done(centre: Centre, event: str) -> bool:
    return Round.objects.filter(centre=centre, event=event).exists()


def people(centre: Centre, role: Role) -> QuerySet[Person]:
    """Who holds the role there now, and wants mail."""
    held = Person.objects.filter(
        centre=centre,
        is_active=True,
        suspended_at=None,
        grants__role=role,
        grants__revoked_at=None,
        grants__centre=centre,
    )
    return held.exclude(mail_setting__wanted=Wanted.NONE)


# Live sessions


def _soon(now: datetime) -> int:
    """A day and an hour before, to who has a place; not to who took it since. Other hours are another event."""
    rows = []
    seats = Seat.objects.taken().filter(thread__session__announced_at__isnull=False)
    for before, after in REMINDERS:
        near = LiveSession.objects.ahead(now).filter(opens_at__gt=now + after, opens_at__lte=now + before)
        for session in near:
            event = f"{before.total_seconds():.0f}:{session.pk}:{int(session.opens_at.timestamp())}"
            asked = seats.filter(thread=session.thread_id, since__lte=session.opens_at - before)
            told = Mail.objects.filter(event=event).values("recipient")
            rows += [
                Mail(recipient_id=one, kind=Kind.SOON, event=event, at=now, due_at=now, session=session)
                for one in asked.exclude(person__in=told).values_list("person", flat=True)
            ]
    Mail.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


# The digest


def _digest(centre: Centre, now: datetime) -> int:
    day = now.astimezone(ZoneInfo(centre.time_zone)).date()
    at = datetime.combine(day, DIGEST_AT, tzinfo=ZoneInfo(centre.time_zone)).astimezone(UTC)
    event = f"digest:{day}"
    if now < at or _done(centre, event):
        return 0
    last = Round.objects.filter(centre=centre, event__startswith="digest:").order_by("-at").first()
    readers = _readers(centre, last.at if last else None).values_list("pk", flat=True)
    return _once(centre, Kind.DIGEST, event, at=at, due=now, to=list(readers))


def _readers(centre: Centre, since: datetime | None) -> QuerySet[Person]:
    """Who follows something that moved since the last round. Whether it holds news is asked at sending."""
    threads = Thread.objects.filter(board__centre=centre).on_boards()
    if since is not None:
        threads = threads.filter(active_at__gt=since)
    moved = Q(Exists(threads.filter(pk=OuterRef("thread")))) | Q(Exists(threads.filter(board=OuterRef("board"))))
    followed = Follow.objects.live().filter(moved, person=OuterRef("pk"))
    wanting = Person.objects.filter(centre=centre, is_active=True, suspended_at=None)
    return wanting.filter(Exists(followed)).exclude(mail_setting__wanted__in=[Wanted.NONE, Wanted.OWN])


# The nurses' morning


def moments_of_today(centre: Centre, now: datetime) -> list[datetime]:
    """Today's reading moments that have come, in UTC; none on a day on which nobody reads."""
    zone = ZoneInfo(centre.time_zone)
    day = now.astimezone(zone).date()
    found = []
    for moment in moments_after(centre, datetime.combine(day, time(0), tzinfo=zone) - timedelta(microseconds=1)):
        if moment.date() != day or moment.astimezone(UTC) > now:
            break
        found.append(moment.astimezone(UTC))
    return found


def _morning(centre: Centre, now: datetime) -> int:
    event = f"morning:{now.astimezone(ZoneInfo(centre.time_zone)).date()}"
    if _done(centre, event):
        return 0
    come = moments_of_today(centre, now)
    if not come:
        return 0
    nurses = people(centre, Role.NURSE).values_list("pk", flat=True)
    return _once(centre, Kind.MORNING, event, at=come[0], due=now, to=list(nurses))


# Promises that were not kept


def missed_twice(centre: Centre, now: datetime) -> SubmissionQuerySet:
    """What waits although two promised moments have passed (each by GRACE)."""
    since = now - GRACE
    waiting = Submission.objects.waiting().filter(centre_id=centre.pk, promised_at__lt=since)
    promised = waiting.order_by().values_list("promised_at", flat=True).distinct()
    return waiting.filter(promised_at__in=[at for at in promised if at is not None and _twice(centre, at, since)])


def _twice(centre: Centre, promised_at: datetime, now: datetime) -> bool:
    try:
        _next, missed = promise(centre, promised_at=promised_at, now=now)
    except NobodyReads:
        return True
    return missed >= TWICE


def _missed(centre: Centre, now: datetime) -> int:
    """Looked at once a reading moment: somebody is told then, and again at the next one while it lasts."""
    come = moments_of_today(centre, now - GRACE)
    event = f"missed:{come[-1]:%Y-%m-%dT%H:%MZ}" if come else ""
    if not come or _done(centre, event):
        return 0
    told = _deputies(centre) if missed_twice(centre, now).exists() else []
    return _once(centre, Kind.MISSED, event, at=come[-1], due=now, to=told)


def _deputies(centre: Centre) -> list[UUID]:
    """The deputy; where there is none who wants mail, the centre's rheumatologists, and else its nurses."""
    wanting = Person.objects.filter(is_active=True, suspended_at=None).exclude(mail_setting__wanted=Wanted.NONE)
    for found in (
        wanting.filter(pk=centre.deputy_id or UUID(int=0)),
        people(centre, Role.RHEUMATOLOGIST),
        people(centre, Role.NURSE),
    ):
        if ids := list(found.values_list("pk", flat=True)):
            return ids
    return []
