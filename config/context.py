"""What the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from moderation.care_texts import lines_for
from people.models import Person
from people.rights import Right

COUNTRY_OF_THE_SIGNED_OUT = "BE"  # the default centre's; a person's own centre decides once signed in


def frame(request: HttpRequest) -> dict[str, Any]:
    """Theme, text size, navigation by rights, and the help lines of the person's country. No query."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, Person) else None
    session = getattr(request, "session", {})
    country = person.centre.country if person else COUNTRY_OF_THE_SIGNED_OUT
    return {
        "theme": person.theme if person else session.get("theme", ""),
        "text_size": person.text_size if person else session.get("text_size", ""),
        "nav": {
            "desk": bool(person and person.may(Right.OPEN_DESK)),
            "unanswered": bool(person and person.may(Right.SEE_UNANSWERED)),
        },
        "help_lines": lines_for(country, get_language() or "en", signed=person.centre.signed if person else ()),
        "demo_banner": settings.DEMO,
    }
