"""The way in: words as they were handed in, what was seen in them, and who decided what."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.models import Board, Post, Thread
from moderation.screen.own import What
from people.models import Centre, Person, Role
from people.rights import Right


class Place(models.TextChoices):
    """Where words are meant to go."""

    THREAD = "thread", _("New thread")
    REPLY = "reply", _("Reply")
    EDIT = "edit", _("Change of a post")
    NOTE = "note", _("Clinician's note")
    SESSION = "session", _("Live session")
    AGENDA = "agenda", _("The point in hand")
    SUMMARY = "summary", _("Closing summary")


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting for a nurse")
    PUBLISHED = "published", _("Published")
    RETURNED = "returned", _("Returned to you")
    REFUSED = "refused", _("Not published")
    WITHDRAWN = "withdrawn", _("Taken back")
    REPLACED = "replaced", _("Changed by you")


class Danger(models.IntegerChoices):
    """How near a danger sign is; the desk's first order."""

    NONE = 0
    SOFT = 1
    SAME_DAY = 2
    EMERGENCY = 3


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def waiting(self) -> "SubmissionQuerySet":
        return self.filter(state=State.WAITING)

    def on_desk_of(self, person: Person) -> "SubmissionQuerySet":
        """Words that this person may read and rule on: the own centre's, never one's own."""
        if not person.may(Right.READ_WAITING):
            return self.none()
        return self.filter(centre_id=person.centre_id).exclude(author=person)

    def in_order(self) -> "SubmissionQuerySet":
        """Danger, then a person's first words, then the promised moment."""
        return self.order_by("-danger", "-goes_first", "-first_words", "promised_at", "written_at")

    def to_look_at(self) -> "SubmissionQuerySet":
        """Published at once, and not yet read by a second pair of eyes."""
        wanted = Q(outcome="P+") | Q(second_reading=True)
        return self.filter(wanted, state=State.PUBLISHED, looked_at=None)

    def of(self, author: Person) -> "SubmissionQuerySet":
        return self.filter(author=author)


class Submission(models.Model):
    """Words handed in. They leave this table only as html of a Post, when the policy or a nurse said so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    role = models.CharField(max_length=20, choices=Role.choices)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    client_key = models.UUIDField()
    fingerprint = models.CharField(max_length=64, help_text="of place, title, words and tags: same key, other words?")

    place = models.CharField(max_length=10, choices=Place.choices)
    board = models.ForeignKey(Board, null=True, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions")
    target = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="changes", help_text="changed or noted post"
    )
    post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="sources", help_text="what it became"
    )
    reply_to = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    answers = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="a clinician's: the question"
    )

    title = models.CharField(max_length=120, blank=True)
    words = models.TextField()
    tags = models.JSONField(default=list)
    html = models.TextField()
    text = models.TextField(help_text="what a reader would see; findings point into it")
    masked = models.BooleanField(default=False, help_text="html leaves personal details out that words hold")

    state = models.CharField(max_length=10, choices=State.choices)
    outcome = models.CharField(max_length=2, help_text="the policy's")
    flags = models.JSONField(default=list, help_text="the policy's additions")
    screen_version = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=40)
    danger = models.PositiveSmallIntegerField(choices=Danger.choices, default=Danger.NONE)
    goes_first = models.BooleanField(default=False)
    first_words = models.BooleanField(default=False, help_text="the author has published nothing yet")
    for_nurse = models.BooleanField(default=False, help_text="the author asks the nurse, and waits for an answer")
    second_reading = models.BooleanField(default=False)
    reduced = models.BooleanField(default=False, help_text="sent without a marked sentence: not offered twice")
    care_answer = models.CharField(max_length=12, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    promised_at = models.DateTimeField(null=True, blank=True, help_text="the reading moment told to the author")
    looked_at = models.DateTimeField(null=True, blank=True, help_text="published at once, then read by a clinician")
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the author opened the ruling")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "client_key"], name="a_client_key_once_an_author"),
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(state=State.WAITING, place=Place.EDIT),
                name="one_waiting_change_a_post",
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "-danger", "-goes_first", "-first_words", "promised_at"],
                condition=Q(state=State.WAITING),
                name="desk_order",
            ),
            models.Index(
                fields=["centre", "written_at"],
                condition=(Q(outcome="P+") | Q(second_reading=True)) & Q(state=State.PUBLISHED, looked_at=None),
                name="to_look_at",
            ),
            models.Index(fields=["author", "-written_at"], name="own_words"),
            models.Index(fields=["author", "thread"], condition=Q(state=State.WAITING), name="own_waiting_in_thread"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING

    @property
    def last_ruling(self) -> "Ruling | None":
        return self.rulings.select_related("decider", "text").order_by("-id").first()


class Finding(models.Model):
    """One thing that the screen saw; start and end are code points in the field of the submission's text."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="findings")
    label = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=3)
    rule = models.CharField(max_length=60)
    field = models.CharField(max_length=10)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    why = models.CharField(max_length=300)
    weight = models.FloatField(default=1.0)
    flag = models.CharField(max_length=6, blank=True)
    urgency = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["field", "start", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.rule}"


