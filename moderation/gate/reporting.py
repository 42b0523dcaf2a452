"""report(), rule_report(): a member asks a nurse to look at a published post; some reports hide it until she has."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.models import Event, Post, Thread
from moderation import signals
from moderation.errors import BadWords, Closed, Hurried, NotHere, OwnWords
from moderation.gate import writing
from moderation.gate.ruling import note_of, reason_of, source_of, take_down
from moderation.limits import TooFast
from moderation.models import Report, Submission
from people import audit
from people.models import Person, Role

REPORTS_A_DAY = 20  # a person; more is a quarrel, and a telephone call
HIDING_REPORTERS = 2  # policy.md, "Reports"


def report(post: Post, *, by: Person, reason: str, now: datetime | None = None) -> Report:
    """Reports a visible post; again by the same person, while a nurse has not looked, changes nothing.

    A mentor's "could harm", or a second person's report, hides the post at once: its author and the desk are told.
    NotHere for a post that this person does not see, OwnWords, BadWords for an unknown reason, Hurried.
    """
    at = now or timezone.now()
    if reason not in Report.Reason.values:
        raise BadWords("reason", "empty")
    if not Post.objects.visible_to(by).filter(pk=post.pk).exclude(state=Post.State.WITHDRAWN).exists():
        raise NotHere
    if post.author_id == by.pk:
        raise OwnWords
    if Report.objects.filter(reporter=by, at__gt=at - timedelta(days=1)).count() >= REPORTS_A_DAY:
        raise Hurried(TooFast(retry_after=int(timedelta(hours=1).total_seconds())))
    open_ones = Report.objects.filter(post=post, closed_at=None)
    try:
        with transaction.atomic():
            thread = writing.locked(post.thread)
            current = Post.objects.select_for_update().get(pk=post.pk)
            if current.is_withdrawn:
                raise Closed
            source = source_of(current)
            made = Report.objects.create(post=current, reporter=by, reason=reason, at=at, source=source)
            harmful = reason == Report.Reason.COULD_HARM and Role.MENTOR in by.roles
            if not current.is_hidden and (harmful or open_ones.count() >= HIDING_REPORTERS):
                writing.hide(current, thread, at=at)
                _tell(current, thread, source, what="hidden", at=at)
                audit.record(actor=str(by.pk), verb="hid_by_report", subject=f"post:{post.pk}", at=at, report=made.pk)
            writing.tell_desk(thread.board.centre_id)
            return made
    except IntegrityError:  # told before; a nurse may have closed it in this very moment
        return Report.objects.filter(post=post, reporter=by).latest("at")


def _tell(post: Post, thread: Thread, source: Submission | None, *, what: str, at: datetime) -> None:
    """News for the author, of the thread's last event: on the first page until they have opened it, and by mail."""
    if source is not None:
        Submission.objects.filter(pk=source.pk).update(told_at=None)
        writing.tell_author(source)
        signals.recorded.send(
            sender=Post, what=what, post_id=post.pk, author_id=post.author_id, seq=thread.head_seq, at=at
        )


def rule_report(post: Post, *, nurse: Person, stays: bool, reason: str = "", now: datetime | None = None) -> bool:
    """A nurse has read a reported post: it stays (and is shown again), or is taken down with a reason to its author.

    Also of a private word, which she reads only because one of the two told of it.

    Closes the open reports; False when another nurse was earlier. NotHere without the right, OwnWords, BadWords.
    """
    at = now or timezone.now()
    if post.author_id == nurse.pk:
        raise OwnWords
    if not Post.objects.judged_by(nurse).filter(pk=post.pk).exists():
        raise NotHere
    if not stays:
        reason = reason_of(reason, wanted=True)
    with transaction.atomic():
        thread = writing.locked(post.thread)
        current = Post.objects.select_for_update().get(pk=post.pk)
        closed = Report.objects.filter(post=current, closed_at=None).update(closed_at=at)
        if not closed:
            return False
        source = source_of(current)
        if not stays:
            take_down(current, by=nurse, reason=reason, at=at)
        elif current.is_hidden and source is not None:
            writing.unhide(current, thread, source=source, note=note_of(current), at=at)
            _tell(current, thread, source, what="shown", at=at)
        writing.tell_desk(thread.board.centre_id)
        verb = "report_stays" if stays else "report_taken_down"
        audit.record(actor=str(nurse.pk), verb=verb, subject=f"post:{post.pk}", at=at, reports=closed)
    return True


def was_shown_again(post: Post) -> bool:
    """The last that happened to the post: a nurse has shown it again."""
    last = post.events.order_by("-seq").first()
    return last is not None and last.kind == Event.Kind.SHOWN
