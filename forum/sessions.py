"""A live session's facts: when, who, how many, and what its room is at a moment. Words: thread, posts, notices."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Person, Role
from people.rights import Right

ALONE, WITH_MENTOR = 8, 14  # members: a clinician alone, with a hosting mentor
GONE, AWAY = timedelta(minutes=2), timedelta(minutes=5)  # no clinician seen: every line waits; nobody writes
PAUSE = timedelta(minutes=10)
SLOW, SLOWER = 15, 30  # seconds between two lines of a person
HERE = timedelta(seconds=45)  # seen so lately counts as present: three heartbeats


class Room(models.TextChoices):
    """What the room of a live session is at a moment."""

    LOBBY = "lobby", _("Not open yet")
    OPEN = "open", _("Open")
    WAITS = "waits", _("Every line waits for the nurse")
    READ_ONLY = "read_only", _("For reading only until a nurse is back")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


class LiveSessionQuerySet(models.QuerySet["LiveSession"]):
    def visible_to(self, person: Person) -> "LiveSessionQuerySet":
        """Sessions of the own centre whose words have passed; those who schedule see the others too."""
        if not person.may(Right.READ):
            return self.none()
        here = self.filter(thread__board__centre_id=person.centre_id)
        return here if person.may(Right.SCHEDULE) else here.filter(announced_at__isnull=False)

    def ahead(self, now: datetime) -> "LiveSessionQuerySet":
        """What is to come or runs, the nearest first."""
        return self.filter(ended_at=None, cancelled_at=None, closes_at__gt=now).order_by("opens_at")

    def behind(self, person: Person) -> "LiveSessionQuerySet":
        """What this person was at, the latest first."""
        there = Seat.objects.filter(thread=OuterRef("thread"), person=person).that_came()
        return self.visible_to(person).filter(Exists(there), ended_at__isnull=False).order_by("-opens_at")


class LiveSession(models.Model):
    """When and with whom. Theme and centre are its thread's board, its title is the thread's; both are empty or passed.

    version: grows with whatever open pages must hear of and is no event.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.OneToOneField("forum.Thread", on_delete=models.PROTECT, related_name="session")
    language = models.CharField(max_length=2)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hosted")
    capacity = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True, help_text="its words have passed")
    nurse_seen_at = models.DateTimeField(null=True, blank=True, help_text="a clinician was in the room")
    paused_until = models.DateTimeField(null=True, blank=True)
    slow = models.PositiveSmallIntegerField(default=SLOW, help_text="seconds between two lines of a person")
    pinned = models.ForeignKey("forum.Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True, help_text="its lines are gone; the summary stays")
    version = models.PositiveIntegerField(default=0)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="closes_after_it_opens"),
            models.CheckConstraint(condition=Q(capacity__gte=1, capacity__lte=WITH_MENTOR), name="a_room_has_an_end"),
        ]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(ended_at=None, cancelled_at=None), name="sessions_ahead"),
            models.Index(fields=["ended_at"], condition=Q(emptied_at=None), name="sessions_to_empty"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def title(self) -> str:
        return self.thread.title


def room_state(session: LiveSession, now: datetime) -> Room:
    """What the room is at `now`: for the gate, the page and the socket alike.

    It opens when a clinician is there and follows the last time that one was seen; a pause lasts without her. A moment
    that lies in the future (the clock was set back) counts for nobody.
    """
    if session.cancelled_at or session.ended_at or now >= session.closes_at:
        return Room.CLOSED
    seen = session.nurse_seen_at
    if now < session.opens_at or seen is None:
        return Room.LOBBY
    if session.paused_until is not None and timedelta(0) < session.paused_until - now <= PAUSE:
        return Room.PAUSED
    since = now - seen
    if -GONE <= since < GONE:
        return Room.OPEN
    if seen < session.opens_at:  # she looked in before it opened, and is not here now
        return Room.LOBBY
    return Room.WAITS if since < AWAY else Room.READ_ONLY


def kept_since(now: datetime) -> datetime:
    """A room closed before this moment shows its lines to nobody any more."""
    return now - timedelta(days=settings.TRANSCRIPT_DAYS)


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self) -> "SeatQuerySet":
        return self.filter(state=Seat.State.IN)

    def members(self) -> "SeatQuerySet":
        """Those who count for the capacity."""
        return self.filter(part=Seat.Part.MEMBER)

    def in_line(self) -> "SeatQuerySet":
        return self.filter(state=Seat.State.IN_LINE).order_by("since", "pk")

    def that_came(self) -> "SeatQuerySet":
        """Who was there, and was not sent away."""
        return self.filter(came_at__isnull=False, state__in=[Seat.State.IN, Seat.State.LEFT])

    def present(self, now: datetime) -> "SeatQuerySet":
        """Who is in the room at this moment and has not paused for oneself, in the order of their names."""
        here = self.taken().filter(seen_at__gt=now - HERE, seen_at__lt=now + GONE, away_at=None)
        return here.select_related("person").order_by("person__pseudonym")


class Seat(models.Model):
    """A person's place in a thread that is not open to all: the room of a live session, or a private conversation."""

    class Part(models.TextChoices):
        MEMBER = "member", _("Member")
        MENTOR = "mentor", _("Hosting mentor")
        CLINICIAN = "clinician", _("Care team")

    class State(models.TextChoices):
        IN = "in", _("Has a place")
        IN_LINE = "in_line", _("On the waiting list")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Sent away")

    thread = models.ForeignKey("forum.Thread", on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seats")
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.MEMBER)
    role = models.CharField(max_length=20, choices=Role.choices, help_text="as others see the person there")
    state = models.CharField(max_length=10, choices=State.choices, default=State.IN)
    since = models.DateTimeField(default=timezone.now, help_text="the order of the waiting list")
    seen_at = models.DateTimeField(null=True, blank=True)
    came_at = models.DateTimeField(null=True, blank=True, help_text="first seen in the open room")
    hand_at = models.DateTimeField(null=True, blank=True, help_text="asks for the word")
    away_at = models.DateTimeField(null=True, blank=True, help_text="pauses for oneself")
    muted_until = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "person"], name="one_seat_a_person")]
        indexes = [models.Index(fields=["person", "state"], name="own_seats")]

    def __str__(self) -> str:
        return f"{self.part} {self.state}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Person) -> "NoticeQuerySet":
        """What it is about, to whom it is announced; the point in hand and the summary, to those who are there."""
        sessions = LiveSession.objects.visible_to(person)
        here = self.filter(session__in=sessions)
        if person.may(Right.RULE):
            return here
        seats = Seat.objects.filter(thread=OuterRef("session__thread"), person=person)
        during = Q(kind=Notice.Kind.AGENDA) & Exists(seats.taken())
        after = Q(kind=Notice.Kind.SUMMARY) & Exists(seats.that_came())
        return here.filter(Q(kind=Notice.Kind.ABOUT) | during | after)


class Notice(models.Model):
    """Words of those who lead a session, passed like all words: one of each kind, the newest."""

    class Kind(models.TextChoices):
        ABOUT = "about", _("What it is about")
        AGENDA = "agenda", _("The point in hand")
        SUMMARY = "summary", _("Closing summary")

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    html = models.TextField(help_text="rendered and cleaned once, when the words were handed in")
    text = models.TextField(help_text="the same as plain text")
    at = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "kind"], name="one_notice_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.session_id}"


class SameHere(models.Model):
    """Somebody knows this from their own life. Nothing is ordered by it."""

    post = models.ForeignKey("forum.Post", on_delete=models.CASCADE, related_name="same_here")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="same_here_once")]

    def __str__(self) -> str:
        return str(self.post_id)
