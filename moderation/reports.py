"""Under every post: tell a nurse in two taps, or do not see its author any more. And the nurses' list of reports."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from forum.models import Post, page_of
from moderation import gate
from moderation.errors import BadWords, Closed, Hurried, NotHere, OwnWords
from moderation.forms import ReasonForm
from moderation.gate.ruling import source_of
from moderation.models import Report
from people import audit
from people.models import CLINICIANS, Mute, Person
from people.requests import person_of, uuid_or_none
from people.rights import Right

REPORTS_A_PAGE = 50


def _others_post(person: Person, post_id: UUID) -> Post:
    """A post of somebody else's that this person sees; for every other there is nothing here."""
    posts = Post.objects.visible_to(person).exclude(author=person).select_related("author", "thread")
    return get_object_or_404(posts.exclude(state=Post.State.WITHDRAWN), pk=post_id)


def _to_post(post: Post) -> str:
    return f"{reverse('thread', args=[post.thread_id])}?page={page_of(post.number)}#post-{post.number}"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The second tap: each reason is a button."""
    person = person_of(request)
    post = _others_post(person, post_id)
    if request.method != "POST":
        return render(request, "moderation/report.html", {"post": post, "reasons": Report.Reason.choices})
    try:
        gate.report(post, by=person, reason=request.POST.get("reason", ""))
    except (NotHere, OwnWords) as error:
        raise Http404 from error
    except BadWords:
        context = {"post": post, "reasons": Report.Reason.choices, "missing": True}
        return render(request, "moderation/report.html", context, status=400)
    except Closed:
        messages.info(request, _("The post is gone already. Thank you all the same."))
    except Hurried:
        messages.info(request, _("You have told us of many posts today. Please call the nurses."))
    else:
        messages.success(request, _("Thank you. A nurse reads this post. Nobody learns that it was you."))
    return redirect(_to_post(post))


@login_required
@require_POST
def mute(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """The posts of this post's author are folded away from now on; of a clinician's never."""
    person = person_of(request)
    post = _others_post(person, post_id)
    if post.role in CLINICIANS:
        raise Http404
    Mute.objects.get_or_create(person=person, muted=post.author)
    messages.success(request, _("You do not see this member’s posts any more. You can change that on your page."))
    return redirect(_to_post(post))


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
    if request.method == "POST" and form.is_valid():
        wanted = uuid_or_none(request.POST.get("post", ""))
        post = get_object_or_404(Post.objects.visible_to(nurse).exclude(author=nurse), pk=wanted)
        try:
            stays = "down" not in request.POST
            first = gate.rule_report(post, nurse=nurse, stays=stays, reason=form.cleaned_data["reason"])
        except (NotHere, OwnWords) as error:
            raise Http404 from error
        except BadWords as bad:
            form.tell(bad.field, bad.code)
        else:
            messages.success(request, _("Done.") if first else _("Another nurse has decided this meanwhile."))
            return redirect("desk_reports")
    context = {"entries": _entries(nurse), "form": form, "asked": request.POST.get("post", "")}
    return render(request, "desk/reports.html", context, status=400 if form.errors else 200)


def _entries(nurse: Person) -> list[dict[str, object]]:
    """Posts with open reports and the words that they show or showed; reading them is an act in the chain."""
    reports = Report.objects.filter(closed_at=None).select_related("reporter").order_by("at")
    posts = list(
        Post.objects.visible_to(nurse)
        .exclude(author=nurse)
        .filter(reports__closed_at=None, reports__isnull=False)
        .select_related("author", "thread__board")
        .prefetch_related(Prefetch("reports", queryset=reports, to_attr="open_reports"))
        .distinct()
        .order_by("state", "published_at")[:REPORTS_A_PAGE]
    )
    sources = [source_of(post) for post in posts]
    shown = [str(one.pk) for one in sources if one is not None]
    if shown:
        with transaction.atomic():
            audit.record(actor=str(nurse.pk), verb="read_reported", subject="desk", shown=shown)
    return [{"post": post, "source": source} for post, source in zip(posts, sources, strict=True)]
