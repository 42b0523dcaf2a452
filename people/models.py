"""Who is here: centres, persons, the roles they hold, and the chain of what staff did."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people.database import JoinedText, split
from people.rights import RIGHTS, Right


class Role(models.TextChoices):
    PATIENT = "patient", _("Patient")
    MENTOR = "mentor", _("Trained mentor")
    NURSE = "nurse", _("Nurse")
    RHEUMATOLOGIST = "rheumatologist", _("Rheumatologist")
    PHYSIOTHERAPIST = "physiotherapist", _("Physiotherapist")
    COACH = "coach", _("Coach")
    COORDINATOR = "coordinator", _("Coordinator")


# With several roles one writes under the first of these that one holds.
WRITING_ORDER = [
    Role.RHEUMATOLOGIST,
    Role.NURSE,
    Role.PHYSIOTHERAPIST,
    Role.COACH,
    Role.COORDINATOR,
    Role.MENTOR,
    Role.PATIENT,
]
CLINICIANS = frozenset({Role.NURSE, Role.RHEUMATOLOGIST})


def default_reading_days() -> list[int]:
    return [0, 1, 2, 3, 4]


def default_reading_times() -> list[str]:
    return ["08:30", "15:30"]


class Centre(models.Model):
    """A clinic and its promises: who answers the telephone, and when somebody reads what waits.

    reading_days: weekdays, Monday 0; reading_times: "HH:MM" in `time_zone` (default: Mon-Fri, 8:30 and 15:30).
    """

    name = models.CharField(max_length=120)
    nurse_line_phone = models.CharField(max_length=40)
    nurse_line_hours = models.CharField(max_length=120)
    languages = models.JSONField(default=list)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=60, default="Europe/Brussels")
    reading_days = models.JSONField(default=default_reading_days)
    reading_times = models.JSONField(default=default_reading_times)
    deputy = models.ForeignKey("Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # It comes with every signed-in person, so that each process knows of a change without asking.
    terms_version = models.CharField(max_length=12, blank=True, help_text="of its own terms; moderation.terms sets it")
    signed = models.JSONField(default=list, blank=True, help_text="care texts in force; moderation.signing sets it")

    def __str__(self) -> str:
        return self.name


class AwayDate(models.Model):
    """Days on which nobody reads: a holiday of the centre, or the nurse away with no deputy."""

    class Why(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        NURSE_AWAY = "nurse_away", _("Nurse away")

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="away_dates")
    first = models.DateField()
    last = models.DateField()
    why = models.CharField(max_length=12, choices=Why.choices)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="away_ends_after_it_starts")]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class PersonQuerySet(models.QuerySet["Person"]):
    def with_roles(self) -> "PersonQuerySet":
        """Adds what a request asks of its person without a query of its own: the rights, and who is muted."""
        muted = Mute.objects.filter(person=OuterRef("pk")).order_by().values("person")
        return self.annotate(
            roles_now=JoinedText("grants__role", filter=Q(grants__revoked_at=None, grants__centre=F("centre"))),
            muted_now=Subquery(muted.annotate(joined=JoinedText("muted_id")).values("joined")),
        ).select_related("centre")


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def make(
        self, *, email: str, pseudonym: str, centre: Centre, password: str | None = None, **fields: Any
    ) -> "Person":
        """A new person without any role; `grant` gives one."""
        person: Person = self.model(email=self.normalize_email(email), pseudonym=pseudonym, centre=centre, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A member under a given name. The e-mail address is for log-in and mail; no other member ever sees it."""

    class Phase(models.TextChoices):
        JUST_TOLD = "just_told", _("Just told")
        FIRST_MEDICINE = "first_medicine", _("Starting a first medicine")
        SETTLING = "settling", _("Settling")
        FLARE = "flare", _("In a flare")
        LATER = "later", _("Living with it for longer")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    pseudonym = models.CharField(max_length=60, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="people")
    phase = models.CharField(max_length=20, blank=True, choices=Phase.choices)
    language = models.CharField(max_length=2, blank=True)
    theme = models.CharField(max_length=5, blank=True)
    text_size = models.CharField(max_length=6, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_because = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = PersonManager()

    def __str__(self) -> str:
        return self.pseudonym

    @cached_property
    def roles(self) -> frozenset[Role]:
        """Roles held now. A suspended person holds none: every right hangs on a role."""
        if self.suspended_at or not self.is_active:
            return frozenset()
        joined = self.__dict__.get("roles_now")
        if joined is None and "roles_now" not in self.__dict__:
            held = self.grants.filter(revoked_at=None, centre_id=self.centre_id).values_list("role", flat=True)
            return frozenset(Role(one) for one in held)
        return frozenset(Role(one) for one in split(joined))

    @cached_property
    def muted_ids(self) -> frozenset[uuid.UUID]:
        """Whose posts this person does not want to see. A clinician reads everybody's."""
        if self.is_clinician:
            return frozenset()
        if "muted_now" in self.__dict__:
            return frozenset(uuid.UUID(one) for one in split(self.__dict__["muted_now"]))
        return frozenset(self.mutes.values_list("muted_id", flat=True))

    def may(self, right: Right) -> bool:
        return bool(self.roles & RIGHTS[right])

    @property
    def writes_as(self) -> Role:
        """The role under which this person's words appear. LookupError for a person without a role."""
        for role in WRITING_ORDER:
            if role in self.roles:
                return role
        raise LookupError("this person holds no role")

    @property
    def is_clinician(self) -> bool:
        return bool(self.roles & CLINICIANS)


class Grant(models.Model):
    """Who gave whom which role, and when it ended. Only `people.verbs` writes here."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    given_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="grants_given")
    given_at = models.DateTimeField(default=timezone.now)
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="grants_revoked")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "centre", "role"],
                condition=Q(revoked_at=None),
                name="one_open_grant_of_a_role",
            ),
            models.CheckConstraint(condition=~Q(person=F("given_by")), name="nobody_grants_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.role} since {self.given_at:%Y-%m-%d}"


class Invitation(models.Model):
    """A code on a card. Only its hash is kept; how often it can still be used, and until when."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="invitations")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    uses_left = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.uses_left} until {self.expires_at:%Y-%m-%d}"


class Consent(models.Model):
    """What a person agreed to: which text, in which version and language, when; and when it was withdrawn."""

    class Kind(models.TextChoices):
        FORUM = "forum", _("The forum")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    version = models.CharField(max_length=12)
    language = models.CharField(max_length=2)
    text_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "version"], condition=Q(withdrawn_at=None), name="one_consent_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Mute(models.Model):
    """One member does not want to see another's posts; the other is not told. Clinicians cannot be muted."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="muted_by")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "muted"], name="a_mute_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Act(models.Model):
    """One thing that a member of staff did, chained to the one before. Never changed, never holds words.

    Ids are plain text, not foreign keys: erasing a person must not touch the chain.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=36)
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="act_by_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class ChainHead(models.Model):
    """One row: the last hash of the chain. Locked last of all locks, so that acts come one after the other."""

    hash = models.CharField(max_length=64)
    moved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.hash
