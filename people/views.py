"""Settings of a person: language, theme, text size, phase."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from people.models import Person
from people.requests import person_of

THEMES = frozenset({"", "light", "dark"})
TEXT_SIZES = frozenset({"", "large", "larger"})


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the form stood on, if it is one of ours."""
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(asked if ours else resolve_url("home"))


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The cookie for everybody; for a signed-in person also the next device."""
    language = request.POST.get("language", "")
    if isinstance(request.user, Person) and language in dict(settings.LANGUAGES):
        Person.objects.filter(pk=request.user.pk).update(language=language)
    return django_set_language(request)


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Theme and text size, of the person or, signed out, of the session. Unknown words change nothing."""
    theme, text_size = request.POST.get("theme", ""), request.POST.get("text_size", "")
    if theme in THEMES and text_size in TEXT_SIZES:
        if isinstance(request.user, Person):
            Person.objects.filter(pk=request.user.pk).update(theme=theme, text_size=text_size)
        else:
            request.session.update({"theme": theme, "text_size": text_size})
    return _back(request)


@login_required
@require_POST
def phase(request: HttpRequest) -> HttpResponse:
    """Where one is with the illness; optional, and seen by nobody but oneself and the care team."""
    chosen = request.POST.get("phase", "")
    if chosen in {"", *Person.Phase.values}:
        Person.objects.filter(pk=person_of(request).pk).update(phase=chosen)
        messages.success(request, _("Saved."))
    return redirect("me")
