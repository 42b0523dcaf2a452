"""The one HTTP entrance for words: new thread, reply, change of a post; and taking a post back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from forum.models import Board, Post, Thread, page_of
from moderation import gate
from moderation.composing import Composer, hand_in, page
from moderation.errors import NotHere
from moderation.kept import writer
from moderation.models import Place, State, Submission
from people.models import Person
from people.requests import person_of
from people.rights import Right


def new_thread_composer(board: Board, replaces: Submission | None = None) -> Composer:
    return Composer(
        place=board,
        action=reverse("new_thread", args=[board.slug]),
        draft=f"new:{board.slug}",
        heading=_("Ask or tell something"),
        submit_label=_("Send"),
        titled=True,
        replaces=replaces,
        back=reverse("board", args=[board.slug]),
    )


def reply_composer(thread: Thread, person: Person, replaces: Submission | None = None) -> Composer:
    return Composer(
        place=thread,
        action=reverse("reply", args=[thread.pk]),
        draft=f"reply:{thread.pk}",
        heading=_("Your line") if thread.kind == Thread.Kind.LIVE else _("Your reply"),
        submit_label=_("Send") if thread.kind == Thread.Kind.LIVE else _("Send the reply"),
        replaces=replaces,
        question=open_question(thread, person),
        back=reverse("thread", args=[thread.pk]),
    )


def edit_composer(post: Post, replaces: Submission | None = None) -> Composer:
    return Composer(
        place=post,
        action=reverse("edit", args=[post.pk]),
        draft=f"edit:{post.pk}",
        heading=_("Change your post"),
        submit_label=_("Send the change"),
        titled=post.opens_thread,
        replaces=replaces,
        back=f"{reverse('thread', args=[post.thread_id])}?page={page_of(post.number)}#post-{post.number}",
    )


def open_question(thread: Thread, person: Person) -> Post | None:
    """The thread's oldest open question, for a clinician who may answer it."""
    if not person.may(Right.ANSWER):
        return None
    return Post.objects.questions_for(person).filter(thread=thread).first()


@writer
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_thread(request: HttpRequest, slug: str) -> HttpResponse:
    person = person_of(request)
    composer = new_thread_composer(get_object_or_404(Board.objects.visible_to(person), slug=slug))
    if request.method == "POST":
        return hand_in(request, composer)
    return page(request, composer, composer.form(person))


@writer
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """A reply on a page of its own; on the thread's page the same form stands at the end.

    Who has no place in a room any more finds their words kept.
    """
    person = person_of(request)
    threads = Thread.objects.known_to(person) if request.method == "POST" else Thread.objects.visible_to(person)
    thread = get_object_or_404(threads.select_related("board"), pk=thread_id)
    composer = reply_composer(thread, person)
    if request.method == "POST":
        return hand_in(request, composer)
    return page(request, composer, composer.form(person, reply_to=request.GET.get("to") or None))


@writer
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The author's change of a published post: a new submission; the text up there stays until it passes.

    Who has no place in the room any more finds their words kept, as with a reply.
    """
    person = person_of(request)
    posts = Post.objects.known_to(person) if request.method == "POST" else Post.objects.visible_to(person)
    post = get_object_or_404(posts.filter(author=person).select_related("thread"), pk=post_id)
    composer = edit_composer(post)
    if request.method == "POST":  # of a post taken back meanwhile, too: the answer keeps the words
        return hand_in(request, composer)
    if post.is_withdrawn:
        raise Http404
    present = present_words(post)
    return page(request, composer, composer.form(person, title=present.title, body=present.words, tags=present.tags))


def present_words(post: Post) -> Submission:
    """The author's latest words for a post: a change that waits, else those that are shown."""
    changes = Submission.objects.filter(target=post, place=Place.EDIT, state=State.WAITING)
    shown = Submission.objects.filter(post=post, state=State.PUBLISHED).exclude(place=Place.NOTE)
    found = changes.first() or shown.order_by("-decided_at", "-written_at").first()
    if found is None:
        raise Http404
    return found


@writer
@require_POST
def withdraw(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The author takes the own post down: at once, without a question. The words stay on the page of own words.

    Also from a room that is shut to them.
    """
    person = person_of(request)
    post = get_object_or_404(Post.objects.known_to(person).filter(author=person), pk=post_id)
    try:
        gate.withdraw(post, by=person)
    except NotHere as error:
        raise Http404 from error
    messages.success(request, _("Your post is taken back. Your words are kept for you on your own page."))
    if not Post.objects.visible_to(person).filter(pk=post.pk).exists():
        return redirect("me")
    return redirect(f"{reverse('thread', args=[post.thread_id])}?page={page_of(post.number)}#post-{post.number}")
