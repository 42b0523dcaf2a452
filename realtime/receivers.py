"""News of words and people becomes doorbells for every process: ids, never words. One that is lost is healed."""

import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from moderation.models import Submission
from moderation.signals import desk_changed, happened, own_words_changed
from people.models import Person
from people.signals import access_changed
from realtime.hub import GROUP

log = logging.getLogger(__name__)


def ring(message: dict[str, Any]) -> None:
    """Tells every process. A layer that is away costs a warning: the words are in the database."""
    try:
        async_to_sync(get_channel_layer().group_send)(GROUP, message)
    except Exception as error:
        log.warning("doorbell not rung: %s", type(error).__name__)


@receiver(happened)
def thread_moved(sender: object, thread_id: str, seq: int, **kwargs: Any) -> None:
    ring({"type": "thread.moved", "thread": thread_id, "head": seq})


@receiver(access_changed)
def rights_changed(sender: object, person_id: str, **kwargs: Any) -> None:
    ring({"type": "access.changed", "person": person_id})


@receiver(user_logged_out)
def logged_out(sender: object, user: Person | None, **kwargs: Any) -> None:
    if user is not None:
        ring({"type": "access.changed", "person": str(user.pk)})


@receiver(desk_changed)
def desk(sender: object, centre_id: int, **kwargs: Any) -> None:
    waiting = Submission.objects.waiting().filter(centre_id=centre_id).count()
    ring({"type": "desk.changed", "centre": centre_id, "waiting": waiting})


@receiver(own_words_changed)
def own_words(sender: object, author_id: str, submission_id: str, **kwargs: Any) -> None:
    ring({"type": "own.words", "author": author_id, "submission": submission_id})
