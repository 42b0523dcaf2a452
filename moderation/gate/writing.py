"""The only code that writes Thread, Post and Event. Called inside the gate's transactions, under the thread's lock."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F

from forum.models import Event, Post, SearchEntry, Tag, Thread
from forum.search import fold
from forum.sessions import LiveSession, Notice
from moderation import signals
from moderation.errors import Closed, Overtaken
from moderation.models import Place, Report, Submission
from moderation.policy import Outcome
from moderation.render import visible_text
from people.models import Role

RELEASED_WITHIN = timedelta(minutes=3)  # a live line; later it is a question for after the session
NOTICES = {Place.SESSION: Notice.Kind.ABOUT, Place.AGENDA: Notice.Kind.AGENDA, Place.SUMMARY: Notice.Kind.SUMMARY}


def locked(thread: Thread) -> Thread:
    """The thread's row, locked until the transaction ends. Lock order: thread, submission, head of the chain."""
    return Thread.objects.select_for_update().get(pk=thread.pk)


def event(thread: Thread, kind: Event.Kind, post: Post | None, at: datetime) -> None:
    """The next event of a locked thread; who listens is told its number after commit."""
    thread.head_seq += 1
    thread.save(update_fields=["head_number", "active_at", "head_seq"])
    Event.objects.create(thread=thread, seq=thread.head_seq, kind=kind, post=post, at=at)
    transaction.on_commit(partial(signals.happened.send, sender=Thread, thread_id=str(thread.pk), seq=thread.head_seq))


def publish(submission: Submission, *, at: datetime, released: bool) -> Post | None:
    """Puts the words before the readers: as a new post at the end, or as the present text of the changed one.

    None where they are no post: what a session is about, its point in hand, its summary.

    The submission's thread, where it has one, is the row that the caller has locked. Sets `post` and `thread` of the
    submission, without saving it. Closed where the place is gone meanwhile.
    """
    if submission.place in NOTICES:
        _put_up(submission, at=at)
        return None
    if submission.place == Place.NOTE:
        return _note(submission)
    if submission.place == Place.EDIT:
        return _revise(submission, at=at)
    thread = submission.thread or _open(submission, at=at)
    if thread.closed_at:
        raise Closed
    post = _append(thread, submission, at=at, released=released)
    if submission.place == Place.THREAD:
        thread.tags.set(Tag.objects.filter(slug__in=submission.tags))
    submission.post, submission.thread = post, thread
    return post


def _open(submission: Submission, *, at: datetime) -> Thread:
    if submission.board is None:
        raise Closed
    return Thread.objects.create(
        board=submission.board, author=submission.author, title=submission.title, created_at=at, active_at=at
    )


def _append(thread: Thread, submission: Submission, *, at: datetime, released: bool) -> Post:
    thread.head_number += 1
    thread.active_at = max(at, thread.active_at)
    asks = Outcome(submission.outcome) is Outcome.QUESTION
    late = thread.kind == Thread.Kind.LIVE and released and at - submission.written_at > RELEASED_WITHIN
    post = Post.objects.create(
        thread=thread,
        author=submission.author,
        role=submission.role,
        number=thread.head_number,
        reply_to=submission.reply_to,
        html=submission.html,
        text=visible_text(submission.html),  # not the submission's: that holds what was masked
        written_at=submission.written_at,
        published_at=at,
        released=released,
        one_experience="one_experience" in submission.flags,
        question=Post.Question.OPEN if asks or late else "",
    )
    event(thread, Event.Kind.PUBLISHED, post, at)
    if thread.kind != Thread.Kind.BOARD:
        return post
    SearchEntry.objects.create(post=post, words=_findable(post, thread))
    signals.recorded.send(
        sender=Post,
        what="published",
        post_id=post.pk,
        thread_id=thread.pk,
        author_id=post.author_id,
        opener_id=thread.author_id,
        newcomer=submission.first_words and post.role == Role.PATIENT,
        at=at,
    )
    return post


