"""When Daphne is told to stop, its sockets are told to come back: without this they break off with 1006."""

from collections.abc import Awaitable, Callable
from typing import Any

from twisted.internet import reactor as _reactor
from twisted.internet import task
from twisted.internet.defer import Deferred, ensureDeferred

reactor: Any = _reactor
LAST_FRAMES = 0.3  # seconds to write them out


def before_stop(act: Callable[[], Awaitable[None]]) -> None:
    """Calls `act` before Daphne stops, and lets what it wrote go out. Under another server: nothing."""

    async def stop() -> None:
        await act()
        await task.deferLater(reactor, LAST_FRAMES, lambda: None)

    def trigger() -> "Deferred[None]":
        return ensureDeferred(stop())

    if reactor.running:
        reactor.addSystemEventTrigger("before", "shutdown", trigger)
