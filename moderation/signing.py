"""Care texts and help lines that the vocabulary is not sure of: shown once a clinician of the centre has signed them.

A signature holds for the very words that were read: when the vocabulary changes them, they wait again. The centre's row
keeps the fingerprints in force (`Centre.signed`), which come with every signed-in person; the table keeps who and when.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from moderation.care_texts import ToSign, to_sign
from moderation.errors import NotHere
from moderation.models import Signature
from people import audit
from people.models import Centre, Person
from people.rights import Right


@dataclass(frozen=True, slots=True)
class Unsure:
    """One text that waits for a signature, or has one."""

    text: ToSign
    signature: Signature | None


def unsure_of(person: Person) -> list[Unsure]:
    """What this person's centre would show if it were signed, unsigned first. Empty without the right."""
    if not person.may(Right.CHANGE_TERMS):
        return []
    signed = {one.fingerprint: one for one in Signature.objects.in_force(person.centre).select_related("signed_by")}
    found = [Unsure(one, signed.get(one.fingerprint)) for one in to_sign(person.centre.country)]
    return sorted(found, key=lambda one: one.signature is not None)


def sign(fingerprint: str, *, by: Person, now: datetime | None = None) -> bool:
    """The text is shown from now on, under this name in the record; False where somebody signed it before.

    Raises NotHere without the right, or where there is no such text (any more).
    """
    at = now or timezone.now()
    with transaction.atomic():
        centre = _locked(fingerprint, by)
        if fingerprint in centre.signed:
            return False
        Signature.objects.create(centre=centre, fingerprint=fingerprint, signed_by=by, signed_at=at)
        _keep(centre, [*centre.signed, fingerprint])
        audit.record(actor=str(by.pk), verb="card_signed", subject=f"card:{fingerprint}", at=at, centre=centre.pk)
    return True


def take_back(fingerprint: str, *, by: Person, now: datetime | None = None) -> bool:
    """The text is not shown any more; any clinician may. False where it was not signed. Raises NotHere."""
    at = now or timezone.now()
    with transaction.atomic():
        centre = _locked(fingerprint, by)
        ended = Signature.objects.in_force(centre).filter(fingerprint=fingerprint).update(ended_by=by, ended_at=at)
        if not ended:
            return False
        _keep(centre, [one for one in centre.signed if one != fingerprint])
        audit.record(actor=str(by.pk), verb="card_unsigned", subject=f"card:{fingerprint}", at=at, centre=centre.pk)
    return True


def _locked(fingerprint: str, by: Person) -> Centre:
    """The own centre, locked: its signatures change one at a time."""
    if not by.may(Right.CHANGE_TERMS) or all(one.fingerprint != fingerprint for one in to_sign(by.centre.country)):
        raise NotHere
    return Centre.objects.select_for_update().get(pk=by.centre_id)


def _keep(centre: Centre, signed: list[str]) -> None:
    Centre.objects.filter(pk=centre.pk).update(signed=signed)
