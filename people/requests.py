"""The person behind a signed-in request, typed."""

from uuid import UUID

from django.http import HttpRequest

from people.models import Person


def person_of(request: HttpRequest) -> Person:
    """The signed-in person; for views behind `login_required` only."""
    person = request.user
    if not isinstance(person, Person):
        raise TypeError("nobody is signed in")
    return person


def uuid_or_none(words: str) -> UUID | None:
    """The id that the words spell, or None for anything else that came in a query or a form."""
    try:
        return UUID(words)
    except ValueError:
        return None
