"""What the gate adds to the readers' pages: the only arrows that rise from `forum`. At most one query each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import template
from django.db.models import Q
from django.template.context import RequestContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.models import Post, Thread
from moderation.models import Danger, Place, State, Submission
from moderation.own import care_of, item_of
from moderation.views import reply_composer
from people.models import CLINICIANS, Role
from people.requests import person_of
from people.rights import Right

register = template.Library()

CARD_STAYS = timedelta(hours=24)
ANY_POST, ANY_AUTHOR = UUID(int=0), UUID(int=1)  # live.js knows them too
BACK = (State.RETURNED, State.REFUSED)


@register.inclusion_tag("moderation/_own_waiting.html", takes_context=True)
def waiting_words(context: RequestContext, thread: Thread) -> dict[str, Any]:
    """The reader's own waiting words in this thread, those sent back, and the care card of words with a danger sign."""
    person, now = person_of(context["request"]), timezone.now()
    back = Q(state__in=BACK, told_at=None)
    wanted = Q(state=State.WAITING) | back | Q(danger__gt=Danger.NONE, care_answer="", written_at__gt=now - CARD_STAYS)
    found = (
        Submission.objects.of(person)
        .filter(wanted, thread=thread)
        .exclude(place=Place.NOTE)
        .exclude(state__in=[State.REPLACED, State.WITHDRAWN])
        .select_related("author__centre")
        .prefetch_related("findings")
        .order_by("written_at")
    )
    items = [
        {
            "item": item_of(one, list(one.findings.all()), now=now) if one.is_waiting else None,
            "back": one if one.state in BACK and one.told_at is None else None,
            "card": care_of(one, now=now),
        }
        for one in found
    ]
    return {"items": items, "csrf_token": context.get("csrf_token"), "request": context["request"]}


@register.inclusion_tag("moderation/_reply.html", takes_context=True)
def reply_form(context: RequestContext, thread: Thread) -> dict[str, Any]:
    """The reply form; `?answer=<number>` quotes a post of the shown page."""
    request = context["request"]
    person = person_of(request)
    number = request.GET.get("answer", "")
    quoted = next((post for post in context["posts"] if str(post.number) == number and not post.is_withdrawn), None)
    composer = reply_composer(thread, person)
    form = composer.form(person, **({"reply_to": quoted.pk} if quoted else {}))
    frame = {name: context.get(name) for name in ("csrf_token", "help_lines", "user")}
    return {**frame, "request": request, "composer": composer, "form": form, "quoted": quoted, "thread": thread}


@register.simple_tag(takes_context=True)
def post_actions(context: RequestContext, post: Post) -> list[dict[str, Any]]:
    """What this reader may do with the post. No query."""
    return [] if post.is_withdrawn or post.is_hidden else _actions(context, post)


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post that is not there yet: live.js puts the ids and the number of the one that comes in the place of these."""

    author_id: UUID
    role: str
    pk: UUID
    number: str = "%"


@register.simple_tag(takes_context=True)
def new_post_actions(context: RequestContext) -> list[dict[str, Any]]:
    """What this reader may do with posts that come while the page is open, by whose they are. No query."""
    kinds = {
        "own": (person_of(context["request"]).pk, ""),
        "member": (ANY_AUTHOR, Role.PATIENT),
        "other": (ANY_AUTHOR, Role.NURSE),  # a clinician, or muted already
    }
    posts = {kind: NewPost(author_id=author, role=role, pk=ANY_POST) for kind, (author, role) in kinds.items()}
    return [{"of": kind, "post": post, "actions": _actions(context, post)} for kind, post in posts.items()]


def _in_room(context: RequestContext, post: Post | NewPost) -> list[dict[str, Any]]:
    """What one can do with a line of a live session that runs, beside what one can do with any post."""
    person = person_of(context["request"])
    if context["over"] or post.author_id == person.pk:
        return []
    if person.may(Right.RULE):
        url = reverse("room_lead", args=[context["session"].pk])
        return [{"label": _("Pin"), "url": url, "post": True, "fields": {"act": "pin", "post": post.pk}}]
    said, unsaid = _("Take “same here” back"), _("Same here")
    mine = post.pk in context["same"]
    url = reverse("same_here", args=[post.pk])
    names = {"label": said if mine else unsaid, "said": said, "unsaid": unsaid}
    return [{**names, "url": url, "post": True, "quiet": True, "take_back": "1" if mine else ""}]


def _actions(context: RequestContext, post: Post | NewPost) -> list[dict[str, Any]]:
    person, thread, page = person_of(context["request"]), context["thread"], context["page"]
    actions: list[dict[str, Any]] = _in_room(context, post) if thread.kind == Thread.Kind.LIVE else []
    if thread.closed_at is None and not context.get("over"):
        url = f"{reverse('thread', args=[thread.pk])}?page={page}&answer={post.number}#composer"
        actions.append({"label": _("Answer this"), "url": url})
    if post.author_id == person.pk:
        actions.append({"label": _("Change"), "url": reverse("edit", args=[post.pk])})
        actions.append(
            {"label": _("Take back"), "url": reverse("withdraw", args=[post.pk]), "post": True, "stop": True}
        )
        return actions
    actions.append({"label": _("Tell a nurse"), "url": reverse("report", args=[post.pk])})
    if person.may(Right.WITHDRAW_OTHERS):
        actions.append({"label": _("About this member"), "url": reverse("desk_person", args=[post.author_id])})
        actions.append({"label": _("Take down"), "url": reverse("desk_withdraw", args=[post.pk]), "stop": True})
    elif post.role not in CLINICIANS and post.author_id not in person.muted_ids:
        actions.append({"label": _("Mute"), "url": reverse("mute", args=[post.pk]), "post": True})
    return actions
