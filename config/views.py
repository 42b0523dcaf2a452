"""The pages that ask every app: the front page, one's own page, and the signs of life."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.models import Board, Post, Thread
from forum.rows import rows, with_facts
from moderation.models import Draft, Place, State, Submission
from moderation.own import HIDDEN, listed
from moderation.reports import reported
from moderation.session_pages import next_session
from people.models import Person
from people.requests import person_of
from people.rights import Right

NEW_FOR_ME = 10  # experience.md: "New for me" shows at most 10 things
OWN_WORDS = 50


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Signed out: who reads this, what may I ask, what never here. Signed in: what is new for me."""
    if not isinstance(request.user, Person):
        return render(request, "home/welcome.html")
    person = request.user
    if person.suspended_at:
        return render(request, "home/suspended.html", {"person": person})
    own = Submission.objects.of(person).exclude(place=Place.NOTE)
    told = listed(own.filter(told_at=None).exclude(state=State.WAITING).order_by("-decided_at")[:NEW_FOR_ME])
    boards = list(Board.objects.visible_to(person))
    context = {
        "news": [one for one in told if one.state != HIDDEN],
        "hidden": [one for one in told if one.state == HIDDEN],
        "waiting": listed(own.waiting().order_by("written_at")[:NEW_FOR_ME]),
        "rows": rows(with_facts(Thread.objects.new_for(person), person)[:NEW_FOR_ME], with_board=True),
        "front": [one for one in boards if one.front],
        "more": [one for one in boards if not one.front],
        "drafts": Draft.objects.filter(author=person).count(),
        "questions": Post.objects.questions_for(person).count() if person.may(Right.ANSWER) else 0,
        "on_desk": Submission.objects.on_desk_of(person).waiting().count() if person.may(Right.RULE) else 0,
        "session": next_session(person, timezone.now()),
        "reported": reported(person).count() if person.may(Right.RULE) else 0,
    }
    return render(request, "home/home.html", context)


@login_required
@require_safe
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """One's own page: what one wrote and what came of it, drafts, and how the site looks and speaks."""
    person = person_of(request)
    own = Submission.objects.of(person).exclude(place=Place.NOTE).exclude(state=State.REPLACED)
    context = {
        "person": person,
        "words": listed(own.order_by("-written_at")[:OWN_WORDS]),
        "drafts": Draft.objects.filter(author=person).order_by("-updated_at"),
        "phases": Person.Phase.choices,
        "mutes": person.mutes.select_related("muted").order_by("muted__pseudonym"),
        "consents": person.consents.order_by("-given_at"),
    }
    return render(request, "home/me.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a form too large to be read at all gets 413, and is told honestly that its words are not here."""
    large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent)
    return render(request, "413.html" if large else "400.html", status=413 if large else 400)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers; 503 otherwise. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"ok": False}, status=503)
    return JsonResponse({"ok": True, "at": timezone.now().isoformat(timespec="seconds")})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
