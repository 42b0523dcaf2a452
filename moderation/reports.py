"""Under every post: tell a nurse in two taps, or fold its author's posts away. And the nurses' list of reports."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from forum.models import Post, PostQuerySet, Thread, page_of
from moderation import gate
from moderation.errors import BadWords, Closed, Hurried, NotHere, OwnWords
from moderation.forms import ReasonForm
from moderation.gate.ruling import source_of
from moderation.models import Report, Submission
from people import audit
from people.models import CLINICIANS, Mute, Person
from people.requests import person_of, uuid_or_none
from people.rights import Right

REPORTS_A_PAGE = 50


def _others_post(person: Person, post_id: UUID) -> Post:
    """A post of somebody else's that this person sees; for every other there is nothing here."""
    posts = Post.objects.visible_to(person).exclude(author=person).select_related("author", "thread")
    return get_object_or_404(posts.exclude(state=Post.State.WITHDRAWN), pk=post_id)


def _to_page(post: Post) -> str:
    """The top of the post's page, where the message stands."""
    return f"{reverse('thread', args=[post.thread_id])}?page={page_of(post.number)}"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The second tap: each reason is a button. Afterwards the same page says what happens now."""
    person = person_of(request)
    post = _others_post(person, post_id)
    context: dict[str, object] = {"post": post, "reasons": Report.Reason.choices}
    if request.method != "POST":
        context["told"] = Report.objects.filter(post=post, reporter=person, closed_at=None).first()
        return render(request, "moderation/report.html", context)
    try:
        gate.report(post, by=person, reason=request.POST.get("reason", ""))
    except (NotHere, OwnWords) as error:
        raise Http404 from error
    except BadWords:
        return render(request, "moderation/report.html", context | {"missing": True}, status=400)
    except Closed:
        messages.info(request, _("The post is gone already. Thank you all the same."))
    except Hurried:
        messages.info(request, _("You have told us of many posts today. Please call the nurses."))
    else:
        return redirect("report", post.pk)
    return redirect(_to_page(post))


@login_required
@require_POST
def mute(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The posts of this post's author are folded away from now on. No clinician's are, and none for a clinician."""
    person = person_of(request)
    post = _others_post(person, post_id)
    if post.role in CLINICIANS or person.is_clinician:
        raise Http404
    Mute.objects.get_or_create(person=person, muted=post.author)
    messages.success(request, _("This member’s posts are folded away for you. You can change that on “My page”."))
    return redirect(_to_page(post))


@login_required
@require_POST
def unmute(request: HttpRequest) -> HttpResponse:
    Mute.objects.filter(person=person_of(request), pk=_number(request.POST.get("mute", ""))).delete()
    return redirect("me")


def _number(words: str) -> int:
    return int(words) if words.isdecimal() and len(words) < 16 else 0


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_reports(request: HttpRequest) -> HttpResponse:
    """Reported posts, hidden ones first: one key says that a post can stay, the other takes it down with a reason."""
    nurse = person_of(request)
    if not nurse.may(Right.RULE):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        answer = _decide(request, nurse, form)
        if answer is not None:
            return answer
    entries = _entries(nurse)
    context = {"entries": entries, "reported": len(entries), "form": form, "asked": request.POST.get("post", "")}
    return render(request, "desk/reports.html", context, status=400 if form.errors else 200)


def _decide(request: HttpRequest, nurse: Person, form: ReasonForm) -> HttpResponse | None:
    """None where the reason must be put right first."""
    post = get_object_or_404(told_of(nurse), pk=uuid_or_none(request.POST.get("post", "")))
    stays = "down" not in request.POST
    if not stays and not form.is_valid():
        return None
    try:
        first = gate.rule_report(post, nurse=nurse, stays=stays, reason="" if stays else form.cleaned_data["reason"])
    except (NotHere, OwnWords) as error:
        raise Http404 from error
    except BadWords as bad:
        form.tell(bad.field, bad.code)
        return None
    if not first:
        messages.info(request, _("Another nurse has decided this meanwhile."))
    elif stays:
        private = post.thread.kind == Thread.Kind.PRIVATE
        messages.success(request, _("The words stay.") if private else _("The post stays, and everybody can read it."))
    else:
        messages.success(request, _("The post is taken down. You find it under “Decided today”."))
    return redirect("desk_reports")


def told_of(nurse: Person) -> PostQuerySet:
    """Posts that somebody has ever told of, private ones too; never one's own."""
    told = Report.objects.filter(post=OuterRef("pk"))
    return Post.objects.judged_by(nurse).exclude(author=nurse).filter(Exists(told))


def reported(nurse: Person) -> PostQuerySet:
    """Posts that somebody has told of and no nurse has read since."""
    return told_of(nurse).filter(Exists(Report.objects.filter(post=OuterRef("pk"), closed_at=None)))


@dataclass(frozen=True, slots=True)
class Entry:
    """A reported post. source: its words now, also where it is hidden; before: those read by who told, if changed.

    around: whether the nurse reads the conversation, too; of a private word she reads this alone.
    """

    post: Post
    source: Submission | None
    before: list[Submission]
    around: bool


def _entries(nurse: Person) -> list[Entry]:
    """Reported posts, their words as they are now and as they were told of; reading them is an act in the chain."""
    reports = Report.objects.filter(closed_at=None).select_related("reporter", "source").order_by("at")
    posts = list(
        reported(nurse)
        .select_related("author", "thread__board")
        .prefetch_related(Prefetch("reports", queryset=reports, to_attr="open_reports"))
        .order_by("state", "published_at")[:REPORTS_A_PAGE]
    )
    around = set(Post.objects.visible_to(nurse).filter(pk__in=[one.pk for one in posts]).values_list("pk", flat=True))
    entries = [_entry(post, post.pk in around) for post in posts]
    shown = [str(one.pk) for entry in entries for one in (entry.source, *entry.before) if one is not None]
    if shown:
        with transaction.atomic():
            audit.record(actor=str(nurse.pk), verb="read_reported", subject="desk", shown=shown)
    return entries


def _entry(post: Post, around: bool) -> Entry:
    source = source_of(post)
    told = dict.fromkeys(one.source for one in post.__dict__["open_reports"])
    return Entry(post, source, [one for one in told if one is not None and one != source], around)