def _findable(post: Post, thread: Thread) -> str:
    return fold(f"{thread.title} {post.text}" if post.number == 1 else post.text)


def _index(post: Post, thread: Thread) -> None:
    """What search finds of a visible post; of any other nothing."""
    if thread.kind != Thread.Kind.BOARD:
        return
    if post.state != Post.State.VISIBLE:  # the row stays: words shown again stand where they stood
        SearchEntry.objects.filter(post=post).update(words="")
        return
    words = _findable(post, thread)
    if not SearchEntry.objects.filter(post=post).update(words=words):
        SearchEntry.objects.create(post=post, words=words)


def _revise(submission: Submission, *, at: datetime) -> Post:
    target, thread = submission.target, submission.thread
    if target is None or thread is None:
        raise Closed
    post = Post.objects.select_for_update().get(pk=target.pk)
    if thread.closed_at or post.is_withdrawn:
        raise Closed
    show(post, thread, submission, at=at)
    submission.post, submission.thread = post, thread
    event(thread, Event.Kind.REVISED, post, at)
    return post


def show(post: Post, thread: Thread, submission: Submission, *, at: datetime | None) -> None:
    """Makes the submission's words the present text of the post (and of its thread's title); `at`: revised when."""
    if post.is_hidden:  # and stays so: a change of its author must not show it again; `unhide` finds the change
        return
    post.html, post.text = submission.html, visible_text(submission.html)
    post.state = Post.State.VISIBLE
    post.one_experience = "one_experience" in submission.flags
    post.revised_at = at
    if Outcome(submission.outcome) is Outcome.QUESTION and post.question in {"", Post.Question.CLOSED}:
        post.question = Post.Question.OPEN
    post.save(update_fields=["html", "text", "state", "one_experience", "revised_at", "question"])
    if post.opens_thread:
        thread.title = submission.title
        thread.save(update_fields=["title"])
        thread.tags.set(Tag.objects.filter(slug__in=submission.tags))
    _index(post, thread)


def _note(submission: Submission) -> Post:
    target, thread = submission.target, submission.thread
    if target is None or thread is None:
        raise Closed
    post = Post.objects.select_for_update().get(pk=target.pk)
    if post.is_withdrawn:
        raise Closed
    show_note(post, submission)
    submission.post, submission.thread = post, thread
    event(thread, Event.Kind.REVISED, post, submission.written_at)
    return post


def show_note(post: Post, note: Submission | None) -> None:
    """The clinician's note under a post; None: no note stands there (any more)."""
    if post.is_hidden:  # the note comes with the words, when the post is shown again
        return
    if note is None:
        post.note_html, post.note_by, post.note_role = "", None, ""
    else:
        post.note_html, post.note_by, post.note_role = note.html, note.author, note.role
    post.save(update_fields=["note_html", "note_by", "note_role"])


def _put_up(submission: Submission, *, at: datetime) -> None:
    """A notice of the session whose thread the caller has locked. The first about it announces the session.

    The summary answers what was still asked. Overtaken where newer words stand there.
    """
    thread, kind = submission.thread, NOTICES[Place(submission.place)]
    session = LiveSession.objects.get(thread=thread)
    if thread is None or session.cancelled_at or (session.ended_at and kind != Notice.Kind.SUMMARY):
        raise Closed
    if Notice.objects.filter(session=session, kind=kind, at__gt=submission.written_at).exists():
        raise Overtaken  # these waited, and somebody else's were put up meanwhile
    words = {"html": submission.html, "text": visible_text(submission.html), "at": at}
    words |= {"author": submission.author, "role": submission.role}
    Notice.objects.update_or_create(session=session, kind=kind, defaults=words)
    if kind == Notice.Kind.ABOUT:
        thread.title = submission.title
        thread.save(update_fields=["title"])
        LiveSession.objects.filter(pk=session.pk, announced_at=None).update(announced_at=at)
    if kind == Notice.Kind.SUMMARY:
        Post.objects.filter(thread=thread, question=Post.Question.OPEN).update(question=Post.Question.ANSWERED)
    stir(session)


