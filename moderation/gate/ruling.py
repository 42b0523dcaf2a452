"""rule(), withdraw(), undo(): decisions on words that are already in. Each acts only on a row as the decider saw it."""

import hashlib
import secrets
import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from forum.models import Event, Post
from moderation import phrases, signals
from moderation.errors import AlreadyDecided, BadWords, NotHere, OwnWords
from moderation.gate import writing
from moderation.gate.places import note_fingerprint
from moderation.gate.submitting import promise_of, submit
from moderation.limits import REASON_CHARACTERS
from moderation.models import Danger, Place, Ruling, RulingText, State, Submission
from moderation.render import clean, is_blank
from people import audit, verbs
from people.models import Person
from people.rights import Right

DECISIONS = {
    Ruling.Verb.PUBLISHED: State.PUBLISHED,
    Ruling.Verb.RETURNED: State.RETURNED,
    Ruling.Verb.REFUSED: State.REFUSED,
}
PANEL = frozenset({"panel", "pinned"})  # flags of lines that stand on a live session's panel
CARE_ANSWERS = frozenset({"called", "will_call", "not_now"})


def _record(
    submission: Submission,
    *,
    verb: Ruling.Verb,
    by: Person,
    at: datetime,
    reason: str = "",
    undoes: Ruling | None = None,
) -> Ruling:
    """The ruling's row, its text apart, and its link in the chain (the text only as a salted hash)."""
    ruling = Ruling.objects.create(
        submission=submission, author=submission.author_id, decider=by, verb=verb, at=at, undoes=undoes
    )
    salt = secrets.token_hex(16)
    RulingText.objects.create(ruling=ruling, reason=reason, salt=salt)
    signals.recorded.send(
        sender=Ruling,
        what="ruled",
        ruling_id=ruling.pk,
        submission_id=submission.pk,
        author_id=submission.author_id,
        at=at,
    )
    audit.record(
        actor=str(by.pk),
        verb=f"ruled_{verb}",
        subject=f"submission:{submission.pk}",
        at=at,
        ruling=ruling.pk,
        text=hashlib.sha256((salt + reason).encode()).hexdigest(),
        screen=submission.screen_version,
        policy=submission.policy_version,
    )
    return ruling


def reason_of(reason: str, *, wanted: bool) -> str:
    reason = clean(reason)
    if wanted and is_blank(reason):
        raise BadWords("reason", "empty")
    if len(reason) > REASON_CHARACTERS:
        raise BadWords("reason", "too_long")
    return reason


def rule(
    submission: Submission,
    *,
    nurse: Person,
    outcome: Ruling.Verb,
    reason: str = "",
    note: str = "",
    note_checked: str = "",
    now: datetime | None = None,
) -> Ruling:
    """A nurse's decision on exactly these words: PUBLISHED (with an optional note under the post), RETURNED or REFUSED.

    reason: told to the author; needed unless published. note: the clinician's own words under the post; they pass
    the screen like any words, and WantsOwnCheck asks for a second look (`note_checked` confirms it). A ready note was
    looked at when it was written: it asks for none, and is marked for second reading all the same.
    AlreadyDecided when somebody was earlier; Closed when the place is gone; OwnWords, NotHere, BadWords.
    """
    at = now or timezone.now()
    if submission.author_id == nurse.pk:
        raise OwnWords
    if not nurse.may(Right.RULE) or submission.centre_id != nurse.centre_id or outcome not in DECISIONS:
        raise NotHere
    reason = reason_of(reason, wanted=outcome != Ruling.Verb.PUBLISHED)
    note = clean(note)
    noted = outcome == Ruling.Verb.PUBLISHED and not is_blank(note)
    if noted and submission.place in writing.NOTICES:
        raise BadWords("note", "unknown")
    with transaction.atomic():
        # Lock order: thread, submission, head of the chain.
        thread = writing.locked(submission.thread) if submission.thread else None
        changed = Submission.objects.filter(pk=submission.pk, state=State.WAITING).update(
            state=DECISIONS[outcome], decided_at=at, told_at=None
        )
        submission.refresh_from_db()
        if not changed:
            raise AlreadyDecided(submission, submission.last_ruling)
        submission.thread = thread
        if outcome == Ruling.Verb.PUBLISHED:
            post = writing.publish(submission, at=at, released=True)
            submission.save(update_fields=["post", "thread"])
            if post is not None:
                writing.answer(submission, post, at=at)
            if post is not None and noted:
                submit(
                    author=nurse,
                    place=post,
                    words=note,
                    client_key=uuid.uuid4(),
                    checked=note_fingerprint(note) if phrases.is_note(note) else note_checked,
                    note=True,
                    now=at,
                )
        writing.tell_desk(submission.centre_id)
        writing.tell_author(submission)
        return _record(submission, verb=outcome, by=nurse, at=at, reason=reason)


