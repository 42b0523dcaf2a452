"""One way for every form of words: hand in, and answer with the place where they stand, or with the form, all kept."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from forum.models import Board, Post, Thread, page_of
from forum.sessions import Notice, Room
from moderation import gate
from moderation.errors import (
    AlreadyDecided,
    BadWords,
    ChangedMeanwhile,
    Closed,
    Hurried,
    Muted,
    NotHere,
    RoomShut,
    SameKeyOtherWords,
    WantsOwnCheck,
)
from moderation.forms import WordsForm
from moderation.gate.places import NoticeOf
from moderation.gate.writing import NOTICES
from moderation.models import Danger, Draft, Place, State, Submission
from moderation.policy import Outcome
from people.models import Person
from people.requests import person_of, uuid_or_none

CHANGEABLE = {State.WAITING, State.RETURNED, State.WITHDRAWN}  # other words may take the place of these


@dataclass(frozen=True, slots=True)
class Composer:
    """A form of words: where they go, and how its page speaks of it.

    place: what `submit` takes. action: where the form is sent. draft: the place's name among the drafts.
    """

    place: Board | Thread | Post | NoticeOf
    action: str
    draft: str
    heading: str
    submit_label: str
    titled: bool = False
    replaces: Submission | None = None
    question: Post | None = None  # the open question that a clinician may answer here
    back: str = "/"
    anew: str = ""  # where the words go once those that they should replace are decided on; default: action
    extra: dict[str, Any] = field(default_factory=dict)

    def form(self, person: Person, data: Any = None, **initial: Any) -> WordsForm:
        """A bound form for `data`, else one with the person's draft of this place, else with `initial`."""
        options: dict[str, Any] = {"titled": self.titled, "answerable": self.question is not None, "author": person}
        options["tagged"] = self.titled and not isinstance(self.place, NoticeOf)
        if isinstance(self.place, NoticeOf):
            initial["seen"] = gate.notice_seen(self.place.session, self.place.kind)
        if data is not None:
            return WordsForm(data, initial=initial, **options)
        kept = Draft.objects.filter(author=person, place=self.draft).first()
        if kept is not None:
            initial |= {"title": kept.title, "body": kept.words, "tags": kept.tags}
            initial["reply_to"] = initial.get("reply_to") or kept.reply_to
        return WordsForm(initial={"answers": self.question is not None, **initial}, **options)

    def put_up_since(self, person: Person) -> Notice | None:
        """What was put up in this place after the words in the form were kept: their writer has not seen it."""
        if not isinstance(self.place, NoticeOf):
            return None
        kept = Draft.objects.filter(author=person, place=self.draft).first()
        since = kept.updated_at if kept else self.replaces.written_at if self.replaces else None
        present = _present(person, self.place)
        return present if since and present and present.at > since else None


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def page(
    request: HttpRequest, composer: Composer, form: WordsForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The writing page; what was typed stands in it."""
    context = {"composer": composer, "form": form, "quoted": _quoted(request, form, composer)} | context
    if request.method != "POST":
        context["present"] = composer.put_up_since(person_of(request))
    return render(request, "moderation/compose.html", context, status=status)


def _quoted(request: HttpRequest, form: WordsForm, composer: Composer) -> Post | None:
    value = form["reply_to"].value()
    if not value or not isinstance(composer.place, Thread):
        return None
    return _reply_target(person_of(request), composer, str(value))


def _reply_target(person: Person, composer: Composer, post_id: str) -> Post | None:
    found = uuid_or_none(post_id)
    if found is None or not isinstance(composer.place, Thread):
        return None
    return (
        Post.objects.visible_to(person)
        .filter(pk=found, thread=composer.place, state=Post.State.VISIBLE)
        .select_related("author")
        .first()
    )


def hand_in(request: HttpRequest, composer: Composer) -> HttpResponse:
    """Submits what was posted. Every refusal answers with the form and all its words; success with where they stand."""
    person = person_of(request)
    form = composer.form(person, request.POST)
    form.is_valid()  # typed fields never fail; a broken key or quote is simply absent
    data, place = form.cleaned_data, composer.place
    if isinstance(place, NoticeOf):
        place = replace(place, seen=data.get("seen") or "")
    try:
        submission = gate.submit(
            author=person,
            place=place,
            words=data.get("body") or "",
            title=data.get("title") or "",
            tags=data.get("tags") or (),
            client_key=data.get("client_key") or uuid4(),
            reply_to=_reply_target(person, composer, str(data.get("reply_to") or "")),
            replaces=composer.replaces,
            answers=composer.question if data.get("answers") else None,
            checked=data.get("checked") or "",
            reduced=bool(data.get("reduced")),
        )
    except NotHere as error:
        raise Http404 from error
    except (BadWords, Hurried, SameKeyOtherWords, Closed, ChangedMeanwhile, WantsOwnCheck, AlreadyDecided) as refusal:
        return _refused(request, composer, form, refusal)
    draft = Draft.objects.filter(author=person, place=composer.draft)
    if draft.exists():  # a reading costs less than a turn among those who write
        draft.delete()
    if wants_json(request):
        more = submission.masked or "offer_nurse" in submission.flags
        if more:  # what the page says of it, the script's next page says
            _tell(request, submission)
        return JsonResponse(_as_json(submission) | {"more": more}, status=201)
    _tell(request, submission)
    return redirect(landing(submission))


def _refused(request: HttpRequest, composer: Composer, form: WordsForm, refusal: Exception) -> HttpResponse:
    status, context = 409, {}
    code = type(refusal).__name__
    if not form["client_key"].value():  # sent twice from here on, it is still one
        form.put(client_key=str(uuid4()))
    if isinstance(refusal, BadWords):
        status, code = 400, f"{refusal.field}_{refusal.code}"
        form.tell(refusal.field, refusal.code)
    elif isinstance(refusal, Hurried):
        status = 429
        seconds = refusal.retry_after
        form.add_error(
            None, _("That was a lot at once. Please send again in %(seconds)s seconds.") % {"seconds": seconds}
        )
    elif isinstance(refusal, SameKeyOtherWords):
        form.anew()
        context = {"first": refusal.first, "change_first": _change_address(refusal.first)}
    elif isinstance(refusal, WantsOwnCheck):
        status = 200
        form.put(checked=refusal.fingerprint)
        context = {"findings": [{"why": one.why} for one in refusal.verdict.findings]}
    elif isinstance(refusal, ChangedMeanwhile) and isinstance(composer.place, NoticeOf):
        form.put(seen=gate.notice_seen(composer.place.session, composer.place.kind))
        context = {"present": _present(person_of(request), composer.place)}
    elif isinstance(refusal, AlreadyDecided):
        form.anew()
        context = {"decided": refusal.submission}
        composer = replace(composer, action=_address_now(refusal.submission, composer))
    else:
        form.add_error(None, _closed(refusal))
    if wants_json(request):
        told = {"error": code, "client_key": str(form["client_key"].value())}
        if isinstance(refusal, RoomShut | Muted):
            told["told"] = _closed(refusal)
        if isinstance(refusal, WantsOwnCheck):
            told["checked"] = refusal.fingerprint
        answer: HttpResponse = JsonResponse(told, status=409 if status == 200 else status)
    else:
        answer = page(request, composer, form, status=status, **context)
    if isinstance(refusal, Hurried):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _present(person: Person, place: NoticeOf) -> Notice | None:
    """What stands there now, for a page whose writer has not seen it."""
    here = Notice.objects.visible_to(person).filter(session=place.session, kind=place.kind)
    return here.select_related("author", "session__thread").first()


def _closed(refusal: Exception) -> str:
    """Why these words are not taken here now."""
    if isinstance(refusal, Muted):
        when = date_format(localtime(refusal.until), "H:i")
        return _("A nurse asks you to listen until %(when)s. Your words are still here.") % {"when": when}
    if not isinstance(refusal, RoomShut) or refusal.room == Room.CLOSED:
        return _("This conversation takes no more words. Yours are still here to copy.")
    shut = {
        Room.LOBBY: _("The room is not open yet. Your words are still here."),
        Room.READ_ONLY: _("No nurse is here, so nobody can write now. Your words are still here."),
        Room.PAUSED: _("The room is paused for a moment. Your words are still here."),
    }
    return shut[refusal.room]


def _change_address(first: Submission) -> str:
    """Where new words take the place of the first ones: of waiting words, or of the post that they became.

    "" where nothing can take their place any more.
    """
    if first.state == State.PUBLISHED and first.post_id:
        return reverse("edit", args=[first.post_id])
    return reverse("change", args=[first.pk]) if first.state in CHANGEABLE else ""


def _address_now(decided: Submission, composer: Composer) -> str:
    """Where new words go after the earlier ones were decided on: into the post that they became, or in anew."""
    if decided.state == State.PUBLISHED and decided.post_id:
        return reverse("edit", args=[decided.post_id])
    return composer.anew or composer.action


def landing(submission: Submission) -> str:
    """The own post, else the own waiting block in its thread, else the page of the words; of a session its own."""
    if submission.place in NOTICES and submission.thread is not None and submission.state != State.RETURNED:
        if submission.place == Place.AGENDA:
            return reverse("thread", args=[submission.thread_id])
        return reverse("session", args=[submission.thread.session.pk])
    if submission.state == State.PUBLISHED and submission.post is not None:
        post = submission.post
        return f"{reverse('thread', args=[post.thread_id])}?page={page_of(post.number)}#post-{post.number}"
    if submission.is_waiting and submission.thread is not None:
        thread = submission.thread
        return f"{reverse('thread', args=[thread.pk])}?page={thread.pages}#waiting-{submission.pk}"
    return reverse("words", args=[submission.pk])


def _as_json(submission: Submission) -> dict[str, Any]:
    return {
        "submission": str(submission.pk),
        "state": submission.state,
        "thread": str(submission.thread_id) if submission.thread_id else None,
        "post": str(submission.post_id) if submission.post_id else None,
        "url": landing(submission),
        "care": submission.danger != Danger.NONE or "general_card" in submission.flags,
    }


def _tell(request: HttpRequest, submission: Submission) -> None:
    """One sentence above the page: what happened. It never holds words."""
    if submission.is_waiting:
        messages.info(request, _("Thank you. A nurse reads your words before others do."))
        return
    if Outcome(submission.outcome) is Outcome.QUESTION:
        messages.success(request, _("Your question is published. A nurse will answer it here."))
    else:
        messages.success(request, _("Published."))
    if submission.masked:
        messages.info(request, _("We left a personal detail out, to protect you. You can change your words."))
    if "offer_nurse" in submission.flags:
        centre = submission.author.centre
        messages.info(
            request,
            _("Would you like to talk this over with a nurse? %(name)s: %(phone)s (%(hours)s).")
            % {"name": centre.name, "phone": centre.nurse_line_phone, "hours": centre.nurse_line_hours},
        )