class Ruling(models.Model):
    """What was decided on exactly these words; decider None is the policy. Rows are only ever added."""

    class Verb(models.TextChoices):
        PUBLISHED = "published", _("Published")
        WAITS = "waits", _("Waits for a nurse")
        RETURNED = "returned", _("Returned")
        REFUSED = "refused", _("Not published")
        WITHDRAWN = "withdrawn", _("Taken back by a nurse")
        UNDONE = "undone", _("Undone")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="rulings")
    author = models.UUIDField(help_text="the submission's author, as a plain id: erasure must not touch this row")
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="rulings"
    )
    verb = models.CharField(max_length=10, choices=Verb.choices)
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decider=F("author")), name="nobody_rules_on_own_words"),
        ]
        indexes = [models.Index(fields=["decider", "-at"], name="own_rulings")]

    def __str__(self) -> str:
        return f"{self.verb} {self.submission_id}"


class RulingText(models.Model):
    """Reason and note of a ruling: apart, because they can be erased and the ruling cannot."""

    ruling = models.OneToOneField(Ruling, on_delete=models.CASCADE, related_name="text")
    reason = models.TextField(blank=True)
    salt = models.CharField(max_length=32, help_text="of the hash in the chain of acts")

    def __str__(self) -> str:
        return str(self.ruling_id)


class Report(models.Model):
    """A member says that a nurse should look at a published post. A mentor's "could harm", or two people, hide it."""

    class Reason(models.TextChoices):
        COULD_HARM = "could_harm", _("It could harm somebody")
        UNKIND = "unkind", _("It is unkind")
        PRIVATE = "private", _("It tells something private about somebody")
        ADVERT = "advert", _("It sells something")
        OTHER = "other", _("Something else")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports")
    source = models.ForeignKey(
        Submission, null=True, on_delete=models.SET_NULL, related_name="+", help_text="the words that the reporter read"
    )
    reason = models.CharField(max_length=12, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "reporter"], condition=Q(closed_at=None), name="one_open_report_a_person"
            ),
        ]
        indexes = [models.Index(fields=["at"], condition=Q(closed_at=None), name="open_reports")]

    def __str__(self) -> str:
        return f"{self.reason} {self.post_id}"


class TermQuerySet(models.QuerySet["Term"]):
    def of(self, person: Person) -> "TermQuerySet":
        """The own centre's terms, for those who may change them; for nobody else is there any."""
        if not person.may(Right.CHANGE_TERMS):
            return self.none()
        return self.filter(centre_id=person.centre_id)

    def in_use(self) -> "TermQuerySet":
        return self.filter(removed_at=None)

    def to_agree_on(self, person: Person) -> "TermQuerySet":
        """What somebody else proposed to take away."""
        return self.of(person).in_use().filter(proposed_at__isnull=False).exclude(proposed_by=person)


class Term(models.Model):
    """A centre's own word or phrase for the screen, for clinicians' eyes only. One that was removed stays on record."""

    class What(models.TextChoices):
        """The values are the screen's (`moderation.screen.own.What`)."""

        MEDICINE = What.MEDICINE, _("The name of a medicine")
        THERAPY = What.THERAPY, _("The name of a treatment outside usual care")
        STEERS = What.STEERS, _("Words that tell somebody what to do with a medicine")
        CLAIMS = What.CLAIMS, _("Words that say what medicines do")
        PRAISES = What.PRAISES, _("Words that praise or sell a treatment outside usual care")
        DANGER_NOW = What.DANGER_NOW, _("A danger sign: help is needed now")
        DANGER_TODAY = What.DANGER_TODAY, _("A danger sign: care is needed today")
        ONESELF = What.ONESELF, _("Suicide, self-harm, overdose or violence at home")
        SOON = What.SOON, _("A sign that the team should hear of on the next working day")

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="terms")
    words = models.CharField(max_length=80, help_text="as typed")
    key = models.CharField(max_length=160, help_text="as the screen reads them")
    what = models.CharField(max_length=8, choices=What.choices)
    reason = models.TextField()
    salt = models.CharField(max_length=32, help_text="of the hash in the chain of acts")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="who would take it away",
    )  # fmt: skip
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_because = models.TextField(blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "key"], condition=Q(removed_at=None), name="a_term_once_a_centre"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None)
                | Q(proposed_by__isnull=False, removed_by__isnull=False) & ~Q(removed_by=F("proposed_by")),
                name="two_people_remove_a_term",
            ),
        ]

    def __str__(self) -> str:
        return f"own-{self.pk}"


class SignatureQuerySet(models.QuerySet["Signature"]):
    def in_force(self, centre: Centre) -> "SignatureQuerySet":
        return self.filter(centre=centre, ended_at=None)


class Signature(models.Model):
    """A clinician's word that a care text or help line may be shown. One that ended stays on record."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="signatures")
    fingerprint = models.CharField(max_length=16, help_text="of the words that were read (moderation.care)")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "fingerprint"], condition=Q(ended_at=None), name="signed_once_a_centre"
            )
        ]

    def __str__(self) -> str:
        return f"card:{self.fingerprint}"


class Draft(models.Model):
    """Words not yet handed in, kept on the server for their author alone; one a place."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=60, help_text="new:<board slug>, reply:<thread id> or edit:<post id>")
    title = models.TextField(blank=True)
    words = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    reply_to = models.UUIDField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "place"], name="one_draft_a_place")]

    def __str__(self) -> str:
        return str(self.pk)
