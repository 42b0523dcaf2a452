"""manage.py rescreen: what the present screen and policy would hold of what is published. It hides nothing."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from forum.models import Post
from moderation.gate.submitting import has_earned
from moderation.judge import Judgement, Screen, judge
from moderation.models import Place, Ruling, State, Submission
from moderation.screen.types import Text
from moderation.terms import screen_of
from people.models import Centre

A_PAGE = 500
TOLD_EVERY = 5  # seconds


class Command(BaseCommand):
    help = "Screens what is published once more; writes a JSON line for each post that would wait now. No words."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--centre", type=int, help="only this centre (its id)")
        parser.add_argument("--since", help="only what was published from this day or moment on (2026-03-01, UTC)")

    def handle(self, *args: Any, **options: Any) -> None:
        posts = Post.objects.exclude(state=Post.State.WITHDRAWN).order_by("pk")
        if options["centre"] is not None:
            if not Centre.objects.filter(pk=options["centre"]).exists():
                raise CommandError(f"there is no centre {options['centre']}")
            posts = posts.filter(thread__board__centre=options["centre"])
        if options["since"]:
            posts = posts.filter(published_at__gte=_moment(options["since"]))
        posts = posts.select_related("thread__board", "author", "reply_to")
        self._rescreen(posts.prefetch_related("thread__tagged_items__tag"))

    def _rescreen(self, posts: Any) -> None:
        read, found, known, now = 0, 0, 0, timezone.now()
        using: dict[int, Screen] = {one.pk: screen_of(one) for one in Centre.objects.all()}
        total, told = posts.count(), time.monotonic()
        for page in _pages(posts):
            held = {post.pk: judgement for post in page if (judgement := _judged(post, using, now)).decision.waits}
            seen = _seen(held)
            for post in page:
                if post.pk in held:
                    ruled_in, looked_at = seen.get(post.pk, (False, False))
                    self.stdout.write(json.dumps(_row(post, held[post.pk], ruled_in, looked_at)))
                    found, known = found + 1, known + ruled_in
            read += len(page)
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                self._tell(f"{read} of {total} posts read, {found} would wait")
        self._tell(f"{read} posts read: {found} would wait now, {known} of them were let in by a clinician")

    def _tell(self, words: str) -> None:
        """Apart from the rows, and not in the colour of errors."""
        self.stderr.write(words, str)
        self.stderr.flush()


def _moment(words: str) -> datetime:
    try:
        moment = parse_datetime(words)
    except ValueError as error:
        raise CommandError(f"no such day: {words}") from error
    if moment is None:
        raise CommandError(f"not a day or a moment: {words}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _pages(posts: Any) -> Iterator[list[Post]]:
    """Pages by key, so that what comes or goes meanwhile moves no page and memory stays that of one."""
    last: UUID | None = None
    while page := list((posts.filter(pk__gt=last) if last else posts)[:A_PAGE]):
        yield page
        last = page[-1].pk


def _judged(post: Post, using: dict[int, Screen], now: datetime) -> Judgement:
    """As the gate would judge it today, but for what stood around it then: the open question, the line before."""
    first = post.number == 1
    text = Text(
        body=post.text,
        title=post.thread.title if first else "",
        tags=tuple(sorted(one.tag.slug for one in post.thread.tagged_items.all())) if first else (),
        reply_to=post.reply_to.text if post.reply_to else "",
    )
    return judge(
        text,
        role=post.role,
        place="board",
        earned=lambda: has_earned(post.author, now),
        using=using[post.thread.board.centre_id],
    )


def _seen(held: dict[UUID, Judgement]) -> dict[UUID, tuple[bool, bool]]:
    """Whether a clinician let the words in that a post shows, and whether one has looked at them since."""
    sources = Submission.objects.filter(post__in=held, state=State.PUBLISHED).exclude(place=Place.NOTE)
    seen: dict[UUID, tuple[bool, bool]] = {}
    for one in sources.order_by("decided_at", "written_at").prefetch_related("rulings"):  # the last one is shown
        last = max(one.rulings.all(), key=lambda ruling: ruling.pk, default=None)
        ruled_in = last is not None and last.decider_id is not None and last.verb == Ruling.Verb.PUBLISHED
        if one.post_id:
            seen[one.post_id] = ruled_in, one.looked_at is not None
    return seen


def _row(post: Post, judgement: Judgement, ruled_in: bool, looked_at: bool) -> dict[str, Any]:
    deciding = [one for one in judgement.verdict.findings if one.kind in judgement.decision.kinds]
    told = dict.fromkeys((str(one.label or ""), str(one.kind), one.rule) for one in deciding)
    return {
        "post": str(post.pk),
        "thread": str(post.thread_id),
        "centre": post.thread.board.centre_id,
        "published": post.published_at.isoformat(),
        "outcome": judgement.decision.outcome.value,
        "findings": [{"label": label, "kind": kind, "rule": rule} for label, kind, rule in told],
        "ruled_in": ruled_in,
        "looked_at": looked_at,
        "version": judgement.verdict.version,
    }