def stir(session: LiveSession) -> None:
    """Something around the lines changed: open pages fetch it again."""
    LiveSession.objects.filter(pk=session.pk).update(version=F("version") + 1)
    told = partial(signals.room_changed.send, sender=LiveSession, thread_id=str(session.thread_id))
    transaction.on_commit(told)


def shut(thread: Thread, *, at: datetime) -> None:
    """The locked thread takes no more words; who listens is told, and hung up on."""
    thread.closed_at = at
    thread.save(update_fields=["closed_at"])
    event(thread, Event.Kind.CLOSED, None, at)


def blank(post: Post, thread: Thread, *, at: datetime) -> None:
    """The post is taken back: see `_empty`. An open question is closed with it, and so is what was told of it.

    A question that it answered is open again.
    """
    if post.is_open_question:
        post.question = Post.Question.CLOSED
    Report.objects.filter(post=post, closed_at=None).update(closed_at=at)
    _empty(post, thread, Post.State.WITHDRAWN)
    event(thread, Event.Kind.WITHDRAWN, post, at)
    for question in Post.objects.filter(answer=post, question=Post.Question.ANSWERED):
        question.question, question.answer = Post.Question.OPEN, None
        question.save(update_fields=["question", "answer"])
        event(thread, Event.Kind.REVISED, question, at)


def hide(post: Post, thread: Thread, *, at: datetime) -> None:
    """The post is hidden until a nurse has read it again: see `_empty`."""
    _empty(post, thread, Post.State.HIDDEN)
    event(thread, Event.Kind.HIDDEN, post, at)


def unhide(post: Post, thread: Thread, *, source: Submission, note: Submission | None, at: datetime) -> None:
    """Shows a post again that was hidden or taken down, with the words (and the clinician's note) that it had."""
    post.state = Post.State.VISIBLE
    show(post, thread, source, at=post.revised_at)
    if note is not None:
        show_note(post, note)
    event(thread, Event.Kind.SHOWN, post, at)


def _empty(post: Post, thread: Thread, state: Post.State) -> None:
    """Takes the words out of the readers' tables; a tombstone keeps the place. Post 1 takes title and tags along.

    `thread` and `post` are locked by the caller; the words stay in their submission.
    """
    post.state = state
    post.html = post.text = post.note_html = ""
    post.save(update_fields=["state", "html", "text", "note_html", "question"])
    if post.opens_thread:
        thread.title = ""
        thread.save(update_fields=["title"])
        thread.tags.clear()
    _index(post, thread)


def answer(submission: Submission, post: Post, *, at: datetime) -> None:
    """The clinician's post is the answer to the open question that its words name; the first answer stays the answer.

    The submission's thread is locked by the caller.
    """
    question, thread = submission.answers, submission.thread
    if question is None or thread is None:
        return
    closed = Post.objects.filter(pk=question.pk, question=Post.Question.OPEN).update(
        question=Post.Question.ANSWERED, answer=post
    )
    if closed:
        event(thread, Event.Kind.REVISED, question, at)
    if closed and thread.kind == Thread.Kind.BOARD:
        signals.recorded.send(
            sender=Post,
            what="answered",
            post_id=post.pk,
            thread_id=post.thread_id,
            author_id=post.author_id,
            asker_id=question.author_id,
            at=at,
        )


def tell_desk(centre_id: int) -> None:
    transaction.on_commit(partial(signals.desk_changed.send, sender=Submission, centre_id=centre_id))


def tell_author(submission: Submission) -> None:
    transaction.on_commit(
        partial(
            signals.own_words_changed.send,
            sender=Submission,
            author_id=str(submission.author_id),
            submission_id=str(submission.pk),
        )
    )