def withdraw(post: Post, *, by: Person, reason: str = "", now: datetime | None = None) -> None:
    """Takes a published post down at once: the author one's own, a nurse anybody's with a reason (told to the author).

    Changes of it that wait are withdrawn with it. Nothing happens to a post that is withdrawn already.
    """
    at = now or timezone.now()
    own = post.author_id == by.pk
    seen = Post.objects.visible_to(by).filter(pk=post.pk).exists() or own
    if not seen or not (own or by.may(Right.WITHDRAW_OTHERS)):
        raise NotHere
    take_down(post, by=by, reason=reason_of(reason, wanted=not own), at=at)


def take_down(post: Post, *, by: Person, reason: str, at: datetime) -> None:
    """What `withdraw` does, where it is clear that `by` may."""
    with transaction.atomic():
        thread = writing.locked(post.thread)
        current = Post.objects.select_for_update().get(pk=post.pk)
        if current.is_withdrawn:
            return
        own = current.author_id == by.pk
        writing.blank(current, thread, at=at)
        source = source_of(current)
        changes = Submission.objects.filter(target=current, state=State.WAITING)
        changes.update(state=State.WITHDRAWN, decided_at=at)
        Submission.objects.filter(post=current, state=State.PUBLISHED).exclude(place=Place.NOTE).update(
            state=State.WITHDRAWN, decided_at=at, told_at=at if own else None
        )
        writing.tell_desk(thread.board.centre_id)
        if not own and source is not None:
            writing.tell_author(source)
            _record(source, verb=Ruling.Verb.WITHDRAWN, by=by, at=at, reason=reason)


def source_of(post: Post) -> Submission | None:
    """The submission whose words the post shows or last showed."""
    return (
        Submission.objects.filter(post=post, state__in=[State.PUBLISHED, State.WITHDRAWN])
        .exclude(place=Place.NOTE)
        .order_by("-decided_at", "-written_at")
        .first()
    )


def undo(ruling: Ruling, *, by: Person, now: datetime | None = None) -> Ruling:
    """Takes one's own last ruling back, if nothing happened to the words since (else AlreadyDecided).

    A publication is undone by a withdrawal event and the words wait again; a withdrawal by showing the post again.
    """
    at = now or timezone.now()
    submission = ruling.submission
    if ruling.decider_id != by.pk or not by.may(Right.RULE):
        raise NotHere
    with transaction.atomic():
        thread = writing.locked(submission.thread) if submission.thread else None
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        last = submission.rulings.order_by("-id").first()
        state = State.WITHDRAWN if ruling.verb == Ruling.Verb.WITHDRAWN else DECISIONS.get(Ruling.Verb(ruling.verb))
        if last != ruling or submission.state != state:
            raise AlreadyDecided(submission, last)
        if ruling.verb == Ruling.Verb.PUBLISHED and submission.place in writing.NOTICES:  # replaced, not taken back
            raise AlreadyDecided(submission, None)
        if ruling.verb == Ruling.Verb.PUBLISHED and submission.post is not None and _changed_since(submission):
            raise AlreadyDecided(submission, None)
        if ruling.verb == Ruling.Verb.WITHDRAWN:
            _show_again(submission, at=at)
        else:
            if ruling.verb == Ruling.Verb.PUBLISHED and submission.post is not None and thread is not None:
                _unpublish(submission, ruling, at=at)
            submission.state, submission.decided_at = State.WAITING, None
            submission.promised_at = promise_of(submission, at)
            submission.save(update_fields=["state", "decided_at", "promised_at", "post", "thread"])
        writing.tell_desk(submission.centre_id)
        writing.tell_author(submission)
        return _record(submission, verb=Ruling.Verb.UNDONE, by=by, at=at, undoes=ruling)


def _changed_since(submission: Submission) -> bool:
    """The author has changed the released words, or has handed a change in: undoing would lose it."""
    post = submission.post
    if post is None:
        return False
    return source_of(post) != submission or Submission.objects.waiting().filter(target=post, place=Place.EDIT).exists()


