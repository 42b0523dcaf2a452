"""submit(): words come in, are screened as they will be seen, and wait or are published in one short transaction."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.models import Post, Thread
from moderation import limits, policy, terms
from moderation.errors import (
    AlreadyDecided,
    BadWords,
    ChangedMeanwhile,
    Closed,
    Hurried,
    NotHere,
    SameKeyOtherWords,
    WantsOwnCheck,
)
from moderation.gate import places, rooms, writing
from moderation.judge import Judgement, Screen, judge, tells_details
from moderation.models import Danger, Finding, Place, Ruling, State, Submission
from moderation.render import clean, is_blank, render
from moderation.screen.types import Kind, Text, Urgency, Verdict
from people.models import Centre, Person
from people.reading import NobodyReads, next_moment
from people.rights import Right

MASK = "•••"
EARNED_POSTS, EARNED_AFTER = 3, timedelta(days=30)  # policy.md, "Earned"


def submit(
    *,
    author: Person,
    place: places.Where,
    words: str,
    client_key: uuid.UUID,
    title: str = "",
    tags: Iterable[str] = (),
    reply_to: Post | None = None,
    replaces: Submission | None = None,
    answers: Post | None = None,
    checked: str = "",
    note: bool = False,
    reduced: bool = False,
    now: datetime | None = None,
    screen: Screen | None = None,
) -> Submission:
    """Hands words in.

    place: a Board (new thread), a Thread (reply) or a Post (a change of it; with `note`, a clinician's note under it);
    of a live session a Plan or a NoticeOf.
    replaces: an earlier submission of the author's that these words take the place of. answers: the open question
    that a clinician answers. checked: the fingerprint that WantsOwnCheck gave, once the clinician has looked again.
    screen: another than that of the author's centre, for tests.
    The same client key with the same words gives the same submission.

    Raises NotHere, BadWords, Hurried, SameKeyOtherWords, Closed, ChangedMeanwhile or WantsOwnCheck; then nothing is
    stored.
    """
    at = now or timezone.now()
    if not author.may(Right.WRITE) or (replaces is not None and replaces.author_id != author.pk):
        raise NotHere
    words, title = clean(words), " ".join(clean(title).split())
    chosen = sorted({clean(one) for one in tags})
    try:
        address = places.address_of(place, author=author, note=note, at=at)
    except Closed:
        first = Submission.objects.of(author).filter(client_key=client_key, words=words).first()
        if first is None:
            raise
        return first  # it came in before the door was shut
    places.check_around(address, reply_to, answers)
    fingerprint = places.fingerprint_of(address, title, words, chosen, reply_to)

    # 1. the key and the limits
    lately = places.lately_by(author, client_key, at)
    first = next((one for one in lately if one.client_key == client_key), None)
    if first:
        return _same(first, fingerprint)
    places.check_limits(address, words, title, chosen)
    pace = limits.pace_of((one.written_at for one in lately), at)
    if pace:
        raise Hurried(pace)

    # 2. what will be seen, and what the screen says of it: outside any transaction
    rendered = render(words)
    if is_blank(rendered.text):
        raise BadWords("words", "empty")
    before = places.previous(address, lately, at)
    using = screen or terms.screen_of(author.centre)
    judgement = judge(
        places.context_of(address, author, rendered, title, chosen, reply_to, answers, before),
        role=author.writes_as,
        place=address.table,
        earned=lambda: has_earned(author, at),
        public_number=author.centre.nurse_line_phone,
        known=lambda: places.found_in(before),
        using=using,
    )
    if any(one.kind is Kind.I1 and one.field == "title" for one in judgement.verdict.findings):
        raise BadWords("title", "personal")
    if "own_check" in judgement.decision.flags and checked != fingerprint:
        raise WantsOwnCheck(judgement.verdict, judgement.decision, fingerprint)

    # 3. one short transaction: thread, submission; published or waiting
    submission = Submission(
        author=author,
        role=author.writes_as,
        centre_id=author.centre_id,
        client_key=client_key,
        fingerprint=fingerprint,
        place=address.place,
        board=address.board,
        thread=address.thread,
        target=address.target,
        reply_to=reply_to,
        replaces=replaces,
        answers=answers if author.may(Right.ANSWER) else None,
        title=title,
        words=words,
        tags=chosen,
        html=rendered.html,
        text=rendered.text,
        reduced=reduced,
        written_at=at,
        first_words=not address.is_line and not Post.objects.filter(author=author).exists(),
    )
    _apply(submission, judgement, using=using)
    try:
        with transaction.atomic():
            _store(submission, judgement.verdict, address, at=at)
    except (IntegrityError, AlreadyDecided, Closed, ChangedMeanwhile):
        # The same key came twice at once: whoever was first has stored it, and replaced what it replaces.
        first = Submission.objects.of(author).filter(client_key=client_key).first()
        if first is None:
            raise
        return _same(first, fingerprint)
    return submission


def _same(first: Submission, fingerprint: str) -> Submission:
    if first.fingerprint != fingerprint:
        raise SameKeyOtherWords(first)
    return first


def has_earned(author: Person, at: datetime) -> bool:
    """Three published, none upheld against, 30 days. Rulings are asked, since a returned text changes its state."""
    against = [Ruling.Verb.RETURNED, Ruling.Verb.REFUSED, Ruling.Verb.WITHDRAWN]
    published = Post.objects.filter(author=author, published_at__lte=at - EARNED_AFTER).exists()
    return (
        published
        and Post.objects.filter(author=author).count() >= EARNED_POSTS
        and not Ruling.objects.filter(author=author.pk, verb__in=against, undone_by=None).exists()
    )


def danger_of(verdict: Verdict) -> Danger:
    """How near the nearest danger is: R1 and R2 by their urgency but never soft, R3 softly."""
    levels = {
        Urgency.EMERGENCY: Danger.EMERGENCY,
        Urgency.SAME_DAY: Danger.SAME_DAY,
        Urgency.NEXT_WORKING_DAY: Danger.SOFT,
    }
    found = [Danger.NONE]
    for one in verdict.findings:
        if one.kind in {Kind.R1, Kind.R2}:
            found.append(max(Danger.SAME_DAY, levels[one.urgency] if one.urgency else Danger.EMERGENCY))
        elif one.kind is Kind.R3:
            found.append(Danger.SOFT)
    return max(found)


def _in_sample(submission: Submission) -> bool:
    """Half of what passes after its author changed held words is looked at (policy.md); the random id draws the lot."""
    return submission.replaces_id is not None and submission.pk.int % 2 == 1


def _apply(submission: Submission, judgement: Judgement, *, using: Screen) -> None:
    """Writes verdict and decision onto the submission; masks personal details where the policy says so.

    A danger sign that is delivered in private is on the desk as well: its reader may have left.
    """
    decision, verdict = judgement.decision, judgement.verdict
    submission.outcome = decision.outcome
    submission.flags = sorted(decision.flags)
    submission.screen_version = verdict.version
    submission.policy_version = policy.current().version
    submission.danger = danger_of(verdict)
    submission.goes_first = "first" in decision.flags
    cry = submission.danger >= Danger.SAME_DAY and submission.outcome == policy.Outcome.DELIVER
    submission.second_reading = cry or "second_reading" in decision.flags or _in_sample(submission)
    if decision.masks:
        _mask(submission, verdict, using=using)


def _mask(submission: Submission, verdict: Verdict, *, using: Screen) -> None:
    """Leaves personal details out of what others see; the author's own words stay as typed.

    Fails closed: what is left is screened once more, and where a detail is still legible the words wait.
    """
    words = submission.words
    details = [one for one in verdict.findings if one.kind is Kind.I1]
    pieces = {submission.text[one.start : one.end] for one in details if one.field == "body"} - {""}
    if any(piece not in words for piece in pieces):  # typed with markup inside: the plain text loses its emphasis
        words = submission.text
    for piece in sorted(pieces, key=len, reverse=True):
        words = words.replace(piece, MASK)
    seen = render(words)
    submission.masked, submission.html = True, seen.html
    legible = any(piece in seen.text for piece in pieces) or any(one.field != "body" for one in details)
    number = submission.author.centre.nurse_line_phone
    legible = legible or tells_details(Text(body=seen.text), public_number=number, using=using)
    if legible and not policy.waits(submission.outcome):
        submission.outcome = policy.Outcome.WAIT


def promised(centre: Centre, at: datetime) -> datetime | None:
    """The next reading moment, or None where the centre reads on no day in sight: then no date is promised."""
    try:
        return next_moment(centre, at)
    except NobodyReads:
        return None


def promise_of(submission: Submission, at: datetime) -> datetime | None:
    """When the author can count on a reading. A line of a live session is read there, or comes back when it closes."""
    line = submission.thread is not None and submission.thread.kind == Thread.Kind.LIVE
    return None if line else promised(submission.centre, at)


def _store(submission: Submission, verdict: Verdict, address: places.Address, *, at: datetime) -> None:
    thread = submission.thread
    if address.plan is not None:
        submission.thread = rooms.prepare(address.plan, by=submission.author, at=at)
    elif thread is not None:  # lock order: thread, submission
        submission.thread = writing.locked(thread)
        if address.is_line and rooms.line_waits(submission, at) and not policy.waits(submission.outcome):
            submission.outcome = policy.Outcome.WAIT  # the nurse left the room meanwhile
        # Closed or taken back while the words were being screened: nothing may wait for a place that is gone.
        target = submission.target
        gone = target is not None and Post.objects.filter(pk=target.pk, state=Post.State.WITHDRAWN).exists()
        if gone or (submission.thread.closed_at and submission.place != Place.SUMMARY):
            raise Closed
        wanted = address.notice
        if wanted and wanted.seen is not None and wanted.seen != places.notice_seen(wanted.session, wanted.kind):
            raise ChangedMeanwhile
    _retire(submission)
    waits = policy.waits(submission.outcome)
    submission.state = State.WAITING if waits else State.PUBLISHED
    if waits:
        submission.promised_at = promise_of(submission, at)
    else:
        submission.decided_at = submission.told_at = at
    post = None if waits else writing.publish(submission, at=at, released=False)
    submission.save(force_insert=True)
    Finding.objects.bulk_create(
        Finding(
            submission=submission,
            label=one.label or "",
            kind=one.kind,
            rule=one.rule,
            field=one.field,
            start=one.start,
            end=one.end,
            why=one.why,
            weight=one.weight,
            flag=one.flag,
            urgency=one.urgency or "",
        )
        for one in verdict.findings
    )
    verb = Ruling.Verb.WAITS if waits else Ruling.Verb.PUBLISHED
    Ruling.objects.create(submission=submission, author=submission.author_id, verb=verb, at=at)
    if waits:
        writing.tell_desk(submission.centre_id)
        return
    if post is not None:
        writing.answer(submission, post, at=at)
    if policy.Outcome(submission.outcome) is not policy.Outcome.PUBLISH or submission.second_reading:
        writing.tell_desk(submission.centre_id)


def _retire(submission: Submission) -> None:
    """The author's earlier words give way: those named, and any change of the same post that still waits.

    AlreadyDecided where a nurse (or the author in another window) was earlier: nothing is stored then.
    """
    retired = {"state": State.REPLACED, "decided_at": submission.written_at, "told_at": submission.written_at}
    earlier = Submission.objects.of(submission.author)
    if submission.replaces is not None:
        old = earlier.filter(pk=submission.replaces.pk, state__in=[State.WAITING, State.RETURNED, State.WITHDRAWN])
        if not old.update(**retired):
            now = earlier.get(pk=submission.replaces.pk)
            raise AlreadyDecided(now, now.last_ruling)
    if submission.place == Place.EDIT:
        earlier.waiting().filter(target=submission.target, place=Place.EDIT).update(**retired)
    if submission.place in writing.NOTICES and submission.thread is not None:
        earlier.waiting().filter(thread=submission.thread, place=submission.place).update(**retired)
