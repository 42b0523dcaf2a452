"""The nurses' pages: what waits, one thing to decide, questions to answer, what was published at once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.models import Post
from moderation import gate
from moderation.desk_pages import around, reasons_of, rows, what
from moderation.errors import AlreadyDecided, BadWords, Closed, NotHere, Overtaken, OwnWords, WantsOwnCheck
from moderation.forms import ReasonForm, RulingForm
from moderation.gate.ruling import source_of
from moderation.models import Danger, Finding, Place, Ruling, State, Submission, SubmissionQuerySet, Term
from moderation.reports import reported
from moderation.spans import marked
from people import audit
from people.models import Centre, Person
from people.requests import person_of, uuid_or_none
from people.rights import Right

ITEMS_A_PAGE = 50
DECIDED = timedelta(hours=24)
COUNT = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"


def _clinician(request: HttpRequest, right: Right = Right.RULE) -> Person:
    """The signed-in person with this right; for everybody else there is nothing here."""
    person = person_of(request)
    if not person.may(right):
        raise Http404
    return person


def _log_reading(person: Person, submissions: list[Submission]) -> None:
    """Reading waiting words is an act: who, when, which."""
    if submissions:
        with transaction.atomic():
            audit.record(
                actor=str(person.pk), verb="read_waiting", subject="desk", shown=[str(one.pk) for one in submissions]
            )


@login_required
@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, danger first; `?from=<n>` goes on behind the n-th. A physiotherapist sees the own questions."""
    person = _clinician(request, Right.OPEN_DESK)
    if not person.may(Right.RULE):
        return redirect("desk_questions")
    waiting = Submission.objects.on_desk_of(person).waiting()
    everything = waiting.in_order().select_related("author", "thread", "board").prefetch_related("findings")
    start = _offset(request)
    found = list(everything[start : start + ITEMS_A_PAGE + 1])
    shown = found[:ITEMS_A_PAGE]
    _log_reading(person, shown)
    done, listed = _just_done(request, person), rows(shown, now=timezone.now())
    go_on = _next(done, shown)
    unread = Finding.objects.filter(submission=OuterRef("pk"), kind="S")
    context = {
        "rows": listed,
        **waiting.aggregate(waiting=Count("pk"), alarms=Count("pk", filter=Exists(unread))),
        **_counts(person),
        "next": start + ITEMS_A_PAGE if len(found) > ITEMS_A_PAGE else None,
        "first": start == 0,
        "done": done,
        "go_on": next((row for row in listed if go_on is not None and row.id == go_on.pk), None),
    }
    return render(request, "desk/desk.html", context)


def _counts(person: Person) -> dict[str, int]:
    """The numbers on the desk's other tabs, in one query."""
    asked: dict[str, QuerySet[Any]] = {
        "questions": Post.objects.questions_for(person),
        "to_look_at": Submission.objects.on_desk_of(person).to_look_at(),
        "reported": reported(person),
        "proposed_terms": Term.objects.to_agree_on(person),
    }
    counts = {
        name: Subquery(found.order_by().values("pk"), template=COUNT, output_field=IntegerField())
        for name, found in asked.items()
    }
    return Centre.objects.filter(pk=person.centre_id).annotate(**counts).values(*counts).get()


def _just_done(request: HttpRequest, person: Person) -> Ruling | None:
    """The ruling that led here, for its undo."""
    asked = request.GET.get("done", "")
    known = asked.isdecimal() and len(asked) < 19
    made = Ruling.objects.filter(decider=person, undone_by=None).select_related("submission")
    return made.filter(pk=asked).first() if known else None


def _next(done: Ruling | None, waiting: list[Submission]) -> Submission | None:
    """Where to go on after a ruling: danger first, then what stood behind the words just decided on, then the first."""
    if done is None or not waiting:
        return None
    urgent = [one for one in waiting if one.danger >= Danger.SAME_DAY]
    behind = [one for one in waiting if _place(one) > _place(done.submission)]
    return (urgent or behind or waiting)[0]


def _place(one: Submission) -> tuple[Any, ...]:
    """As `in_order` has it."""
    promised = one.promised_at or datetime.max.replace(tzinfo=UTC)
    return (-one.danger, not one.goes_first, not one.first_words, promised, one.written_at)


def _offset(request: HttpRequest) -> int:
    asked = request.GET.get("from", "")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 0


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """One thing to decide, with its thread and all reasons; POST is the ruling."""
    person = _clinician(request)
    if request.method == "POST":
        return _rule(request, person, submission_id)
    submission = _on_desk(person, submission_id)
    hidden = _hidden(submission)
    _log_reading(person, [submission, hidden] if hidden else [submission])
    return _item_page(request, person, submission, _ruling_form(submission))