def _unpublish(submission: Submission, ruling: Ruling, *, at: datetime) -> None:
    """A new post is withdrawn; a change gives the post back the words (and the note) that it had before."""
    if submission.post_id is None:
        raise AlreadyDecided(submission, submission.last_ruling)
    post = Post.objects.select_for_update().get(pk=submission.post_id)
    thread = writing.locked(post.thread)
    before = _source_before(submission, post) if submission.place == Place.EDIT else None
    given = Submission.objects.filter(target=post, place=Place.NOTE, author=ruling.decider, written_at=ruling.at)
    given.update(state=State.WITHDRAWN, decided_at=at)  # the note of this release goes with it
    if before is not None and not post.is_withdrawn:
        writing.show(post, thread, before, at=at)
        writing.show_note(post, note_of(post))
        writing.event(thread, Event.Kind.REVISED, post, at)
    elif not post.is_withdrawn:
        writing.blank(post, thread, at=at)
    submission.post = None
    if submission.place == Place.THREAD:
        submission.thread = None


def _source_before(submission: Submission, post: Post) -> Submission | None:
    return (
        Submission.objects.filter(post=post, state=State.PUBLISHED)
        .exclude(pk=submission.pk)
        .exclude(place=Place.NOTE)
        .order_by("-decided_at", "-written_at")
        .first()
    )


def _show_again(submission: Submission, *, at: datetime) -> None:
    if submission.post_id is None:
        raise AlreadyDecided(submission, submission.last_ruling)
    post = Post.objects.select_for_update().get(pk=submission.post_id)
    thread = writing.locked(post.thread)
    if not post.is_withdrawn:
        raise AlreadyDecided(submission, submission.last_ruling)
    writing.unhide(post, thread, source=submission, note=note_of(post), at=at)
    submission.thread = thread
    writing.answer(submission, post, at=at)
    submission.state, submission.decided_at = State.PUBLISHED, at
    submission.save(update_fields=["state", "decided_at"])


def note_of(post: Post) -> Submission | None:
    """The clinician's note that stands under the post, or stood there before it was emptied."""
    return Submission.objects.filter(target=post, place=Place.NOTE, state=State.PUBLISHED).order_by("written_at").last()


def take_back(submission: Submission, *, by: Person, now: datetime | None = None) -> Submission:
    """The author takes waiting words back. AlreadyDecided when a nurse was earlier."""
    if submission.author_id != by.pk:
        raise NotHere
    at = now or timezone.now()
    with transaction.atomic():
        changed = Submission.objects.filter(pk=submission.pk, state=State.WAITING).update(
            state=State.WITHDRAWN, decided_at=at, told_at=at
        )
        submission.refresh_from_db()
        if not changed:
            raise AlreadyDecided(submission, submission.last_ruling)
        writing.tell_desk(submission.centre_id)
        writing.tell_author(submission)
    return submission


def ask_nurse(submission: Submission, *, by: Person) -> Submission:
    """The author turns waiting words into a question to the nurse: they ask for an answer first, publication second."""
    if submission.author_id != by.pk:
        raise NotHere
    with transaction.atomic():
        changed = Submission.objects.filter(pk=submission.pk, state=State.WAITING).update(for_nurse=True)
        submission.refresh_from_db()
        if not changed:
            raise AlreadyDecided(submission, submission.last_ruling)
        writing.tell_desk(submission.centre_id)
    return submission


def answer_care_card(submission: Submission, *, by: Person, answer: str) -> None:
    """What the author says to a care card: "called", "will_call" or "not_now". It changes no order on the desk."""
    if submission.author_id != by.pk or answer not in CARE_ANSWERS or submission.danger == Danger.NONE:
        raise NotHere
    Submission.objects.filter(pk=submission.pk).update(care_answer=answer)


def suspend(person: Person, *, by: Person, reason: str = "", lift: bool = False) -> None:
    """Takes every right of a member away, with a reason that they are told; or gives them back.

    NotHere without the right, for another centre's member and for oneself; BadWords without a reason.
    """
    if not by.may(Right.SUSPEND) or person.centre_id != by.centre_id or person.pk == by.pk:
        raise NotHere
    if lift:
        verbs.lift_suspension(person=person, by=by)
    else:
        verbs.suspend(person=person, by=by, reason=reason_of(reason, wanted=True))


def looked_at(submission: Submission, *, by: Person, now: datetime | None = None) -> bool:
    """A second pair of eyes has read published words (P+, a clinician's own, or on a session's panel).

    False when somebody was earlier.
    """
    if submission.author_id == by.pk:
        raise OwnWords
    if not by.may(Right.RULE) or submission.centre_id != by.centre_id:
        raise NotHere
    at = now or timezone.now()
    with transaction.atomic():
        unseen = Submission.objects.filter(state=State.PUBLISHED, looked_at=None)
        wanted = unseen if PANEL & set(submission.flags) else unseen.to_look_at()
        changed = wanted.filter(pk=submission.pk).update(looked_at=at)
        if changed:
            writing.tell_desk(submission.centre_id)
            audit.record(actor=str(by.pk), verb="looked_at", subject=f"submission:{submission.pk}", at=at)
    return bool(changed)
