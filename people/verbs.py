"""What changes a person's rights. Each act is recorded; whoever listens is told after commit."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from people import audit
from people.models import Grant, Person, Role
from people.signals import access_changed


class NotAllowed(Exception):
    """The person may not do this, or not to themselves."""


def _tell(person: Person) -> None:
    transaction.on_commit(partial(access_changed.send, sender=Person, person_id=str(person.pk)))


def _forget_roles(person: Person) -> None:
    """The person in hand knows the change at once, not only from the next request on."""
    person.__dict__.pop("roles", None)
    person.__dict__.pop("roles_now", None)
    person.refresh_from_db(fields=["suspended_at", "suspended_because"])


def grant(*, person: Person, role: Role, by: Person | None) -> Grant:
    """Gives a role; `by` is None only where the centre itself is being made. Giving it again changes nothing."""
    if by == person:
        raise NotAllowed("nobody gives a role to themselves")
    with transaction.atomic():
        given, new = Grant.objects.get_or_create(
            person=person, centre=person.centre, role=role, revoked_at=None, defaults={"given_by": by}
        )
        if new:
            audit.record(actor=str(by.pk) if by else "", verb="granted", subject=f"person:{person.pk}", role=role)
            _tell(person)
    _forget_roles(person)
    return given


def revoke(*, person: Person, role: Role, by: Person) -> bool:
    """Ends a role; False when it was not held."""
    with transaction.atomic():
        ended = Grant.objects.filter(person=person, role=role, revoked_at=None).update(
            revoked_at=timezone.now(), revoked_by=by
        )
        if ended:
            audit.record(actor=str(by.pk), verb="revoked", subject=f"person:{person.pk}", role=role)
            _tell(person)
    _forget_roles(person)
    return bool(ended)


def suspend(*, person: Person, by: Person, reason: str) -> bool:
    """Takes every right away at once; False when the person was suspended already."""
    if by == person:
        raise NotAllowed("nobody suspends themselves")
    with transaction.atomic():
        done = Person.objects.filter(pk=person.pk, suspended_at=None).update(
            suspended_at=timezone.now(), suspended_because=reason
        )
        if done:
            audit.record(actor=str(by.pk), verb="suspended", subject=f"person:{person.pk}")
            _tell(person)
    _forget_roles(person)
    return bool(done)


def lift_suspension(*, person: Person, by: Person) -> bool:
    if by == person:
        raise NotAllowed("nobody lifts their own suspension")
    with transaction.atomic():
        done = Person.objects.filter(pk=person.pk, suspended_at__isnull=False).update(
            suspended_at=None, suspended_because=""
        )
        if done:
            audit.record(actor=str(by.pk), verb="suspension_lifted", subject=f"person:{person.pk}")
            _tell(person)
    _forget_roles(person)
    return bool(done)
