"""One tap stops all mail: a signed link that says whose mail to stop, works signed out, and can do nothing else."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from notifications.models import MailSetting, Wanted
from people.models import Person

_signer = Signer(salt="notifications.stop")  # no end: the link in an old mail must work


def token_for(person: Person) -> str:
    return _signer.sign(str(person.pk))


def person_of_token(token: str) -> Person | None:
    """Whose mail the link stops; None for a link that we did not make."""
    try:
        return Person.objects.filter(pk=UUID(_signer.unsign(token))).first()
    except (BadSignature, ValueError):
        return None


def choose(person: Person, wanted: Wanted) -> None:
    MailSetting.objects.update_or_create(person=person, defaults={"wanted": wanted})


def wanted_by(person: Person) -> Wanted:
    chosen = MailSetting.objects.filter(person=person).values_list("wanted", flat=True).first()
    return Wanted(chosen) if chosen else Wanted.ALL
