"""Where words may go, within which limits, and what stands around them there."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from forum.models import Board, Post, Tag, Thread
from forum.sessions import LiveSession, Notice, Room
from moderation import limits
from moderation.errors import BadWords, Closed, NotHere, RoomShut
from moderation.gate import rooms, writing
from moderation.models import Place, Submission
from moderation.render import Rendered, is_blank
from moderation.screen.types import Text
from people.models import Person
from people.rights import Right

PREVIOUS_LINE = timedelta(minutes=10)  # advice split over two posts is written within minutes


@dataclass(frozen=True, slots=True)
class Plan:
    """A live session that is to be. opens, closes: aware moments."""

    board: Board
    language: str
    host: Person
    mentors: tuple[Person, ...]
    capacity: int
    opens: datetime
    closes: datetime

    def spelled(self) -> list[object]:
        people = [str(one.pk) for one in (self.host, *self.mentors)]
        return [self.language, people, self.capacity, self.opens.isoformat(), self.closes.isoformat()]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.spelled()).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NoticeOf:
    """Words of those who lead a session: what it is about, the point in hand, the summary.

    seen: what stood there when the writer looked (`notice_seen`); None: whatever it was.
    """

    session: LiveSession
    kind: Notice.Kind
    seen: str | None = None


Where = Board | Thread | Post | Plan | NoticeOf


@dataclass(frozen=True, slots=True)
class Address:
    """Where the words go, as the rows that the submission will name; `table`: the policy's name for such a place."""

    place: Place
    board: Board
    thread: Thread | None = None
    target: Post | None = None
    plan: Plan | None = None
    notice: NoticeOf | None = None
    table: str = "board"

    @property
    def is_line(self) -> bool:
        """Of a live session, new or changed."""
        in_room = self.thread is not None and self.thread.kind == Thread.Kind.LIVE
        return in_room and self.place in {Place.REPLY, Place.EDIT}


def address_of(place: Where, *, author: Person, note: bool, at: datetime) -> Address:
    """The rows behind a place that this author may write to. NotHere where they may not; Closed where it is closed."""
    if isinstance(place, Plan):
        return Address(Place.SESSION, place.board, plan=place)
    if isinstance(place, NoticeOf):
        return _notice(place, author)
    if isinstance(place, Board):
        board = Board.objects.visible_to(author).filter(pk=place.pk).first()
        if board is None:
            raise NotHere
        return Address(Place.THREAD, board)
    thread_id = place.pk if isinstance(place, Thread) else place.thread_id
    thread = Thread.objects.visible_to(author).select_related("board").filter(pk=thread_id).first()
    if thread is None and Thread.objects.known_to(author).filter(pk=thread_id).exists():
        raise RoomShut(Room.CLOSED)  # left, sent away, or closed before they came: the words stay with them
    if thread is None:
        raise NotHere
    if note and not isinstance(place, Thread):
        if not author.may(Right.RULE):
            raise NotHere
        return Address(Place.NOTE, thread.board, thread, place)
    table = rooms.table_for(thread, author, at)
    if isinstance(place, Thread):
        if thread.closed_at:
            raise Closed
        return Address(Place.REPLY, thread.board, thread, table=table)
    post = Post.objects.visible_to(author).filter(pk=place.pk, author=author).first()  # as it is now, not as opened
    if post is None:
        raise NotHere
    if post.is_withdrawn or thread.closed_at:
        raise Closed
    return Address(Place.EDIT, thread.board, thread, post, table=table)


def _notice(place: NoticeOf, author: Person) -> Address:
    """Who says what a session is about, what is in hand, and what it came to."""
    found = LiveSession.objects.visible_to(author).select_related("thread__board").filter(pk=place.session.pk).first()
    if found is None or not rooms.may_say(found, place.kind, author):
        raise NotHere
    if found.cancelled_at or (found.ended_at and place.kind != Notice.Kind.SUMMARY):
        raise Closed
    kinds = {kind: where for where, kind in writing.NOTICES.items()}
    return Address(kinds[place.kind], found.thread.board, found.thread, notice=place)


