"""One thread's listeners in this process: each doorbell is one reading, and one encoding for all of them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from forum.models import Event
from realtime import reading
from realtime.frames import Frame, pack
from realtime.sockets import Socket

log = logging.getLogger(__name__)

PUSH_EVERY = 0.04  # seconds between two pushes: what comes in between travels together
REST = 2  # and at least so many times what the last push took, so that many listeners leave room for those who write
PAGES_KEPT = 16  # each holds at most 200 rendered events
IN_ONE_GO = 250  # sockets; then others have their turn

Read = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class News:
    """The next events as frames in each language. last: their last seq; closed: whether they close the thread."""

    last: int
    closed: bool | None
    more: bool
    frames: dict[str, list[Frame]]


def read_news(thread_id: UUID, after: int, upto: int | None, languages: set[str]) -> News | None:
    """What follows `after`; None where there is nothing."""
    events: list[Event] = reading.events_after(thread_id, after, upto)
    if not events:
        return None
    doors = [one.kind == Event.Kind.CLOSED for one in events if one.kind in {Event.Kind.CLOSED, Event.Kind.OPENED}]
    frames = {one: list(pack(reading.lines(events, one))) for one in languages}
    return News(events[-1].seq, doors[-1] if doors else None, len(events) >= reading.PAGE, frames)


class Feed:
    """`head`: the last seq read for the listeners. Nobody is sent anything beyond it.

    `room`: of a live session; `room_told`: the frame about it that everybody here has.
    """

    def __init__(self, *, read: Read, thread_id: UUID, head: int, closed: bool, room: bool = False) -> None:
        self.read, self.thread_id, self.head, self.closed = read, thread_id, head, closed
        self.room, self.room_told = room, ""
        self.sockets: set[Socket] = set()
        self.bell = asyncio.Event()
        self.pages: dict[tuple[int, str], asyncio.Task[list[Frame]]] = {}
        self.task = asyncio.ensure_future(self._run())

    def ring(self) -> None:
        self.bell.set()

    async def _run(self) -> None:
        while True:
            await self.bell.wait()
            self.bell.clear()
            spent = 0.0
            try:
                while (news := await self._next()) is not None:
                    began = time.monotonic()
                    await self._push(news)
                    spent = time.monotonic() - began
                    if not news.more:
                        break
            except Exception as error:
                # The next doorbell, or the healing within 10 s, reads again from the same head.
                log.error("feed: %s", type(error).__name__)
            await asyncio.sleep(max(PUSH_EVERY, REST * spent))

    async def _next(self) -> News | None:
        languages = {one.language for one in self.sockets if one.live}
        news: News | None = await self.read(read_news, self.thread_id, self.head, None, languages)
        return news

    async def _push(self, news: News) -> None:
        """To everybody who has all that came before; who has not is caught up from the database."""
        before, self.head = self.head, news.last
        self.pages.clear()
        if news.closed is not None:
            self.closed = news.closed
        for position, socket in enumerate(list(self.sockets)):
            if position % IN_ONE_GO == IN_ONE_GO - 1:
                await asyncio.sleep(0)
            if socket.live and socket.sent == before and socket.language in news.frames:
                for frame in news.frames[socket.language]:
                    await socket.push(frame)
                    if not socket.live:
                        break
                if socket.live and self.closed:
                    await socket.close(4410)
            elif socket.stalled_at is None and not (socket.live and socket.sent == self.head):
                socket.live = False  # its language joined while we read, or its catch-up has just ended
                socket.catch_up()

    async def page(self, after: int, language: str) -> list[Frame]:
        """The frames from `after` to the head, read once for all who ask while the head stands still.

        Nothing read for one head can be stale for it: whatever changes a post moves the head.
        """
        key = (after, language)
        if key not in self.pages:
            while len(self.pages) >= PAGES_KEPT:
                del self.pages[next(iter(self.pages))]
            self.pages[key] = asyncio.ensure_future(self._read_page(after, language))
            self.pages[key].add_done_callback(
                lambda task: task.cancelled() or task.exception()
            )  # heard, if nobody waits
        return await asyncio.shield(self.pages[key])

    async def _read_page(self, after: int, language: str) -> list[Frame]:
        try:
            news: News | None = await self.read(read_news, self.thread_id, after, self.head, {language})
        except Exception:
            self.pages.pop((after, language), None)
            raise
        return news.frames[language] if news else []

    async def catch_up(self, socket: Socket) -> None:
        """From what the socket has to the feed's head, page by page; then it is live."""
        while not socket.closed and not socket.full() and socket.sent < self.head:
            try:
                frames = await self.page(socket.sent, socket.language)
            except Exception as error:
                log.warning("catch-up: %s", type(error).__name__)  # the hub tries again within two seconds
                return
            if not frames:
                return
            for frame in frames:
                await socket.push(frame)
                if socket.full():
                    return
        if socket.full() or socket.closed:
            return
        if socket.sent == self.head:
            socket.live = True
            if self.closed:
                await socket.close(4410)
        else:
            self.ring()  # it knows more than this feed: the next push catches it up
