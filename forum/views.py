"""Reading. Every page here answers only GET and HEAD; words come in through `moderation`."""

import logging
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.models import Board, Post, ReadMark, Tag, Thread, ThreadQuerySet
from forum.rows import rows, with_facts
from forum.search import search as find
from people.models import CLINICIANS, Person
from people.requests import person_of, uuid_or_none
from people.rights import Right

log = logging.getLogger(__name__)

THREADS_A_PAGE = 20


@require_safe
@login_required
@never_cache
def boards(request: HttpRequest) -> HttpResponse:
    """Four themes open, the others one click away."""
    person = person_of(request)
    if person.suspended_at:
        return render(request, "home/suspended.html", {"person": person})
    found = list(Board.objects.visible_to(person))
    return render(
        request,
        "forum/boards.html",
        {"front": [one for one in found if one.front], "more": [one for one in found if not one.front]},
    )


@require_safe
@login_required
@never_cache
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """A theme's threads, the one that moved last first; `?after=<thread>` goes on from there."""
    person = person_of(request)
    found = get_object_or_404(Board.objects.visible_to(person), slug=slug)
    threads = Thread.objects.visible_to(person).on_boards().filter(board=found)
    return _list(request, threads, person, "forum/board.html", {"board": found})


@require_safe
@login_required
@never_cache
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    person = person_of(request)
    if not person.may(Right.READ):
        raise Http404
    found = get_object_or_404(Tag, slug=slug)
    threads = Thread.objects.visible_to(person).on_boards().filter(tagged_items__tag=found)
    return _list(request, threads, person, "forum/tag.html", {"tag": found}, with_board=True)


@require_safe
@login_required
@never_cache
def unanswered(request: HttpRequest) -> HttpResponse:
    """Questions without a mentor's reply, oldest first; for those who look after them."""
    person = person_of(request)
    if not person.may(Right.SEE_UNANSWERED):
        raise Http404
    threads = with_facts(Thread.objects.visible_to(person).without_mentor(), person)[:THREADS_A_PAGE]
    return render(request, "forum/unanswered.html", {"rows": rows(threads, with_board=True)})


def _list(
    request: HttpRequest,
    threads: ThreadQuerySet,
    person: Person,
    template: str,
    context: dict[str, object],
    *,
    with_board: bool = False,
) -> HttpResponse:
    """A page of threads by position: `after` names the last thread of the page before."""
    found = with_facts(threads, person).order_by("-active_at", "-id")
    after = uuid_or_none(request.GET.get("after", ""))
    last = threads.filter(pk=after).first() if after else None
    if last is not None:  # several may have moved at the same moment: the id decides between them
        found = found.filter(Q(active_at__lt=last.active_at) | Q(active_at=last.active_at, pk__lt=last.pk))
    page = list(found[: THREADS_A_PAGE + 1])
    more = len(page) > THREADS_A_PAGE
    older = "?" + urlencode({"after": str(page[THREADS_A_PAGE - 1].pk)}) if more else ""
    shown = rows(page[:THREADS_A_PAGE], with_board=with_board)
    return render(request, template, {**context, "rows": shown, "older": older, "first": last is None})


@require_safe
@login_required
@never_cache
def thread(request: HttpRequest, thread_id: UUID, live: Callable[..., HttpResponse]) -> HttpResponse:
    """A page of posts by position: the asked one, else the newest where one has read before, else the first.

    live: shows the room of a live session instead; `config.urls` names it, for it knows the gate.
    """
    person = person_of(request)
    found = get_object_or_404(
        Thread.objects.visible_to(person).with_read_mark(person).with_tag_names().select_related("board"),
        pk=thread_id,
    )
    if found.kind == Thread.Kind.LIVE:
        return live(request, found)
    seen = found.__dict__["read_number"] or 0
    page = _page(request, found, seen)
    posts = list(
        Post.objects.visible_to(person)
        .filter(thread=found)
        .on_page(page)
        .select_related("author", "reply_to__author", "note_by")
    )
    if posts and posts[-1].number > seen:
        _mark(person, found, posts[-1].number)
    context = {"thread": found, "board": found.board, "posts": posts, "page": page, "pages": found.pages, "seen": seen}
    return render(request, "forum/thread.html", {**context, "folded": _folded(posts, person)})


def _folded(posts: list[Post], person: Person) -> set[UUID]:
    """The posts of members whom this person has muted. A clinician's words are never folded away."""
    muted = [post for post in posts if post.author_id in person.muted_ids and post.state == Post.State.VISIBLE]
    return {post.pk for post in muted if post.role not in CLINICIANS}


def _page(request: HttpRequest, thread: Thread, seen: int) -> int:
    asked = request.GET.get("page", "")
    if asked.isdecimal() and len(asked) < 9:
        return min(max(1, int(asked)), thread.pages)
    return thread.pages if seen else 1


def _mark(person: Person, thread: Thread, number: int) -> None:
    """Moves the reading mark forward, never back: two windows may be open. Reading goes on where nothing is written."""
    try:
        if not ReadMark.objects.filter(person=person, thread=thread).update(number=Greatest(F("number"), number)):
            ReadMark.objects.bulk_create([ReadMark(person=person, thread=thread, number=number)], ignore_conflicts=True)
    except DatabaseError as error:  # a full disk, a locked file, a database made read-only
        log.warning("reading mark not kept: %s", type(error).__name__)


@require_safe
@login_required
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Published words that hold what was asked for, the newest first; `?before=` goes on."""
    person = person_of(request)
    if person.suspended_at:
        return render(request, "home/suspended.html", {"person": person})
    query = request.GET.get("q", "")[:200]
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 16 else None
    found = find(query, person, before=before)
    older = "?" + urlencode({"q": query, "before": found.older}) if found.older else ""
    context = {"query": query, "posts": found.posts, "older": older, "first": before is None}
    return render(request, "forum/search.html", context)
