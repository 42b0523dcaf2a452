"""import_published(): many posts at once, for volume. Screened like any words; what the policy holds is left out."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import transaction

from forum.models import Board, Event, Post, SearchEntry, Thread
from forum.search import fold
from moderation import policy, terms
from moderation.judge import judge
from moderation.models import Place, State, Submission
from moderation.render import clean, render
from moderation.screen.types import Text
from people.models import Person

THREADS_A_BATCH = 200


@dataclass(frozen=True, slots=True)
class Words:
    author: Person
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread to import: its board, title, and posts in order; the first post's author opened it."""

    board: Board
    title: str
    posts: tuple[Words, ...]


@dataclass(slots=True)
class Count:
    threads: int = 0
    posts: int = 0
    held: int = 0


class NotInProduction(Exception):
    """Volume is for benchmarks; in production words come one by one through submit()."""


def import_published(conversations: Iterable[Conversation]) -> Count:
    """Writes threads and posts that pass, a batch a transaction. Words that the policy would hold are not written.

    A thread whose first words would be held is left out whole. NotInProduction where MODE=production.
    """
    if settings.PRODUCTION:
        raise NotInProduction
    count = Count()
    for batch in _batches(iter(conversations)):
        _write(batch, count)
    return count


def _batches(conversations: Iterator[Conversation]) -> Iterator[list[Conversation]]:
    while batch := list(islice(conversations, THREADS_A_BATCH)):
        yield batch


def _submission(words: Words, *, title: str, board: Board) -> Submission | None:
    """The published submission for these words, or None where the policy says anything but publish."""
    text = clean(words.words)
    rendered = render(text)
    role = words.author.writes_as
    seen = Text(body=rendered.text, title=title)
    judgement = judge(seen, role=role, place="board", using=terms.screen_of(board.centre))
    decision = judgement.decision
    if decision.outcome is not policy.Outcome.PUBLISH or decision.masks or "own_check" in decision.flags:
        return None
    return Submission(
        author=words.author,
        role=role,
        centre_id=board.centre_id,
        client_key=uuid.uuid4(),
        fingerprint="imported",
        place=Place.THREAD if title else Place.REPLY,
        board=board,
        title=title,
        words=text,
        html=rendered.html,
        text=rendered.text,
        state=State.PUBLISHED,
        outcome=decision.outcome,
        screen_version=judgement.verdict.version,
        policy_version=policy.current().version,
        written_at=words.at,
        decided_at=words.at,
        told_at=words.at,
    )


def _write(batch: list[Conversation], count: Count) -> None:
    threads, submissions, posts, entries, events = [], [], [], [], []
    for conversation in batch:
        passed: list[Submission] = []
        for position, words in enumerate(conversation.posts):
            one = _submission(words, title="" if position else conversation.title, board=conversation.board)
            if one is None:
                count.held += 1
                if not position:
                    break
            else:
                passed.append(one)
        if not passed:
            continue
        thread = Thread(
            board=conversation.board,
            author=passed[0].author,
            title=conversation.title,
            created_at=passed[0].written_at,
            active_at=passed[-1].written_at,
            head_number=len(passed),
            head_seq=len(passed),
        )
        threads.append(thread)
        for number, one in enumerate(passed, start=1):
            post = Post(
                thread=thread,
                author=one.author,
                role=one.role,
                number=number,
                html=one.html,
                text=one.text,
                written_at=one.written_at,
                published_at=one.written_at,
            )
            one.thread, one.post = thread, post
            posts.append(post)
            submissions.append(one)
            searched = f"{thread.title} {one.text}" if number == 1 else one.text
            entries.append(SearchEntry(post=post, words=fold(searched)))
            events.append(Event(thread=thread, seq=number, kind=Event.Kind.PUBLISHED, post=post, at=one.written_at))
    with transaction.atomic():
        Thread.objects.bulk_create(threads)
        Post.objects.bulk_create(posts, batch_size=1000)
        SearchEntry.objects.bulk_create(entries, batch_size=1000)
        Event.objects.bulk_create(events, batch_size=1000)
        Submission.objects.bulk_create(submissions, batch_size=500)
    count.threads += len(threads)
    count.posts += len(posts)
