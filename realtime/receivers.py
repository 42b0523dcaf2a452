"""News of words and people becomes doorbells for every process: ids, never words. One that is lost is healed."""

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.signals import user_logged_out
from django.db import DatabaseError
from django.dispatch import receiver
from django.http import HttpRequest

from moderation.signals import desk_changed, happened, own_words_changed, room_changed
from people.models import Person
from people.signals import access_changed
from realtime import reading
from realtime.hub import GROUP, serving_loop, session_name

log = logging.getLogger(__name__)

RING_WITHIN = 2.0  # seconds


def ring(message: dict[str, Any]) -> None:
    """Tells every process. Where sockets are served nobody waits for it: who sent the words has the answer before."""
    loop = serving_loop()
    if loop is None:
        async_to_sync(_send)(message)
    else:
        asyncio.run_coroutine_threadsafe(_send(message), loop)


async def _send(message: dict[str, Any]) -> None:
    """A layer that is away, or does not answer, costs a warning: the words are in the database."""
    try:
        async with asyncio.timeout(RING_WITHIN):
            await get_channel_layer().group_send(GROUP, message)
    except Exception as error:
        log.warning("doorbell not rung: %s", type(error).__name__)


@receiver(happened)
def thread_moved(sender: object, thread_id: str, seq: int, **kwargs: Any) -> None:
    ring({"type": "thread.moved", "thread": thread_id, "head": seq})


@receiver(room_changed)
def room_stirred(sender: object, thread_id: str, **kwargs: Any) -> None:
    ring({"type": "room.changed", "thread": thread_id})


@receiver(access_changed)
def rights_changed(sender: object, person_id: str, **kwargs: Any) -> None:
    ring({"type": "access.changed", "person": person_id})


@receiver(user_logged_out)
def logged_out(sender: object, request: HttpRequest, user: Person | None, **kwargs: Any) -> None:
    """The session is deleted only after this signal, so that its sockets are named instead of asked again."""
    if user is not None:
        ring(
            {"type": "session.over", "person": str(user.pk), "session": session_name(request.session.session_key or "")}
        )


@receiver(desk_changed)
def desk(sender: object, centre_id: int, **kwargs: Any) -> None:
    try:
        waiting = reading.waiting([centre_id])[centre_id]
    except DatabaseError as error:  # the words are in; the desk hears of them within ten seconds
        log.warning("desk not counted: %s", type(error).__name__)
        return
    ring({"type": "desk.changed", "centre": centre_id, "waiting": waiting})


@receiver(own_words_changed)
def own_words(sender: object, author_id: str, submission_id: str, **kwargs: Any) -> None:
    ring({"type": "own.words", "author": author_id, "submission": submission_id})
