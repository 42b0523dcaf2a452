"""Who wants to hear of what, and what is to be told: ids and counts of tries, never words."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Board, Post, Thread
from forum.sessions import LiveSession
from moderation.models import Ruling
from people.models import Centre, Person


class FollowQuerySet(models.QuerySet["Follow"]):
    def of(self, person: Person) -> "FollowQuerySet":
        return self.filter(person=person)

    def live(self) -> "FollowQuerySet":
        return self.filter(following=True)


class Follow(models.Model):
    """A person follows a thread or a board, or has said no: a row that says no keeps writing from following again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    thread = models.ForeignKey(Thread, null=True, on_delete=models.CASCADE, related_name="follows")
    board = models.ForeignKey(Board, null=True, on_delete=models.CASCADE, related_name="follows")
    following = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "thread"], name="a_thread_followed_once"),
            models.UniqueConstraint(fields=["person", "board"], name="a_board_followed_once"),
            models.CheckConstraint(
                condition=Q(thread=None, board__isnull=False) | Q(thread__isnull=False, board=None),
                name="a_follow_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Wanted(models.TextChoices):
    """What a person is mailed about."""

    ALL = "all", _("Everything that concerns me, and once a day what is new where I follow")
    OWN = "own", _("Only what concerns me: my own words, and my tasks here")
    NONE = "none", _("No mail at all")


class MailSetting(models.Model):
    """A person's choice; no row means everything."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="mail_setting"
    )
    wanted = models.CharField(max_length=4, choices=Wanted.choices, default=Wanted.ALL)

    def __str__(self) -> str:
        return self.wanted


class Kind(models.TextChoices):
    RULING = "ruling"  # on my words
    HIDDEN = "hidden"  # my post, by reports
    SHOWN = "shown"  # my post, by a nurse who has read it again
    FIRST_REPLY = "first_reply"  # to my first question
    ANSWER = "answer"  # a clinician's, to my question
    DIGEST = "digest"  # new posts in what I follow
    MORNING = "morning"  # to a nurse: what waits
    MISSED = "missed"  # to the deputy: a promised moment passed twice
    WELCOME = "welcome"  # to a mentor: somebody new has written
    SEATED = "seated"  # a place in a live session came free for me
    SESSION = "session"  # one that I have a place in has other hours, or is cancelled
    SOON = "soon"  # it begins within a day, and within an hour
    CALLED = "called"  # to a clinician: a colleague in a session asks for help


class State(models.TextChoices):
    PENDING = "pending"
    SENT = "sent"
    DROPPED = "dropped"  # nothing to say any more when it was to be sent
    REFUSED = "refused"  # the mail server does not take this address


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, now: datetime) -> "MailQuerySet":
        return self.filter(state=State.PENDING, due_at__lte=now)


class Mail(models.Model):
    """The outbox: one row a recipient and event, written with the event. What it says is found when it is sent.

    `due_at` is also the lease of the worker that tries it, and the back-off after a failure; `tries` tells the
    workers apart.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    event = models.CharField(max_length=60, help_text="what happened, in ids: a recipient is told of it at most once")
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(LiveSession, null=True, on_delete=models.CASCADE, related_name="+")
    ruling = models.ForeignKey(Ruling, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(help_text="when it happened; a digest tells what was new by then")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event"], name="an_event_told_once"),
            models.UniqueConstraint(fields=["event"], condition=Q(kind=Kind.WELCOME), name="one_welcome_a_newcomer"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state=State.PENDING), name="mail_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Round(models.Model):
    """A timed job of a centre, done once: its row is written with the mails that it plans."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "event"], name="a_round_once")]

    def __str__(self) -> str:
        return self.event
