"""Sign-up with an invitation code, and consent: what was agreed to, in which version, in which words."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from people import pseudonyms
from people.models import Centre, Consent, Invitation, Person, Role
from people.verbs import grant

TEXTS = Path(__file__).with_name("consents")
FORUM_VERSION = "1"  # a change of the text is a new version, and everybody is asked again
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without what looks alike on paper: 0 O, 1 I L, U V
CODE_LETTERS = 12  # of 30 signs: 58 bits, not to be guessed
VALID_FOR = timedelta(days=90)


class CodeRefused(Exception):
    """Wrong, used up or too old: one answer for all three, so that nothing is learned."""


class AddressTaken(Exception):
    """Somebody has an account with this address."""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """words: a paragraph, an empty line, and points that start with a dash; hash: SHA-256 of exactly these words."""

    kind: str
    version: str
    language: str
    words: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.words.encode()).hexdigest()

    @property
    def intro(self) -> str:
        return self.words.partition("\n\n")[0]

    @property
    def points(self) -> list[str]:
        return [line.removeprefix("- ") for line in self.words.partition("\n\n")[2].splitlines() if line]


@cache
def forum_consent(language: str) -> ConsentText:
    """The present forum consent in a language, English where there is none."""
    file = TEXTS / f"forum-{FORUM_VERSION}.{language}.md"
    if not file.exists():
        return forum_consent("en")
    return ConsentText("forum", FORUM_VERSION, language, file.read_text(encoding="utf-8"))


def _hash(code: str) -> str:
    """Of a code as people type it: small letters, spaces and dashes do not matter."""
    plain = "".join(one for one in code.upper() if one in ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


def invite(*, centre: Centre, by: Person | None, uses: int = 1, now: datetime | None = None) -> str:
    """A new code, to be printed on a card; only its hash is kept. `XXXX-XXXX-XXXX`."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
    at = now or timezone.now()
    Invitation.objects.create(
        centre=centre, code_hash=_hash(code), made_by=by, uses_left=uses, expires_at=at + VALID_FOR
    )
    return "-".join(code[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def invitation(code: str, *, now: datetime | None = None) -> Invitation:
    """The open invitation behind a code; CodeRefused for every other."""
    at = now or timezone.now()
    found = Invitation.objects.filter(code_hash=_hash(code), uses_left__gt=0, expires_at__gt=at).first()
    if found is None:
        raise CodeRefused
    return found


def join(
    invited: Invitation,
    *,
    email: str,
    password: str,
    pseudonym: str,
    language: str,
    consent: ConsentText,
    now: datetime | None = None,
) -> Person:
    """Makes the member, with the role of a patient and the given consent, and uses the invitation up: all or nothing.

    CodeRefused when somebody used it meanwhile; AddressTaken.
    """
    at = now or timezone.now()
    with transaction.atomic():
        used = Invitation.objects.filter(pk=invited.pk, uses_left__gt=0, expires_at__gt=at)
        if not used.update(uses_left=F("uses_left") - 1):
            raise CodeRefused
        _check(email)
        try:
            with transaction.atomic():
                person = _make(invited, email, password, pseudonym, language)
        except IntegrityError:  # the address was taken, or the name given to somebody else, in this very moment
            _check(email)
            person = _make(invited, email, password, pseudonyms.give(), language)
        Consent.objects.create(
            person=person,
            kind=consent.kind,
            version=consent.version,
            language=consent.language,
            text_hash=consent.hash,
            given_at=at,
        )
        grant(person=person, role=Role.PATIENT, by=invited.made_by)
    return person


def _check(email: str) -> None:
    if Person.objects.filter(email__iexact=email).exists():
        raise AddressTaken


def _make(invited: Invitation, email: str, password: str, pseudonym: str, language: str) -> Person:
    return Person.objects.make(
        email=email.lower(), pseudonym=pseudonym, centre=invited.centre, password=password, language=language
    )
