"""Words survive: a log-in that ended meanwhile, and a form whose protection grew too old."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from moderation.drafts import keep
from moderation.forms import AUTHOR_SALT
from people.models import Person

SESSION_KEY = "kept_words"
TOKEN_AGE = 60 * 60 * 24 * 7  # a form left open over a week is not taken for its writer's any more
DRAFT_OF = {
    "new_thread": "new:{slug}",
    "reply": "reply:{thread_id}",
    "edit": "edit:{post_id}",
    "change": "change:{submission_id}",
}


def _draft_place(path: str) -> str:
    """The name of the draft that a writing address belongs to, or "" for any other address."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return DRAFT_OF.get(match.url_name or "", "").format(**match.kwargs)


def writer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Signed-in people only. What a signed-out one sent is kept with the session, and becomes a draft at log-in."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        place = _draft_place(request.path)
        if request.method == "POST" and place and request.POST.get("author"):
            request.session[SESSION_KEY] = {
                "author": request.POST["author"][:200],
                "place": place,
                "title": request.POST.get("title", "")[:1_000],
                "words": request.POST.get("body", "")[:20_000],
                "tags": request.POST.getlist("tags")[:10],
                "reply_to": request.POST.get("reply_to", "")[:40],
            }
            request.session.set_expiry(60 * 60)
        return redirect_to_login(request.path)

    return inner


@receiver(user_logged_in)
def give_back(sender: object, request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Turns kept words into a draft, if the form was given to the person who now logs in; else they are dropped."""
    kept = request.session.pop(SESSION_KEY, None)
    if not kept:
        return
    request.session.set_expiry(None)
    try:
        author = signing.loads(kept.pop("author"), salt=AUTHOR_SALT, max_age=TOKEN_AGE)
    except signing.BadSignature:
        return
    if author == str(user.pk):
        keep(author=user, **kept)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403. The words are shown in a form to send again; a foreign origin gets nothing back.

    A browser names the origin of every form that another site sends, so that a request without one is no trap.
    """
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    ours = not origin or urlsplit(origin).netloc == request.get_host()
    words = {
        "title": request.POST.get("title", ""),
        "body": request.POST.get("body", ""),
        "tags": request.POST.getlist("tags"),
        "client_key": request.POST.get("client_key", ""),
        "reply_to": request.POST.get("reply_to", ""),
        "author": request.POST.get("author", ""),
    }
    again = ours and bool(words["body"]) and bool(_draft_place(request.path))
    return render(request, "403_csrf.html", {"words": words if again else None, "action": request.path}, status=403)
