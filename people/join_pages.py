"""From the card with a code to the first question in three pages: code, consent, account."""

from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people import pseudonyms
from people.joining import AddressTaken, CodeRefused, ConsentText, forum_consent, invitation, join
from people.models import Invitation

TRIES, TRIES_WITHIN = 20, 600  # codes an address may try, seconds: guessing 58 bits is hopeless anyway
SESSION_KEY = "joining"  # {"code", "name", "agreed": language and hash of the text}: no password, no address
UNKNOWN = gettext_lazy("We do not know this code, or it was used already. Please look once more.")


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=40,
        label=gettext_lazy("The code on your card"),
        help_text=gettext_lazy("Capitals, spaces and dashes do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class AccountForm(forms.Form):
    email = forms.EmailField(
        max_length=254,
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("For logging in and for mail. No other member ever sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=gettext_lazy("A password"),
        help_text=password_validators_help_text_html,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )
    adult = forms.BooleanField(label=gettext_lazy("I am 18 or older."))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


def _key(request: HttpRequest) -> str:
    return f"join:{request.META.get('REMOTE_ADDR', '')}"


def _too_many(request: HttpRequest) -> bool:
    return int(cache.get(_key(request), 0)) >= TRIES


def _count(request: HttpRequest) -> None:
    """Wrong codes alone count: a waiting room full of newcomers shares one address."""
    cache.add(_key(request), 0, TRIES_WITHIN)
    with suppress(ValueError):  # it ran out between the two lines
        cache.incr(_key(request))


def _invited(request: HttpRequest) -> Invitation | None:
    """The open invitation of this session's code."""
    try:
        return invitation(request.session.get(SESSION_KEY, {}).get("code", ""))
    except CodeRefused:
        return None


def _agreed(request: HttpRequest) -> ConsentText | None:
    """The text that was agreed to on page 2, if it is still the present one."""
    language, shown = request.session.get(SESSION_KEY, {}).get("agreed", ("", ""))
    text = forum_consent(language)
    return text if text.hash == shown else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Page 1. A wrong, used and expired code get the same answer."""
    if request.user.is_authenticated:
        return redirect("home")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if _too_many(request):
            form.add_error(None, _("Many codes were tried from here. Please wait ten minutes."))
            status = 429
        elif form.is_valid():
            try:
                invitation(form.cleaned_data["code"])
            except CodeRefused:
                _count(request)
                form.add_error("code", UNKNOWN)
            else:
                request.session[SESSION_KEY] = {"code": form.cleaned_data["code"], "name": pseudonyms.give()}
                return redirect("join_consent")
    response = render(request, "people/join_code.html", {"form": form}, status=status)
    if status == 429:
        response["Retry-After"] = str(TRIES_WITHIN)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Page 2: what one agrees to, in full. The form says which text stood there: only that one is agreed to."""
    if request.user.is_authenticated:
        return redirect("home")
    if _invited(request) is None:
        return redirect("join")
    text = forum_consent((get_language() or settings.LANGUAGE_CODE)[:2])
    if request.method == "POST" and request.POST.get("text") == text.hash:
        request.session[SESSION_KEY] = {**request.session[SESSION_KEY], "agreed": (text.language, text.hash)}
        return redirect("join_account")
    return render(request, "people/join_consent.html", {"text": text})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Page 3: address, password, the given name; then straight to the first question."""
    if request.user.is_authenticated:
        return redirect("home")
    invited, held = _invited(request), request.session.get(SESSION_KEY, {})
    if invited is None:
        return _used_meanwhile(request)
    text = _agreed(request)
    if text is None:
        return redirect("join_consent")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and "another" in request.POST:
        held["name"] = pseudonyms.give()
        request.session[SESSION_KEY] = held
        form.errors.clear()
    elif request.method == "POST" and form.is_valid():
        try:
            return _welcome(request, invited, text, form.cleaned_data)
        except CodeRefused:
            return _used_meanwhile(request)
        except AddressTaken:
            form.add_error("email", _("This address cannot be used. Do you have an account? Then log in."))
    context = {"form": form, "name": held["name"]}
    return render(request, "people/join_account.html", context, status=400 if form.errors else 200)


def _used_meanwhile(request: HttpRequest) -> HttpResponse:
    """Back to page 1; with a word, where a code was held that was good a moment ago."""
    if request.session.pop(SESSION_KEY, None):
        messages.info(request, UNKNOWN)
    return redirect("join")


def _welcome(request: HttpRequest, invited: Invitation, text: ConsentText, given: dict[str, Any]) -> HttpResponse:
    name, language = request.session[SESSION_KEY]["name"], (get_language() or settings.LANGUAGE_CODE)[:2]
    asked = {"email": given["email"], "password": given["password"], "pseudonym": name, "language": language}
    person = join(invited, consent=text, **asked)
    request.session.pop(SESSION_KEY, None)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    said = _("Welcome, %(name)s. Ask or tell something, or look around first.")
    messages.success(request, said % {"name": person.pseudonym})
    board = person.centre.boards.order_by("order", "id").first()
    return redirect("new_thread", board.slug) if board else redirect("home")
