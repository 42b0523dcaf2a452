"""Following: the verbs, and what is new in what a person follows."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from forum.models import Board, Post, PostQuerySet, Thread, ThreadQuerySet
from notifications.models import Follow
from people.models import Person


def follow(person: Person, what: Thread | Board, *, wanted: bool, now: datetime | None = None) -> None:
    """Begins or ends following. Saying it twice changes nothing: `since` stays the moment of the first time."""
    at = now or timezone.now()
    about: dict[str, Any] = {"thread": what} if isinstance(what, Thread) else {"board": what}
    fresh = Follow(person=person, following=wanted, since=at, **about)
    Follow.objects.bulk_create([fresh], ignore_conflicts=True)
    Follow.objects.filter(person=person, following=not wanted, **about).update(following=wanted, since=at)


def follows(person: Person, what: Thread | Board) -> bool:
    about: dict[str, Any] = {"thread": what} if isinstance(what, Thread) else {"board": what}
    return Follow.objects.of(person).live().filter(**about).exists()


def to_tell(person: Person) -> PostQuerySet:
    """Posts that this person may be told of: visible now, by others whom they have not muted."""
    visible = Post.objects.visible_to(person).filter(state=Post.State.VISIBLE)
    return visible.exclude(author=person).exclude(author__muted_by__person=person)


def news(person: Person, *, since: datetime | None, until: datetime) -> ThreadQuerySet:
    """Threads that the person follows, with posts of that time that they have not seen."""
    mine = Follow.objects.of(person)
    live = mine.live()
    by_thread = live.filter(thread=OuterRef("pk")).values("since")
    by_board = live.filter(board=OuterRef("board")).values("since")
    said_no = mine.filter(following=False, thread=OuterRef("pk"))
    unseen = to_tell(person).filter(
        thread=OuterRef("pk"),
        number__gt=OuterRef("seen_number"),
        published_at__gt=OuterRef("followed_since"),
        published_at__lte=until,
    )
    threads, boards = live.exclude(thread=None).values("thread"), live.exclude(board=None).values("board")
    followed = Q(pk__in=threads) | Q(board__in=boards)
    if since is not None:
        unseen, followed = unseen.filter(published_at__gt=since), followed & Q(active_at__gt=since)
    return (
        Thread.objects.visible_to(person)
        .filter(followed, ~Exists(said_no), kind=Thread.Kind.BOARD)
        .with_read_mark(person)
        .annotate(
            seen_number=Coalesce("read_number", 0), followed_since=Coalesce(Subquery(by_thread), Subquery(by_board))
        )
        .filter(Exists(unseen))
    )
