"""From the card with a code to the first question in three pages: code, consent, account."""

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
from people.joining import AddressTaken, CodeRefused, forum_consent, invitation, join
from people.models import Invitation

TRIES, TRIES_WITHIN = 20, 600  # codes an address may try, seconds: guessing 58 bits is hopeless anyway
SESSION_KEY = "joining"  # {"code", "agreed", "name"}: no password, no address


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


def _too_many(request: HttpRequest) -> bool:
    key = f"join:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, TRIES_WITHIN)
    try:
        return cache.incr(key) > TRIES
    except ValueError:  # it ran out between the two lines
        return False


def _invited(request: HttpRequest) -> Invitation | None:
    """The open invitation of this session's code."""
    try:
        return invitation(request.session.get(SESSION_KEY, {}).get("code", ""))
    except CodeRefused:
        return None


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
                form.add_error("code", _("We do not know this code, or it was used already. Please look once more."))
            else:
                request.session[SESSION_KEY] = {"code": form.cleaned_data["code"], "name": pseudonyms.give()}
                return redirect("join_consent")
    return render(request, "people/join_code.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Page 2: what one agrees to, in full."""
    if _invited(request) is None:
        return redirect("join")
    text = forum_consent(get_language() or settings.LANGUAGE_CODE)
    if request.method == "POST":
        request.session[SESSION_KEY] = {**request.session[SESSION_KEY], "agreed": text.version}
        return redirect("join_account")
    return render(request, "people/join_consent.html", {"text": text})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Page 3: address, password, the given name; then straight to the first question."""
    invited, held = _invited(request), request.session.get(SESSION_KEY, {})
    if invited is None:
        return redirect("join")
    language = get_language() or settings.LANGUAGE_CODE
    if held.get("agreed") != forum_consent(language).version:
        return redirect("join_consent")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and "another" in request.POST:
        held["name"] = pseudonyms.give()
        request.session[SESSION_KEY] = held
        form.errors.clear()
    elif request.method == "POST" and form.is_valid():
        try:
            return _welcome(request, invited, form.cleaned_data, held["name"], language)
        except CodeRefused:
            return redirect("join")
        except AddressTaken:
            form.add_error("email", _("This address cannot be used. Do you have an account? Then log in."))
    context = {"form": form, "name": held["name"]}
    return render(request, "people/join_account.html", context, status=400 if form.errors else 200)


def _welcome(
    request: HttpRequest, invited: Invitation, given: dict[str, Any], name: str, language: str
) -> HttpResponse:
    person = join(invited, email=given["email"], password=given["password"], pseudonym=name, language=language[:2])
    request.session.pop(SESSION_KEY, None)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, _("Welcome, %(name)s. Ask or tell something, or look around first.") % {"name": name})
    board = person.centre.boards.order_by("order", "id").first()
    return redirect("new_thread", board.slug) if board else redirect("home")
