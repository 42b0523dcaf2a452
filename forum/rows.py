"""Threads as lines of a list: what a reader sees before opening one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext

from forum.models import Post, Thread, ThreadQuerySet
from people.models import Person, Role


@dataclass(frozen=True, slots=True)
class Row:
    url: str
    title: str
    author_name: str
    role: str
    role_label: str
    last_at: datetime
    posts: int
    new_for_me: bool
    question: bool
    nurse_answered: bool
    no_mentor_yet: bool
    closed: bool
    board_name: str = ""


def with_facts(threads: ThreadQuerySet, person: Person) -> ThreadQuerySet:
    """Adds in the same query what a row shows; leaves out threads of which nothing is left to read."""
    posts = Post.objects.filter(thread=OuterRef("pk"))
    visible = posts.filter(state=Post.State.VISIBLE)
    unseen = visible.filter(number__gt=OuterRef("seen")).exclude(author=person)  # one's own words are no news
    return (
        threads.with_read_mark(person)
        .annotate(seen=Coalesce("read_number", 0))
        .annotate(
            unseen=Exists(unseen),
            first_role=Subquery(posts.filter(number=1).values("role")),
            asks=Exists(visible.filter(question=Post.Question.OPEN)),
            answered=Exists(visible.filter(question=Post.Question.ANSWERED)),
            mentored=Exists(visible.filter(role=Role.MENTOR)),
        )
        .filter(Exists(visible))
        .select_related("author", "board")
    )


def rows(threads: Iterable[Thread], *, with_board: bool = False) -> list[Row]:
    """Rows of threads that came through `with_facts`."""
    return [_row(one, with_board) for one in threads]


def _row(thread: Thread, with_board: bool) -> Row:
    facts = thread.__dict__  # the annotations of with_facts
    role = facts["first_role"] or ""
    return Row(
        url=reverse("thread", args=[thread.pk]),
        title=thread.title or gettext("A conversation whose first words were taken back"),
        author_name=thread.author.pseudonym,
        role=role,
        role_label=str(Role(role).label) if role else "",
        last_at=thread.active_at,
        posts=thread.head_number,
        new_for_me=facts["unseen"],
        question=facts["asks"],
        nurse_answered=facts["answered"],
        no_mentor_yet=role == Role.PATIENT and not facts["mentored"],
        closed=thread.closed_at is not None,
        board_name=thread.board.title if with_board else "",
    )
