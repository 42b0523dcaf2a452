"""The author's pages of own words: why they wait, until when, what came of it, and the ways out."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.models import Post, Thread
from moderation import gate
from moderation.care import Card, card_for
from moderation.composing import CHANGEABLE, Composer, hand_in, landing, page
from moderation.desk_pages import first_line
from moderation.errors import AlreadyDecided, NotHere
from moderation.gate.reporting import was_shown_again
from moderation.kept import writer
from moderation.models import Danger, Finding, Place, State, Submission, SubmissionQuerySet
from moderation.notices import composer_of
from moderation.spans import marked_for_author, rest_of
from moderation.views import edit_composer, new_thread_composer, reply_composer
from people.models import Person
from people.reading import NobodyReads, promise
from people.requests import person_of

JUST_SENT = timedelta(minutes=5)  # a card that must not stay is shown on the page that follows the sending


HIDDEN = "hidden"  # published, and hidden by reports until a nurse has read it again


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a wait; see templates/_waiting.html."""

    label: str
    url: str
    help: str = ""
    destructive: bool = False
    get: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A person's own words as that person sees them; see templates/_waiting.html."""

    id: UUID
    html: str
    marked: str
    title: str
    state: str
    state_label: str
    why: list[str]
    promised: datetime | None
    phone: str
    phone_hours: str
    centre_name: str
    ways: list[Way]


def reasons(findings: list[Finding]) -> list[str]:
    """Why words wait, each sentence once, in the reader's language."""
    return list(dict.fromkeys(_(one.why) for one in findings))


def state_of(submission: Submission) -> str:
    """The submission's state, or HIDDEN: what its author is told."""
    post = submission.post
    hidden = submission.state == State.PUBLISHED and post is not None and post.is_hidden
    return HIDDEN if hidden else submission.state


def label_of(submission: Submission) -> str:
    state = state_of(submission)
    return str(Post.State.HIDDEN.label if state == HIDDEN else State(state).label)


def item_of(submission: Submission, findings: list[Finding], *, now: datetime) -> Item:
    """What the author is told. A missed moment is said, with the next one."""
    centre = submission.author.centre
    why, promised = reasons(findings), None
    if submission.is_waiting:
        if submission.promised_at:
            try:
                promised, missed = promise(centre, promised_at=submission.promised_at, now=now)
            except NobodyReads:
                missed = 1
            if missed:
                why.append(_("We are sorry: nobody could read this at the promised moment."))
        if submission.for_nurse:
            why.append(_("You asked the nurse. The answer comes here."))
    return Item(
        id=submission.pk,
        html=submission.html,
        marked=marked_for_author(submission, findings) if submission.is_waiting else "",
        title=submission.title,
        state=state_of(submission),
        state_label=label_of(submission),
        why=why if submission.is_waiting else [],
        promised=promised,
        phone=centre.nurse_line_phone if submission.is_waiting else "",
        phone_hours=centre.nurse_line_hours,
        centre_name=centre.name,
        ways=ways_out(submission, findings),
    )


def ways_out(submission: Submission, findings: list[Finding]) -> list[Way]:
    """What the author can do without a nurse; leaving it until the stated moment needs no button."""
    here = submission.pk
    if not submission.is_waiting:
        return []
    found = []
    if rest_of(submission, findings):
        label = _("Send it without the marked sentence")
        url = f"{reverse('change', args=[here])}?without=marked"
        found.append(Way(label, url, help=_("You see what is left before you send it."), get=True))
    found.append(Way(_("Change it"), reverse("change", args=[here]), get=True))
    if not submission.for_nurse:
        help_text = _("A nurse answers you here, in private. Your words are not published unless you both want it.")
        found.append(Way(_("Make it a question to the nurse"), reverse("ask_nurse", args=[here]), help=help_text))
    found.append(Way(_("Take it back"), reverse("take_back", args=[here]), destructive=True))
    return found


def care_of(submission: Submission, *, now: datetime) -> Card | None:
    """The care card that its author sees with these words, while it is new or nobody has ruled."""
    if submission.danger == Danger.NONE and "general_card" not in submission.flags:
        return None
    card = card_for(submission, centre=submission.author.centre, now=now, language=get_language() or "en")
    if card is None or (not card.stays and now - submission.written_at > JUST_SENT):
        return None
    return replace(card, answer_url=reverse("care_answer", args=[submission.pk]))


def _own(request: HttpRequest, submission_id: UUID) -> Submission:
    return get_object_or_404(
        Submission.objects.of(person_of(request))
        .exclude(place=Place.NOTE)
        .select_related("author__centre", "thread", "board", "target", "post", "reply_to"),
        pk=submission_id,
    )