def _openable(person: Person) -> SubmissionQuerySet:
    """Waiting words, or words that a nurse has ruled on: what members never see is not opened for nothing."""
    ruled = Submission.objects.filter(rulings__decider__isnull=False).values("pk")
    return Submission.objects.on_desk_of(person).filter(Q(state=State.WAITING) | Q(pk__in=ruled))


def _on_desk(person: Person, submission_id: UUID) -> Submission:
    related = ("author__centre", "thread", "board", "target", "reply_to__author", "post", "replaces")
    found = _openable(person).select_related(*related).prefetch_related("findings")
    return get_object_or_404(found, pk=submission_id)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A button of the ruling; see templates/desk/_ruling.html."""

    value: str
    label: str
    stop: bool = False


def _hidden(submission: Submission) -> Submission | None:
    """The words of the post that this would change, where reports hid them: the nurse sees both."""
    return source_of(submission.target) if submission.target is not None and submission.target.is_hidden else None


def _ruling_form(submission: Submission, data: Any = None) -> RulingForm:
    labels = {one.label for one in submission.findings.all()}
    return RulingForm(data, language=submission.author.language or "en", labels=labels)


def _item_page(
    request: HttpRequest, person: Person, submission: Submission, form: RulingForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    findings = list(submission.findings.all())
    return render(
        request,
        "desk/item.html",
        {
            "submission": submission,
            "what": what(submission),
            "hidden": _hidden(submission),
            "words": marked(submission.text, findings, "body"),
            "title": marked(submission.title, findings, "title"),
            "reasons": reasons_of(submission, findings),
            "form": form,
            "outcomes": [
                Outcome("published", _("Publish")),
                Outcome("returned", _("Return with the reason")),
                Outcome("refused", _("Refuse with the reason"), stop=True),
            ],
            "around": around(submission, person),
            "rulings": submission.rulings.select_related("decider", "text").order_by("id"),
            "past": _past(submission),
            **context,
        },
        status=status,
    )


def _past(submission: Submission) -> dict[str, int]:
    """How the author's other words were ruled: counts, no words."""
    others = Submission.objects.of(submission.author).exclude(pk=submission.pk)
    told = (State.PUBLISHED, State.RETURNED, State.REFUSED)
    return others.aggregate(**{state.value: Count("pk", filter=Q(state=state)) for state in told})


def _gone(request: HttpRequest, person: Person, submission: Submission) -> HttpResponse:
    """409: the author was faster. The words are no longer the desk's to show; what the nurse typed is."""
    typed = [words for name in ("note", "reason") if (words := request.POST.get(name, "").strip())]
    changed = Submission.objects.on_desk_of(person).waiting().filter(replaces=submission).first()
    return render(request, "desk/gone.html", {"typed": typed, "changed": changed}, status=409)


def _rule(request: HttpRequest, person: Person, submission_id: UUID) -> HttpResponse:
    there = get_object_or_404(Submission.objects.on_desk_of(person), pk=submission_id)
    if not _openable(person).filter(pk=there.pk).exists():
        return _gone(request, person, there)
    submission = _on_desk(person, submission_id)
    form = _ruling_form(submission, request.POST)
    if not form.is_valid():
        return _item_page(request, person, submission, form, status=400)
    verb = Ruling.Verb(form.cleaned_data["outcome"])
    try:
        ruling = gate.rule(
            submission,
            nurse=person,
            outcome=verb,
            reason=form.whole("reason"),
            note=form.whole("note") if verb == Ruling.Verb.PUBLISHED else "",
            note_checked=form.cleaned_data["note_checked"],
        )
    except (NotHere, OwnWords) as error:
        raise Http404 from error
    except (AlreadyDecided, Closed, BadWords, WantsOwnCheck) as refusal:
        return _not_ruled(request, person, there, form, refusal)
    return _after(request, ruling)


def _not_ruled(
    request: HttpRequest, person: Person, submission: Submission, form: RulingForm, refusal: Exception
) -> HttpResponse:
    """The same page with what was typed, and why nothing was decided."""
    if isinstance(refusal, AlreadyDecided) and (refusal.ruling is None or refusal.ruling.decider is None):
        return _gone(request, person, submission)
    submission = _on_desk(person, submission.pk)  # as it stands: the one that was ruled on holds what was rolled back
    if isinstance(refusal, AlreadyDecided):
        return _item_page(request, person, submission, form, status=409, earlier=refusal.ruling)
    if isinstance(refusal, WantsOwnCheck):
        form.put(note_checked=refusal.fingerprint)
        return _item_page(request, person, submission, form, check=[_(one.why) for one in refusal.verdict.findings])
    if isinstance(refusal, BadWords):
        form.tell("reason" if refusal.field == "reason" else "note", refusal.field, refusal.code)
        return _item_page(request, person, submission, form, status=400)
    gone = _("The post or conversation is gone meanwhile. You can return the words.")
    newer = _("Newer words were put up in this place meanwhile. You can return these.")
    form.add_error(None, newer if isinstance(refusal, Overtaken) else gone)
    return _item_page(request, person, submission, form, status=409)


