"""The site with places to die: where the file DIE_AT names one, the process kills itself there, once.

insert: between insert and commit; doorbell: between commit and doorbell; reply: between doorbell and reply.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.asgi import application
from forum import sessions
from moderation import composing
from moderation.gate import writing
from realtime import hub, receivers

__all__ = ["application"]


def die(place: str) -> None:
    file = Path(os.environ.get("DIE_AT", "/nonexistent"))
    if file.exists() and file.read_text(encoding="ascii") == place:
        file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def put(module: Any, name: str, place: str, *, after: bool = False) -> None:
    whole: Callable[..., Any] = getattr(module, name)

    def dying(*given: Any, **named: Any) -> Any:
        if not after:
            die(place)
        done = whole(*given, **named)
        if after:
            die(place)
        return done

    setattr(module, name, dying)


put(writing, "event", "insert", after=True)
put(receivers, "ring", "doorbell")
put(composing, "_as_json", "reply")
hub.HEAL_EVERY = float(os.environ.get("HEAL_EVERY", hub.HEAL_EVERY))
if "QUICK_ROOMS" in os.environ:  # minutes of a live session become seconds
    sessions.GONE, sessions.AWAY = timedelta(seconds=3), timedelta(seconds=6)
    hub.BEAT_EVERY, hub.REPORT_EVERY, hub.ANSWERS_WITHIN = 0.3, 0.3, 1.0