@writer
@never_cache
@require_safe
def words(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """One's own words and what came of them; a returned text stands in the editor, ready to be changed."""
    submission = _own(request, submission_id)
    now = timezone.now()
    findings = list(submission.findings.all())
    if submission.told_at is None and not submission.is_waiting:
        Submission.objects.filter(pk=submission.pk, told_at=None).update(told_at=now)
    post, reader = submission.post, person_of(request)
    shut = post is not None and not Post.objects.visible_to(reader).filter(pk=post.pk).exists()
    context: dict[str, Any] = {
        "submission": submission,
        "item": item_of(submission, findings, now=now),
        "card": care_of(submission, now=now),
        "ruling": submission.last_ruling,
        "can_change": submission.state in CHANGEABLE,
        "stands_at": landing(submission) if submission.state == State.PUBLISHED and not shut else "",
        "take_back": post if submission.state == State.PUBLISHED and shut else None,
        "shown_again": post is not None and was_shown_again(post),
    }
    if submission.state == State.RETURNED:
        composer = _composer(submission, reader)
        context |= {"composer": composer, "form": composer.form(reader, **_as_typed(submission))}
        context["present"] = composer.put_up_since(reader)
    return render(request, "moderation/words.html", context)


def _composer(submission: Submission, person: Person) -> Composer:
    """The editor for words that take the place of these; for a line of a session that is over, a new conversation."""
    late = submission.place == Place.REPLY and submission.thread is not None and _is_over(submission.thread)
    notice = composer_of(submission)
    if notice is not None:
        base = notice
    elif (submission.place == Place.THREAD or late) and submission.board is not None:
        base = new_thread_composer(submission.board, replaces=submission)
    elif submission.place == Place.EDIT and submission.target is not None:
        base = edit_composer(submission.target, replaces=submission)
    elif submission.thread is not None:
        base = reply_composer(submission.thread, person, replaces=submission)
    else:
        raise Http404
    return Composer(
        place=base.place,
        action=reverse("change", args=[submission.pk]),
        draft=f"change:{submission.pk}",
        heading=_("Change your words"),
        submit_label=_("Send the change"),
        titled=base.titled,
        replaces=submission,
        question=base.question,
        back=reverse("words", args=[submission.pk]),
        anew=base.action,
    )


def _is_over(thread: Thread) -> bool:
    return thread.kind == Thread.Kind.LIVE and thread.closed_at is not None


def _as_typed(submission: Submission) -> dict[str, Any]:
    return {
        "title": submission.title,
        "body": submission.words,
        "tags": submission.tags,
        "reply_to": submission.reply_to_id,
    }


@writer
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Words that take the place of waiting, returned or taken-back ones; `?without=marked` starts from the rest."""
    submission = _own(request, submission_id)
    composer = _composer(submission, person_of(request))
    if request.method == "POST":  # of words decided on meanwhile, too: the answer keeps what was typed
        return hand_in(request, composer)
    if submission.state not in CHANGEABLE:
        return redirect("words", submission.pk)
    typed = _as_typed(submission)
    if request.GET.get("without") == "marked":
        rest = rest_of(submission, list(submission.findings.all()))
        if rest:
            typed |= {"body": rest, "reduced": True}
    return page(request, composer, composer.form(person_of(request), **typed))


def _act(request: HttpRequest, submission_id: UUID, verb: Any, done: str, **arguments: Any) -> HttpResponse:
    submission = _own(request, submission_id)
    try:
        verb(submission, by=person_of(request), **arguments)
    except NotHere as error:
        raise Http404 from error
    except AlreadyDecided:
        messages.info(request, _("A nurse was faster. Here is what was decided."))
    else:
        messages.success(request, done)
    return redirect("words", submission.pk)


@writer
@require_POST
def take_back(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    return _act(request, submission_id, gate.take_back, _("You took your words back. Nobody else reads them."))


@writer
@require_POST
def ask_nurse(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    return _act(request, submission_id, gate.ask_nurse, _("Your words are now a question to the nurse."))


@writer
@require_POST
def care_answer(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    answer = request.POST.get("answer", "")
    return _act(request, submission_id, gate.answer_care_card, _("Thank you for telling us."), answer=answer)


@dataclass(frozen=True, slots=True)
class Line:
    """One's own words in a list: what they were, where they stand."""

    url: str
    name: str
    state: str
    state_label: str
    written_at: datetime


def listed(submissions: SubmissionQuerySet) -> list[Line]:
    """Lines of one's own words; the name is the title, or their first words (the author's own eyes only)."""
    return [
        Line(
            url=reverse("words", args=[one.pk]),
            name=one.title or first_line(one.text, 80),
            state=state_of(one),
            state_label=label_of(one),
            written_at=one.written_at,
        )
        for one in submissions.select_related("post")
    ]
