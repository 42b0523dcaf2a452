"""What following adds to the pages of the forum. At most one query each."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse

from forum.models import Board
from notifications.following import follows
from people.requests import person_of

register = template.Library()


@register.inclusion_tag("notifications/_follow_button.html", takes_context=True)
def follow_button(context: RequestContext, board: Board) -> dict[str, Any]:
    """One button: follow this board, or stop."""
    return {
        "following": follows(person_of(context["request"]), board),
        "address": reverse("follow_board", args=[board.slug]),
        "csrf_token": context.get("csrf_token"),
    }
