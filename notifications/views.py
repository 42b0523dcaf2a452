"""Following, and choosing what one is mailed about. No GET changes anything."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from forum.models import Board, Thread
from forum.rows import rows, with_facts
from notifications.following import follow, follows
from notifications.models import Follow, Wanted
from notifications.stopping import choose, person_of_token, token_for, wanted_by
from people.models import Person
from people.requests import person_of

FOLLOWS_SHOWN = 100


@login_required
@never_cache
@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """What one follows: boards, then conversations, those that moved last first."""
    person = person_of(request)
    mine = Follow.objects.of(person).live()
    threads = Thread.objects.visible_to(person).filter(pk__in=mine.exclude(thread=None).values("thread"))
    found = with_facts(threads, person).order_by("-active_at")[:FOLLOWS_SHOWN]
    context = {
        "boards": Board.objects.visible_to(person).filter(pk__in=mine.exclude(board=None).values("board")),
        "rows": rows(found, with_board=True),
        "wanted": wanted_by(person),
    }
    return render(request, "notifications/follows.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_thread(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Whether one follows this conversation, with the one button that changes it."""
    person = person_of(request)
    found = get_object_or_404(Thread.objects.visible_to(person).filter(kind=Thread.Kind.BOARD), pk=thread_id)
    return _follow(request, person, found, back=reverse("thread", args=[found.pk]), name=found.title)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_board(request: HttpRequest, slug: str) -> HttpResponse:
    person = person_of(request)
    found = get_object_or_404(Board.objects.visible_to(person), slug=slug)
    return _follow(request, person, found, back=reverse("board", args=[found.slug]), name=found.title)


def _follow(request: HttpRequest, person: Person, what: Thread | Board, *, back: str, name: str) -> HttpResponse:
    if request.method == "POST":
        wanted = request.POST.get("follow") == "yes"
        follow(person, what, wanted=wanted, now=timezone.now())
        messages.success(request, _("You follow this now.") if wanted else _("You do not follow this any more."))
        return redirect(back)
    context: dict[str, Any] = {
        "name": name,
        "back": back,
        "here": request.path,
        "following": follows(person, what),
        "of_board": isinstance(what, Board),
        "wanted": wanted_by(person),
    }
    return render(request, "notifications/follow.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: HttpRequest) -> HttpResponse:
    """All mails, only what concerns me, or none."""
    person = person_of(request)
    if request.method == "POST":
        if request.POST.get("wanted") in Wanted.values:
            choose(person, Wanted(request.POST["wanted"]))
            messages.success(request, _("Saved."))
        return redirect("mail_settings")
    stop = reverse("mail_stop", args=[token_for(person)])
    context = {"choices": Wanted.choices, "wanted": wanted_by(person), "stop": stop}
    return render(request, "notifications/mail_settings.html", context)


@csrf_exempt  # the signed address is the proof; a mail program that stops mails with one tap has no cookie of ours
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in every mail: GET shows one button, POST stops all mails to the person that the link names."""
    person = person_of_token(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        choose(person, Wanted.NONE)
    return render(request, "notifications/mail_stop.html", {"stopped": wanted_by(person) == Wanted.NONE})
