"""Words survive: a log-in that ended meanwhile, and a form whose protection grew too old. (See `drafts.give_back`.)"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

SESSION_KEY = "kept_words"
DRAFT_OF = {
    "new_thread": "new:{slug}",
    "reply": "reply:{thread_id}",
    "edit": "edit:{post_id}",
    "change": "change:{submission_id}",
    "session_new": "session:new",
    "session_about": "about:{session_id}",
    "room_agenda": "agenda:{session_id}",
    "session_summary": "summary:{session_id}",
    "draft_save": "{place}",
}
PAGES = {*DRAFT_OF, "words"} - {"draft_save"}  # addresses that can be opened after a log-in; the others only take
# beside what a person types:
KEPT_HIDDEN = ("client_key", "reply_to", "author", "checked", "answers", "reduced", "seen")


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
        back = request.path if resolve(request.path).url_name in PAGES else reverse("me")
        return redirect_to_login(back)

    return inner


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
        "hidden": {name: request.POST[name] for name in KEPT_HIDDEN if request.POST.get(name)},
    }
    again = ours and bool(words["body"]) and bool(_draft_place(request.path))
    return render(request, "403_csrf.html", {"words": words if again else None, "action": request.path}, status=403)
