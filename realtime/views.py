"""The same events as JSON, for networks that let no socket through."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.models import Thread
from people.models import Person
from realtime import reading


@require_safe
@never_cache
def events(request: HttpRequest, thread_id: UUID) -> JsonResponse:
    """{"head": n, "events": [...], "more": bool} after `?after=n`; 401: session over, 404: no access."""
    if not isinstance(request.user, Person):
        return JsonResponse({"error": "session_over"}, status=401)
    asked = request.GET.get("after", "0")
    after = int(asked) if asked.isdecimal() and len(asked) < 16 else 0
    thread = Thread.objects.visible_to(request.user).filter(pk=thread_id).first()
    if thread is None:
        raise Http404
    found = reading.events_after(thread.pk, after)
    lines = reading.lines(found, get_language() or "en")
    last = found[-1].seq if found else thread.head_seq
    return JsonResponse(
        {
            "head": max(thread.head_seq, last),
            "events": [json.loads(line.text) for line in lines],
            "more": last < thread.head_seq,
        }
    )
