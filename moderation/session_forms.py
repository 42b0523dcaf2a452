"""The form in which a live session is planned or changed. What the gate refuses is told beside its field, all kept."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from forum.models import Board
from forum.sessions import ALONE, WITH_MENTOR, LiveSession, Seat
from moderation import limits
from moderation.errors import BadWords
from moderation.forms import AUTHOR_SALT, Keeping, Typed
from moderation.forms import TROUBLE as OF_WORDS
from moderation.gate import facts_seen
from people.models import CLINICIANS, Person, Role

SKIPPED = _("The clock skips this time that night. Choose another one.")
TWICE = _("The clock shows this time twice that night. Choose another one.")
OVER = _("This moment is over. Choose a later one.")
FAR = _("That is more than a year away. Choose an earlier day.")

# field, code of BadWords -> what to tell
TROUBLE = {
    ("opens", "nonexistent"): SKIPPED,
    ("opens", "ambiguous"): TWICE,
    ("opens", "past"): OVER,
    ("opens", "too_far"): FAR,
    ("closes", "nonexistent"): SKIPPED,
    ("closes", "ambiguous"): TWICE,
    ("closes", "past"): OVER,
    ("closes", "too_far"): FAR,
    ("closes", "length"): _("A session lasts from 15 minutes to 3 hours, on one day."),
    ("capacity", "alone"): _("A clinician alone takes 1 to 8 people. With a hosting mentor there may be 14."),
    ("capacity", "with_mentor"): _("With a hosting mentor there is room for 1 to 14 people."),
    ("capacity", "taken"): _("More people have a place already. Nobody is sent away."),
    ("host", "unknown"): _("Only a nurse or a rheumatologist can host."),
    ("mentors", "unknown"): _("Choose mentors from the list."),
    ("language", "unknown"): _("Choose a language from the list."),
    ("title", "empty"): _("Give the session a title."),
}


class SessionForm(Keeping):
    """`by` plans; `session`: one that is there, of which everything but the words can be changed."""

    title = Typed(label=_("Title"), help_text=_("One line that says what it is about."))
    body = Typed(
        label=_("What it is about"),
        help_text=_("What will be talked about, and for whom it is. Members read this before they sign up."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    board = forms.ChoiceField(label=_("Theme"))
    language = forms.ChoiceField(label=_("Language spoken"), choices=settings.LANGUAGES)
    host = forms.ChoiceField(label=_("Host"), help_text=_("The nurse or rheumatologist who is in the room."))
    mentors = forms.MultipleChoiceField(
        label=_("Hosting mentors"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=_("Places"),
        help_text=_("At most 8 when a clinician is alone, 14 with a hosting mentor."),
        widget=forms.NumberInput(attrs={"min": 1, "max": WITH_MENTOR, "inputmode": "numeric"}),
        initial=ALONE,
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    opens = forms.TimeField(label=_("Opens at"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    closes = forms.TimeField(label=_("Closes at"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    checked = forms.CharField(required=False, widget=forms.HiddenInput)
    author = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: Person, session: LiveSession | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.session = session
        here = Person.objects.with_roles().filter(centre_id=by.centre_id, is_active=True).order_by("pseudonym")
        people = [one for one in here if not one.suspended_at]
        self.choose("host", [(one.pk, one.pseudonym) for one in people if one.roles & CLINICIANS])
        self.choose("mentors", [(one.pk, one.pseudonym) for one in people if Role.MENTOR in one.roles])
        if session is None:
            self.choose("board", [(one.slug, one.title) for one in Board.objects.visible_to(by)])
            self.fields["title"].widget.attrs["maxlength"] = limits.TITLE_CHARACTERS
            self.initial.setdefault("client_key", uuid.uuid4())
            self.initial["author"] = signing.dumps(str(by.pk), salt=AUTHOR_SALT)
            self.initial.setdefault("host", str(by.pk))
            del self.fields["seen"]
        else:
            for name in ("title", "body", "board", "client_key", "checked", "author"):
                del self.fields[name]

    def choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = [(str(value), label) for value, label in choices]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What the gate's verbs take, of a form that is valid. Hours are wall-clock times of the centre."""
        data = self.cleaned_data
        people = Person.objects.with_roles().in_bulk([data["host"], *data["mentors"]])
        found = {str(pk): person for pk, person in people.items()}
        return {
            "language": data["language"],
            "host": found[data["host"]],
            "mentors": [found[one] for one in data["mentors"]],
            "capacity": data["capacity"],
            "opens": datetime.combine(data["day"], data["opens"]),
            "closes": datetime.combine(data["day"], data["closes"]),
        }

    def tell(self, bad: BadWords) -> None:
        """Puts the gate's refusal next to the field that it is about."""
        field = {"words": "body"}.get(bad.field, bad.field)
        said = TROUBLE.get((bad.field, bad.code)) or OF_WORDS[bad.field, bad.code]
        self.add_error(field if field in self.fields else None, said)


def as_planned(session: LiveSession) -> dict[str, Any]:
    """What stands in the form of a session that is there, in the centre's time."""
    mentors = Seat.objects.taken().filter(thread=session.thread_id, part=Seat.Part.MENTOR)
    opens, closes = localtime(session.opens_at), localtime(session.closes_at)
    return {
        "language": session.language,
        "host": str(session.host_id),
        "mentors": [str(one) for one in mentors.values_list("person", flat=True)],
        "capacity": session.capacity,
        "day": opens.date(),
        "opens": opens.time(),
        "closes": closes.time(),
        "seen": facts_seen(session),
    }
