"""Drafts: words not yet handed in, kept on the server, read by their author alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.models import Board, Post, Thread
from moderation.forms import AUTHOR_SALT
from moderation.kept import SESSION_KEY, writer
from moderation.limits import POST_CHARACTERS
from moderation.models import Draft, Submission
from moderation.notices import address_of_draft
from people.models import Person
from people.requests import person_of, uuid_or_none
from people.rights import Right

TOKEN_AGE = 60 * 60 * 24 * 7  # a form left open over a week is not taken for its writer's any more
KEPT_CHARACTERS = 5 * POST_CHARACTERS  # an over-long text can be kept and made shorter


def keep(*, author: Person, place: str, title: str, words: str, tags: list[str], reply_to: str = "") -> bool:
    """Keeps one draft a place; False, and nothing kept, where the author may not see the place or wrote nothing."""
    if composer_address(author, place) is None:
        return False
    if not words.strip() and not title.strip():
        Draft.objects.filter(author=author, place=place).delete()
        return False
    fields: dict[str, Any] = {
        "title": _storable(title[:1_000]),
        "words": _storable(words[:KEPT_CHARACTERS]),
        "tags": [_storable(one[:50]) for one in tags[:10]],
        "reply_to": uuid_or_none(reply_to),
    }
    Draft.objects.update_or_create(author=author, place=place, defaults=fields)
    return True


def _storable(words: str) -> str:
    """Without what no database takes: NUL and lone surrogates."""
    return words.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


@receiver(user_logged_in)
def give_back(sender: object, request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Turns words kept with the session into a draft, if their form was given to the person who now logs in.

    Anybody else's are dropped.
    """
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


def composer_address(person: Person, place: str) -> str | None:
    """Where a draft is written on, or None where this person may not see the place (any more)."""
    kind, _colon, name = place.partition(":")
    if kind == "new":
        board = Board.objects.visible_to(person).filter(slug=name[:40]).first()
        return reverse("new_thread", args=[board.slug]) if board else None
    row = uuid_or_none(name)
    if kind == "reply" and row:
        thread = Thread.objects.visible_to(person).filter(pk=row).first()
        return reverse("reply", args=[thread.pk]) if thread else None
    if kind == "edit" and row:
        post = Post.objects.visible_to(person).filter(pk=row, author=person).first()
        return reverse("edit", args=[post.pk]) if post else None
    if kind == "change" and row:
        own = Submission.objects.of(person).filter(pk=row).first()
        return reverse("change", args=[own.pk]) if own else None
    if kind == "session":
        return reverse("session_new") if person.may(Right.SCHEDULE) else None
    return address_of_draft(person, kind, row) if row else None


@writer
@require_POST
def save(request: HttpRequest, place: str) -> HttpResponse:
    """Keeps what stands in a form: the button "Save as draft" and the page's own saving."""
    person = person_of(request)
    address = composer_address(person, place)
    if address is None:
        raise Http404
    kept = keep(
        author=person,
        place=place,
        title=request.POST.get("title", ""),
        words=request.POST.get("body", ""),
        tags=request.POST.getlist("tags"),
        reply_to=request.POST.get("reply_to", ""),
    )
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"kept": kept})
    if kept:
        messages.success(request, _("Your draft is saved. Only you can see it."))
    return redirect(address)


@login_required
@require_safe
def open_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """To the page on which a draft is written; the form there finds it again."""
    draft = get_object_or_404(Draft, pk=draft_id, author=person_of(request))
    address = composer_address(draft.author, draft.place)
    if address is None:
        raise Http404
    return redirect(address)


@login_required
@require_POST
def delete(request: HttpRequest, draft_id: int) -> HttpResponse:
    draft = get_object_or_404(Draft, pk=draft_id, author=person_of(request))
    draft.delete()
    messages.success(request, _("The draft is deleted."))
    return redirect("me")
