"""The forms in which people write. Limits are the gate's: a form keeps everything that was typed."""

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forum.models import Tag
from moderation import limits, phrases
from moderation.models import Ruling
from people.models import Person

AUTHOR_SALT = "composer.author"

# field, code of BadWords -> what to tell
TROUBLE = {
    ("words", "empty"): _("Write something first."),
    ("words", "too_long"): _("This is longer than 10,000 characters. Please make it shorter."),
    ("words", "long_line"): _("This is longer than 1,000 characters. Please make it shorter, or send it in two parts."),
    ("title", "empty"): _("Give your question a title."),
    ("title", "too_long"): _("The title is longer than 120 characters. Please make it shorter."),
    ("title", "personal"): _("Leave telephone numbers and addresses out of the title."),
    ("title", "unknown"): _("Only the first post of a conversation has a title and tags."),
    ("tags", "too_many"): _("Choose at most five tags."),
    ("tags", "unknown"): _("Choose tags from the list."),
    ("reason", "empty"): _("Say in a sentence why, so that the author understands."),
    ("reason", "too_long"): _("This is longer than 2,000 characters. Please make it shorter."),
    ("note", "unknown"): _("These words take no note."),
}


class Keeping(forms.Form):
    """A form that is shown again with all that was typed, and with hidden fields set by the view."""

    def put(self, **values: str) -> None:
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in values.items():
            data[name] = value
        self.data = data


class Typed(forms.CharField):
    """Text exactly as typed: nothing stripped, nothing refused here, so that nothing is lost."""

    default_validators: list[Any] = []  # NUL and the like are the gate's to clean

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, strip=False, **options)
        self.validators = []


class TagChoices(forms.MultipleChoiceField):
    """Slugs from the list; the gate checks them, so that a wrong one costs no words."""

    def validate(self, value: list[str]) -> None:
        return None


class WordsForm(Keeping):
    """Title and tags only where a conversation begins."""

    title = Typed(label=_("Title"), help_text=_("One line that says what it is about."))
    body = Typed(label=_("Your words"), widget=forms.Textarea)
    tags = TagChoices(label=_("Tags"), required=False, widget=forms.CheckboxSelectMultiple)
    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reply_to = forms.UUIDField(required=False, widget=forms.HiddenInput)
    answers = forms.BooleanField(required=False, label=_("This answers the open question"))
    checked = forms.CharField(required=False, widget=forms.HiddenInput)
    reduced = forms.BooleanField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    author = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, titled: bool, tagged: bool = True, answerable: bool = False, author: Person, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if titled:
            self.fields["title"].widget.attrs["maxlength"] = limits.TITLE_CHARACTERS
            self.fields["title"].required = True
            self.fields["title"].error_messages["required"] = TROUBLE["title", "empty"]
        else:
            del self.fields["title"]
        if titled and tagged:
            self.fields["tags"].choices = [(tag.slug, tag.title) for tag in Tag.objects.order_by("slug")]  # type: ignore[attr-defined]
        else:
            del self.fields["tags"]
        if not answerable:
            del self.fields["answers"]
        if not self.initial.get("seen"):
            del self.fields["seen"]
        self.initial.setdefault("client_key", uuid.uuid4())
        self.initial["author"] = signing.dumps(str(author.pk), salt=AUTHOR_SALT)

    def tell(self, field: str, code: str) -> None:
        """Puts the gate's refusal next to the field that it is about."""
        name = {"words": "body"}.get(field, field)
        if (field, code) == ("title", "empty") and self.has_error("title"):
            return  # said already
        self.add_error(name if name in self.fields else None, TROUBLE[field, code])

    def anew(self) -> None:
        """Gives what was typed a fresh client key, and forgets the second look."""
        self.put(client_key=str(uuid.uuid4()), checked="")


class RulingForm(Keeping):
    """A nurse's decision; which of the two texts is needed depends on the button."""

    note = Typed(
        label=_("Your note under the post"),
        help_text=_("Only when you publish: everybody reads it, with your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = Typed(
        label=_("Your reason to the author"),
        help_text=_("When you return or refuse: only the author reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ready_note = forms.ChoiceField(required=False, label=_("A ready note"))
    ready_reason = forms.ChoiceField(required=False, label=_("A ready reason"))
    note_checked = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("ready_note", "note", "ready_reason", "reason")
    outcome = forms.ChoiceField(
        choices=[
            (Ruling.Verb.PUBLISHED, pgettext_lazy("decision", "Publish")),
            (Ruling.Verb.RETURNED, pgettext_lazy("decision", "Return with the reason")),
            (Ruling.Verb.REFUSED, pgettext_lazy("decision", "Refuse with the reason")),
        ],
        widget=forms.HiddenInput,  # the buttons carry it
    )

    def __init__(self, *args: Any, language: str, labels: set[str], **options: Any) -> None:
        """language: the author's, in which ready texts are sent; labels: those found, whose texts come first."""
        super().__init__(*args, **options)
        self.language = language
        self.fields["ready_note"].choices = phrases.choices({"note"}, labels, language)  # type: ignore[attr-defined]
        self.fields["ready_reason"].choices = phrases.choices({"return", "refuse"}, labels, language)  # type: ignore[attr-defined]

    def whole(self, field: str) -> str:
        """The ready text, then the typed one."""
        ready = phrases.by_id(self.cleaned_data[f"ready_{field}"], self.language)
        return "\n\n".join(part for part in (ready, self.cleaned_data[field].strip()) if part)

    def tell(self, field: str, about: str, code: str) -> None:
        self.add_error(field, TROUBLE.get((about, code), TROUBLE["words", "empty"]))


class ReasonForm(forms.Form):
    """Why a published post is taken back, or a person suspended; told to that person."""

    reason = Typed(label=_("Your reason"), widget=forms.Textarea(attrs={"rows": 4}))

    def tell(self, field: str, code: str) -> None:
        self.add_error("reason", TROUBLE[field, code])