def _after(request: HttpRequest, ruling: Ruling) -> HttpResponse:
    """On to the desk, with the way back for the ruling just made."""
    return redirect(f"{reverse('desk')}?done={ruling.pk}")


@login_required
@never_cache
@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """One's own rulings of the last day, each with its undo where nothing has happened since."""
    person = _clinician(request)
    since = timezone.now() - DECIDED
    found = (
        Ruling.objects.filter(decider=person, at__gte=since)
        .select_related("submission__author", "submission__thread", "text", "undone_by")
        .order_by("-id")[:ITEMS_A_PAGE]
    )
    return render(request, "desk/decided.html", {"rulings": found})


@login_required
@require_POST
def undo(request: HttpRequest, ruling_id: int) -> HttpResponse:
    person = _clinician(request)
    ruling = get_object_or_404(Ruling.objects.select_related("submission"), pk=ruling_id, decider=person)
    try:
        gate.undo(ruling, by=person)
    except NotHere as error:
        raise Http404 from error
    except AlreadyDecided:
        messages.info(request, _("That cannot be undone any more: something happened to these words since."))
        return redirect("desk_decided")
    messages.success(request, _("Undone."))
    return redirect("desk")


@login_required
@never_cache
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Questions that wait for a clinician's answer, oldest first; answering happens in the thread."""
    person = _clinician(request, Right.ANSWER)
    found = Post.objects.questions_for(person).select_related("thread__board", "author")[:ITEMS_A_PAGE]
    return render(request, "desk/questions.html", {"posts": found})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """What was published at once and wants a second pair of eyes: seen, or taken down."""
    person = _clinician(request)
    to_look_at = Submission.objects.on_desk_of(person).to_look_at()
    if request.method == "POST":
        wanted = uuid_or_none(request.POST.get("submission", ""))
        submission = get_object_or_404(to_look_at, pk=wanted)
        gate.looked_at(submission, by=person)
        return redirect("desk_look")
    found = to_look_at.order_by("-danger", "written_at").select_related("author", "thread", "post")
    shown = list(found.prefetch_related("findings")[:ITEMS_A_PAGE])
    posts = Post.objects.visible_to(person).filter(pk__in=[one.post_id for one in shown if one.post_id])
    there = set(posts.values_list("pk", flat=True))
    _log_reading(person, [one for one in shown if one.post_id and one.post_id not in there])
    return render(request, "desk/look.html", {"entries": [_entry(one, one.post_id in there) for one in shown]})


def _entry(submission: Submission, there: bool) -> dict[str, Any]:
    """there: whether the nurse reads the place, too, where it is published."""
    findings = list(submission.findings.all())
    return {
        "submission": submission,
        "there": there,
        "danger": submission.danger >= Danger.SAME_DAY,
        "words": marked(submission.text, findings, "body"),
        "reasons": reasons_of(submission, findings),
    }


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """A nurse takes a published post down, with a reason that its author is told."""
    person = _clinician(request, Right.WITHDRAW_OTHERS)
    post = get_object_or_404(Post.objects.visible_to(person).select_related("author", "thread"), pk=post_id)
    if post.is_withdrawn or post.author_id == person.pk:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            gate.withdraw(post, by=person, reason=form.cleaned_data["reason"])
        except BadWords as bad:
            form.tell(bad.field, bad.code)
        else:
            messages.success(request, _("The post is taken down. You find it under “Decided today”."))
            return redirect("desk_decided")
    return render(request, "desk/take_down.html", {"post": post, "form": form}, status=400 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A member as the nurse knows them: name, roles, counts; suspend, or end a suspension."""
    nurse = _clinician(request, Right.SUSPEND)
    person = get_object_or_404(Person.objects.with_roles().filter(centre_id=nurse.centre_id), pk=person_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            gate.suspend(person, by=nurse, reason=form.cleaned_data["reason"], lift="lift" in request.POST)
        except BadWords as bad:
            form.tell(bad.field, bad.code)
        except NotHere as error:
            raise Http404 from error
        else:
            return redirect("desk_person", person.pk)
    recent = Submission.objects.of(person).exclude(place=Place.NOTE)
    context = {
        "member": person,
        "form": form,
        "counts": {
            state: recent.filter(state=state).count() for state in ("published", "waiting", "returned", "refused")
        },
        "own": person.pk == nurse.pk,
    }
    return render(request, "desk/member.html", context, status=400 if form.errors else 200)
