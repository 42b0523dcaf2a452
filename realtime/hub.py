"""One hub a process: it hears doorbells, reads each thread once, and writes the same frame to all of its sockets.

A socket's life: admitted, joined to its feed, told the head, caught up from the database, live. It is live only while
it has been sent everything up to the feed's head; one that falls behind is caught up again from the database.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from django.db import connections
from django.utils import timezone

from forum.models import Event
from realtime import reading
from realtime.frames import Frame, encode, pack

log = logging.getLogger(__name__)

GROUP = "news"  # one for all: few processes, and a doorbell is small
HEAL_EVERY, BEAT_EVERY, TEND_EVERY = 10.0, 15.0, 2.0  # seconds
UNACKNOWLEDGED, STALLED_FOR = 200, 30.0  # events, seconds; then 4408
SOCKETS_A_PERSON = 5
MISSED_AT_MOST = 1_000  # events; beyond, the page is loaded again
PUSH_EVERY = 0.04  # seconds between two pushes of one thread: what comes in between travels together

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Socket:
    """One listener. `send` is the server's own; `sent` and `acked` are seqs."""

    def __init__(self, *, send: Send, session_key: str, language: str) -> None:
        self.send = send
        self.session_key = session_key
        self.language = language
        self.admission: reading.Admission | None = None
        self.feed: Feed | None = None
        self.sent = self.acked = 0
        self.live = False
        self.closed = False
        self.stalled_at: float | None = None
        self.catching: asyncio.Task[None] | None = None

    async def tell(self, frame: dict[str, Any]) -> None:
        await self.write(encode(frame))

    async def write(self, text: str) -> None:
        if not self.closed:
            await self.send({"type": "websocket.send", "text": text})

    async def close(self, code: int) -> None:
        if not self.closed:
            self.closed = True
            await self.send({"type": "websocket.close", "code": code})

    def full(self) -> bool:
        return self.sent - self.acked > UNACKNOWLEDGED

    async def acknowledge(self, seq: int) -> None:
        """The client has shown everything up to `seq`; a stalled socket goes on from where it stopped."""
        self.acked = max(self.acked, min(seq, self.sent))
        if self.stalled_at is not None and not self.full():
            self.stalled_at = None
            self.catch_up()

    def catch_up(self) -> None:
        if self.feed is not None and (self.catching is None or self.catching.done()):
            self.catching = asyncio.ensure_future(self.feed.catch_up(self))

    async def push(self, frame: Frame) -> None:
        """Writes a frame that follows what was sent; a socket with too much unacknowledged waits."""
        await self.write(frame.text)
        self.sent = frame.last
        if self.full():
            self.live = False
            self.stalled_at = self.stalled_at or time.monotonic()


class Feed:
    """A thread's listeners in this process. `head`: the last seq read for them."""

    def __init__(self, hub: "Hub", thread_id: UUID, head: int) -> None:
        self.hub, self.thread_id, self.head = hub, thread_id, head
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
            try:
                while await self._push_next():
                    pass
            except Exception as error:
                # The next doorbell, or the healing within 10 s, reads again from the same head.
                log.error("feed: %s", type(error).__name__)
            await asyncio.sleep(PUSH_EVERY)

    async def page(self, after: int, language: str) -> list[Frame]:
        """The frames that follow `after`, read once for all who ask while the head stands still.

        Nothing read for one head can be stale for it: whatever changes a post moves the head.
        """
        key = (after, language)
        if key not in self.pages:
            self.pages[key] = asyncio.ensure_future(self._read_page(after, language))
        return await asyncio.shield(self.pages[key])

    async def _read_page(self, after: int, language: str) -> list[Frame]:
        try:
            _seqs, frames = await self.hub.read(_frames, self.thread_id, after, {language})
        except Exception:
            self.pages.pop((after, language), None)
            raise
        found: list[Frame] = frames.get(language, [])
        return found

    async def _push_next(self) -> bool:
        """Reads once, pushes to everybody who is live; True while there may be more."""
        languages = {one.language for one in self.sockets}
        events, frames = await self.hub.read(_frames, self.thread_id, self.head, languages)
        if not events:
            return False
        before, self.head = self.head, events[-1]
        self.pages.clear()
        for socket in list(self.sockets):
            if not socket.live or socket.sent >= self.head:
                continue
            # Who is elsewhere in the order, or whose language joined while we read, is caught up instead.
            if socket.sent != before or socket.language not in frames:
                socket.live = False
                socket.catch_up()
                continue
            for frame in frames[socket.language]:
                await socket.push(frame)
                if not socket.live:
                    break
        return len(events) >= reading.PAGE

    async def catch_up(self, socket: Socket) -> None:
        """From what the socket has to the feed's head, page by page; then it is live."""
        while not socket.closed and not socket.full():
            if socket.sent >= self.head:
                socket.live = True
                return
            frames = await self.page(socket.sent, socket.language)
            if not frames:
                return
            for frame in frames:
                await socket.push(frame)
                if socket.full():
                    return
            # What was read may lie beyond the feed's own reading: it goes on from the larger of the two.
            if socket.sent > self.head:
                self.ring()
                await asyncio.sleep(PUSH_EVERY)


def _frames(thread_id: UUID, after: int, languages: set[str]) -> tuple[list[int], dict[str, list[Frame]]]:
    """Seqs of the next events, and the frames of them in each language."""
    events: list[Event] = reading.events_after(thread_id, after)
    frames = {one: list(pack(reading.lines(events, one))) for one in languages} if events else {}
    return [one.seq for one in events], frames