def notice_seen(session: LiveSession, kind: Notice.Kind) -> str:
    """Which words stand there, as one value: two who lead must not overwrite each other unseen."""
    found = Notice.objects.filter(session=session, kind=kind).first()
    return found.at.isoformat() if found else "none"


def check_around(address: Address, reply_to: Post | None, answers: Post | None) -> None:
    """What words reply to or answer stands in the thread that they go to. NotHere for any other post."""
    here = address.thread.pk if address.thread else None
    if any(one is not None and one.thread_id != here for one in (reply_to, answers)):
        raise NotHere


def note_fingerprint(words: str) -> str:
    """Of the words alone: a note's post may be published in the same breath, and has no id to keep yet."""
    return hashlib.sha256(words.encode()).hexdigest()


def fingerprint_of(address: Address, title: str, words: str, tags: list[str], reply_to: Post | None) -> str:
    if address.place == Place.NOTE:
        return note_fingerprint(words)
    spot = [address.place, address.board.pk, str(address.thread and address.thread.pk), str(address.target)]
    facts = address.plan.spelled() if address.plan else []
    whole = json.dumps([*spot, title, words, tags, str(reply_to and reply_to.pk), *facts])
    return hashlib.sha256(whole.encode()).hexdigest()


def wants_title(place: Place, target: Post | None) -> bool:
    opens = place == Place.EDIT and target is not None and target.opens_thread
    return opens or place in {Place.THREAD, Place.SESSION}


def check_limits(address: Address, words: str, title: str, tags: list[str]) -> None:
    titled = wants_title(address.place, address.target)
    if is_blank(words):
        raise BadWords("words", "empty")
    short = address.is_line or address.place == Place.AGENDA
    if len(words) > (limits.LINE_CHARACTERS if short else limits.POST_CHARACTERS):
        raise BadWords("words", "long_line" if short else "too_long")
    if titled and is_blank(title):
        raise BadWords("title", "empty")
    if len(title) > limits.TITLE_CHARACTERS:
        raise BadWords("title", "too_long")
    if not titled and (title or tags):
        raise BadWords("title", "unknown")
    if tags and address.place == Place.SESSION:
        raise BadWords("tags", "unknown")
    if len(tags) > limits.TAGS_A_THREAD:
        raise BadWords("tags", "too_many")
    if tags and Tag.objects.filter(slug__in=tags).count() != len(tags):
        raise BadWords("tags", "unknown")


def lately_by(author: Person, client_key: uuid.UUID, at: datetime) -> list[Submission]:
    """What the author handed in within minutes, newest first, and what has this key: one query for all."""
    recent = Q(written_at__gt=at - max(PREVIOUS_LINE, limits.LONGEST))
    found = Submission.objects.of(author).filter(Q(client_key=client_key) | recent)
    return list(found.order_by("-written_at"))


def previous(address: Address, lately: list[Submission], at: datetime) -> Submission | None:
    """The author's last words in the same thread, if they are minutes old: advice may be split over two lines."""
    if address.thread is None or address.place != Place.REPLY:
        return None
    here = (one for one in lately if one.place == Place.REPLY and one.thread_id == address.thread.pk)
    return next((one for one in here if at - PREVIOUS_LINE < one.written_at <= at), None)


def found_in(before: Submission | None) -> set[tuple[str, int, int]]:
    return set(before.findings.filter(field="body").values_list("kind", "start", "end")) if before else set()


def context_of(
    address: Address,
    author: Person,
    rendered: Rendered,
    title: str,
    tags: list[str],
    reply_to: Post | None,
    answers: Post | None,
    before: Submission | None,
) -> Text:
    """The text with what stands around it: the words replied to, the open question, the author's last words here."""
    question = ""
    if address.thread is not None and address.place == Place.REPLY:
        asked = Post.objects.filter(thread=address.thread, question=Post.Question.OPEN, state=Post.State.VISIBLE)
        chosen = answers or asked.exclude(author=author).order_by("number").first()
        question = chosen.text if chosen else ""
    return Text(
        body=rendered.text,
        title=title,
        tags=tuple(tags),
        reply_to=reply_to.text if reply_to else "",
        open_question=question,
        previous_line=before.text if before else "",
    )