class Hub:
    """All feeds and sockets of this process. Made at the first socket: Daphne tells of no start."""

    def __init__(self) -> None:
        self.feeds: dict[UUID, Feed] = {}
        self.people: dict[UUID, list[Socket]] = defaultdict(list)
        self.desks: dict[int, set[Socket]] = defaultdict(set)
        self.pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hub")
        self.tasks = [asyncio.ensure_future(one()) for one in (self._listen, self._heal, self._beat, self._tend)]

    async def read(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Runs a database reading in the hub's own two threads, whose connections stay open."""

        def run() -> Any:
            try:
                return function(*args, **kwargs)
            except Exception:
                connections.close_all()  # a broken connection must not serve the next reading
                raise

        return await asyncio.get_running_loop().run_in_executor(self.pool, run)

    async def join(self, socket: Socket, thread_id: UUID, after: int) -> None:
        """First the feed, then the reading: nothing that happens between the two is missed."""
        admission = socket.admission
        if admission is None:
            raise RuntimeError("not admitted")
        feed = self.feeds.get(thread_id)
        if feed is None:
            feed = self.feeds[thread_id] = Feed(self, thread_id, admission.head)
        socket.feed = feed
        feed.sockets.add(socket)
        await socket.tell({"op": "ready", "head": max(feed.head, admission.head)})
        if max(feed.head, admission.head) - after > MISSED_AT_MOST:
            await socket.tell({"op": "reload"})
            after = max(feed.head, admission.head)
        socket.sent = socket.acked = after
        if admission.head > feed.head:
            feed.ring()
        await feed.catch_up(socket)

    async def register(self, socket: Socket, admission: reading.Admission) -> None:
        """Counts the socket to its person; the sixth closes the oldest."""
        socket.admission, socket.language = admission, admission.language
        own = self.people[admission.person_id]
        own.append(socket)
        while len(own) > SOCKETS_A_PERSON:
            await own.pop(0).close(4429)

    def leave(self, socket: Socket) -> None:
        socket.closed = True
        if socket.catching is not None:
            socket.catching.cancel()
        if socket.admission is not None:
            own = self.people[socket.admission.person_id]
            if socket in own:
                own.remove(socket)
            if not own:
                del self.people[socket.admission.person_id]
            self.desks[socket.admission.centre_id].discard(socket)
        feed = socket.feed
        if feed is not None:
            feed.sockets.discard(socket)
            if not feed.sockets and self.feeds.get(feed.thread_id) is feed:
                del self.feeds[feed.thread_id]
                feed.task.cancel()

    # News from other processes and from this one's requests: ids only, and any of them may be lost.

    async def _listen(self) -> None:
        while True:
            try:
                layer = get_channel_layer()
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                while True:
                    await self._hear(await layer.receive(channel))
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("doorbells: %s", type(error).__name__)
                await asyncio.sleep(1)

    async def _hear(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "thread.moved":
            feed = self.feeds.get(UUID(message["thread"]))
            if feed is not None:
                feed.ring()
        elif kind == "access.changed":
            for socket in list(self.people.get(UUID(message["person"]), ())):
                await self._readmit(socket)
        elif kind == "desk.changed":
            for socket in list(self.desks.get(message["centre"], ())):
                await socket.tell({"op": "desk", "waiting": message["waiting"]})
        elif kind == "own.words":
            for socket in list(self.people.get(UUID(message["author"]), ())):
                if socket.feed is not None:
                    await socket.tell({"op": "mine", "submission": message["submission"]})

    async def _readmit(self, socket: Socket) -> None:
        """Asks again whether the socket may listen, and closes it with the reason if not."""
        if socket.feed is not None:
            asked: Any = {"thread_id": socket.feed.thread_id}
            answer = await self.read(reading.admit, session_key=socket.session_key, language=socket.language, **asked)
        else:
            answer = await self.read(reading.admit_to_desk, session_key=socket.session_key, language=socket.language)
        if isinstance(answer, reading.Refusal):
            await socket.close(answer.code)
            self.leave(socket)

    async def _every(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await act()
            except Exception as error:
                log.error("hub: %s", type(error).__name__)

    async def _heal(self) -> None:
        """A lost doorbell costs at most ten seconds: all heads in one query."""

        async def act() -> None:
            if self.feeds:
                for thread_id, head in (await self.read(reading.heads, list(self.feeds))).items():
                    feed = self.feeds.get(thread_id)
                    if feed is not None and head > feed.head:
                        feed.ring()

        await self._every(HEAL_EVERY, act)

    async def _beat(self) -> None:
        async def act() -> None:
            for feed in list(self.feeds.values()):
                text = encode({"op": "hb", "head": feed.head})
                for socket in list(feed.sockets):
                    await socket.write(text)
            for desk in list(self.desks.values()):
                for socket in list(desk):
                    await socket.write(encode({"op": "hb", "head": 0}))

        await self._every(BEAT_EVERY, act)

    async def _tend(self) -> None:
        """Cuts off who reads nothing any more, and whose session has ended."""

        async def act() -> None:
            instant, moment = time.monotonic(), timezone.now()
            for socket in [one for own in list(self.people.values()) for one in own]:
                if socket.stalled_at is not None and instant - socket.stalled_at > STALLED_FOR:
                    await socket.close(4408)
                elif socket.admission is not None and socket.admission.ends <= moment:
                    await socket.close(4401)
                elif socket.feed is not None and not socket.live and socket.stalled_at is None:
                    socket.catch_up()  # a reading failed: try again

        await self._every(TEND_EVERY, act)


_hub: Hub | None = None
_loop: asyncio.AbstractEventLoop | None = None


def hub() -> Hub:
    """The hub of the running loop; there is one loop in a server process, and a new one in each test."""
    global _hub, _loop
    loop = asyncio.get_running_loop()
    if _hub is None or _loop is not loop:
        _hub, _loop = Hub(), loop
    return _hub
