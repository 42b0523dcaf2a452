"""One hub a process: it hears doorbells, reads each thread once, and writes the same frame to all of its sockets.

A socket's life: admitted, joined to its feed, told the head, caught up from the database, live. It is live only while
it has been sent everything up to the feed's head; one that falls behind is caught up again from the database.
"""

import asyncio
import hashlib
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from channels.layers import get_channel_layer
from django.db import connections
from django.utils import timezone

from realtime import reading, rooms
from realtime.feed import PUSH_EVERY, Feed
from realtime.frames import encode
from realtime.restart import before_stop
from realtime.sockets import RESTART, Socket

log = logging.getLogger(__name__)

GROUP = "news"  # one for all: few processes, and a doorbell is small
HEAL_EVERY, BEAT_EVERY, TEND_EVERY, LOOK_EVERY = 10.0, 15.0, 2.0, 4.0  # seconds
SOCKETS_A_PERSON = 5
ROOMS_EVERY, REPORT_EVERY = 2.0, 10.0  # seconds: what a room is, and who is there
ANSWERS_WITHIN = 20.0  # seconds: a heartbeat and its acknowledgement; who is silent for longer is not there
MISSED_AT_MOST = 1_000  # events; beyond, the page is loaded again

P = ParamSpec("P")
T = TypeVar("T")


def session_name(session_key: str) -> str:
    """What a session is called between processes: nobody can log in with it."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class Hub:
    """All feeds and sockets of this process. Made at the first socket: Daphne tells of no start."""

    def __init__(self) -> None:
        self.feeds: dict[UUID, Feed] = {}
        self.people: dict[UUID, list[Socket]] = defaultdict(list)
        self.desks: dict[int, set[Socket]] = defaultdict(set)
        self.counts: dict[int, int] = {}  # what each desk was told last
        # A thread each, so that news do not wait behind a thousand who want to come in. Their connections stay open.
        self.newsroom = ThreadPoolExecutor(max_workers=1, thread_name_prefix="news")
        self.door = ThreadPoolExecutor(max_workers=1, thread_name_prefix="door")
        rounds = (
            (HEAL_EVERY, self._heal_heads),
            (HEAL_EVERY, self._heal_desks),
            (BEAT_EVERY, self._beat),
            (TEND_EVERY, self._tend),
            (LOOK_EVERY, self._look),
            (REPORT_EVERY, self._report),
        )
        self.tasks = {asyncio.ensure_future(self._every(*one)) for one in rounds}
        self.stirred = asyncio.Event()  # something in a room changed
        self.tasks.add(asyncio.ensure_future(self._listen()))
        self.tasks.add(asyncio.ensure_future(self._watch_rooms()))
        self.closing = False
        before_stop(self.send_away)

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a reading of news in the hub's own thread."""
        return await self._in(self.newsroom, function, *args, **kwargs)

    async def admit(self, socket: Socket) -> reading.Admission | reading.Refusal:
        """May this socket listen, now?"""
        return await self._in(self.door, socket.ask)

    async def _in(self, pool: ThreadPoolExecutor, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def run() -> T:
            try:
                return function(*args, **kwargs)
            except Exception:
                connections.close_all()  # a broken connection must not serve the next reading
                raise

        return await asyncio.get_running_loop().run_in_executor(pool, run)

    # Sockets come and go.

    async def register(self, socket: Socket, admission: reading.Admission) -> None:
        """Counts the socket to its person; the sixth closes the oldest."""
        socket.admission = admission
        own = self.people[admission.person_id]
        own.append(socket)
        while len(own) > SOCKETS_A_PERSON:
            await own.pop(0).close(4429)

    async def join(self, socket: Socket, thread_id: UUID, after: int, admission: reading.Admission) -> None:
        """First the feed, then the reading: nothing that happens between the two is missed."""
        feed = self.feeds.get(thread_id)
        if feed is None:
            feed = Feed(
                read=self.read,
                thread_id=thread_id,
                head=admission.head,
                closed=admission.closed,
                room=admission.room,
            )
            self.feeds[thread_id] = feed
            feed.ring()  # what happened since that admission was heard by nobody
        head = max(feed.head, admission.head)
        await socket.tell({"op": "ready", "head": head})
        if head - after > MISSED_AT_MOST:
            await socket.tell({"op": "reload"})
            after = head
        socket.sent = socket.acked = min(after, head)
        socket.feed = feed
        feed.sockets.add(socket)
        if admission.head > feed.head:
            feed.ring()
        socket.catch_up()
        if feed.room and not feed.closed:
            if feed.room_told:
                await socket.write(feed.room_told)
            await self._in(self.door, rooms.arrived, thread_id, admission.person_id)
            self.stirred.set()

    async def join_desk(self, socket: Socket, admission: reading.Admission) -> None:
        """The first count tells the page at once whether its list is still what it was."""
        self.desks[admission.centre_id].add(socket)
        counts = await self.read(reading.waiting, [admission.centre_id])
        waiting = counts.get(admission.centre_id, 0)
        self.counts.setdefault(admission.centre_id, waiting)  # not told again by the next healing
        await socket.tell({"op": "desk", "waiting": waiting})

    def leave(self, socket: Socket) -> None:
        """Forgets the socket, whatever ended it. A second time changes nothing."""
        socket.closed, socket.live = True, False
        if socket.catching is not None:
            socket.catching.cancel()
        if socket.admission is not None:
            own = self.people.get(socket.admission.person_id, [])
            if socket in own:
                own.remove(socket)
            if not own:
                self.people.pop(socket.admission.person_id, None)
            desk = self.desks.get(socket.admission.centre_id, set())
            desk.discard(socket)
            if not desk:
                self.desks.pop(socket.admission.centre_id, None)
                self.counts.pop(socket.admission.centre_id, None)
        feed = socket.feed
        if feed is not None:
            feed.sockets.discard(socket)
            if not feed.sockets and self.feeds.get(feed.thread_id) is feed:
                del self.feeds[feed.thread_id]
                feed.task.cancel()

    async def send_away(self) -> None:
        """The process stops: everybody is asked to come back, to whoever serves then, and nobody new is let in."""
        self.closing = True
        for socket in self._everybody():
            await socket.close(RESTART)
        self._rest()

    async def stop(self) -> None:
        """Ends what the hub began; its threads and their connections too."""
        self._rest()
        for pool in (self.newsroom, self.door):
            pool.submit(connections.close_all)
            pool.shutdown()

    def _rest(self) -> None:
        for task in [*self.tasks, *(one.task for one in self.feeds.values())]:
            task.cancel()

    def _everybody(self) -> list[Socket]:
        return [one for own in self.people.values() for one in own]

    # News from other processes and from this one's requests: ids only, and any of them may be lost.

    async def _listen(self) -> None:
        """Joins the group again every ten seconds: the in-memory layer forgets its members after a day."""
        layer, channel, deaf = get_channel_layer(), "", True
        hearing: asyncio.Task[dict[str, Any]] | None = None
        while True:
            try:
                channel = channel or await layer.new_channel()
                await layer.group_add(GROUP, channel)
                if deaf:
                    for feed in self.feeds.values():
                        feed.ring()  # whatever rang while we could not hear it
                deaf, until = False, time.monotonic() + HEAL_EVERY
                while (left := until - time.monotonic()) > 0:
                    hearing = hearing or asyncio.ensure_future(layer.receive(channel))
                    await asyncio.wait([hearing], timeout=left)
                    if hearing.done():
                        heard, hearing = hearing, None
                        await self._hear(heard.result())
            except Exception as error:
                log.warning("doorbells: %s", type(error).__name__)
                deaf = True
                await asyncio.sleep(1)

    async def _hear(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "thread.moved":
            feed = self.feeds.get(UUID(message["thread"]))
            if feed is not None:
                feed.ring()
        elif kind == "room.changed":
            self.stirred.set()
        elif kind == "access.changed":
            self._ask_again(self.people.get(UUID(message["person"]), ()))
        elif kind == "session.over":
            for socket in list(self.people.get(UUID(message["person"]), ())):
                if session_name(socket.session_key) == message["session"]:
                    await socket.close(4401)
        elif kind == "desk.changed":
            await self._tell_desk(message["centre"], message["waiting"])
        elif kind == "own.words":
            for socket in list(self.people.get(UUID(message["author"]), ())):
                if socket.feed is not None:
                    await socket.tell({"op": "mine", "submission": message["submission"]})

    async def _tell_desk(self, centre_id: int, waiting: int) -> None:
        self.counts[centre_id] = waiting
        for socket in list(self.desks.get(centre_id, ())):
            await socket.tell({"op": "desk", "waiting": waiting})

    def _ask_again(self, sockets: Iterable[Socket]) -> None:
        """Beside the hearing of doorbells: a slow database must not keep the next one waiting."""
        for socket in list(sockets):
            task = asyncio.ensure_future(self._readmit(socket))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _readmit(self, socket: Socket) -> None:
        """Asks whether the socket may still listen, and closes it with the reason if not."""
        try:
            answer = await self.admit(socket)
        except Exception as error:
            log.warning("asking again: %s", type(error).__name__)  # the next look comes within four seconds
            return
        if isinstance(answer, reading.Refusal):
            await socket.close(answer.code)
            self.leave(socket)
        else:
            socket.admission = answer

    # Rounds: what doorbells may have missed, and what nobody rings for.

    async def _every(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await act()
            except Exception as error:
                log.error("hub: %s", type(error).__name__)

    async def _heal_heads(self) -> None:
        """A lost doorbell costs at most ten seconds: all heads in one query."""
        if self.feeds:
            for thread_id, head in (await self.read(reading.heads, list(self.feeds))).items():
                feed = self.feeds.get(thread_id)
                if feed is not None and head > feed.head:
                    feed.ring()

    async def _heal_desks(self) -> None:
        if self.desks:
            for centre_id, waiting in (await self.read(reading.waiting, list(self.desks))).items():
                if self.counts.get(centre_id) != waiting:
                    await self._tell_desk(centre_id, waiting)

    async def _beat(self) -> None:
        for feed in list(self.feeds.values()):
            text = encode({"op": "hb", "head": feed.head})
            for socket in list(feed.sockets):
                await socket.write(text)
        for desk in list(self.desks.values()):
            for socket in list(desk):
                await socket.tell({"op": "hb", "head": 0})

    # Rooms of live sessions.

    async def _watch_rooms(self) -> None:
        """Tells the pages of each room what it is, when that has changed: at once at a doorbell, or in seconds."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stirred.wait(), ROOMS_EVERY)
            self.stirred.clear()
            try:
                await self._tell_rooms()
            except Exception as error:
                log.error("rooms: %s", type(error).__name__)
            await asyncio.sleep(PUSH_EVERY)

    async def _tell_rooms(self) -> None:
        """Who has no place there any more is asked again: the doorbell that said so may have been lost."""
        here = [feed for feed in self.feeds.values() if feed.room]
        now = await self.read(rooms.rooms, [feed.thread_id for feed in here]) if here else {}
        for feed in here:
            room = now.get(feed.thread_id)
            if room is None:
                continue
            text = encode(room.frame)
            if text != feed.room_told:
                feed.room_told = text
                for socket in list(feed.sockets):
                    await socket.write(text)
            known = (one for one in feed.sockets if one.admission is not None)
            self._ask_again(one for one in known if one.admission and one.admission.person_id not in room.seated)

    async def _report(self) -> None:
        """Who answers in rooms here: one statement for all, and one for each room with a clinician."""
        instant, moment = time.monotonic(), timezone.now()
        here, clinicians = set[tuple[UUID, UUID]](), dict[UUID, datetime]()
        for feed in self.feeds.values():
            for socket in feed.sockets if feed.room else ():
                silent = instant - socket.heard_at
                if socket.admission is None or silent > ANSWERS_WITHIN:
                    continue
                here.add((feed.thread_id, socket.admission.person_id))
                if socket.admission.rules:
                    heard = moment - timedelta(seconds=silent)
                    clinicians[feed.thread_id] = max(heard, clinicians.get(feed.thread_id, heard))
        if here:
            await self.read(rooms.report, here, clinicians)

    async def _tend(self) -> None:
        """Cuts off who reads nothing any more, and whose session has ended."""
        instant, moment = time.monotonic(), timezone.now()
        for socket in self._everybody():
            if socket.stalled(instant):
                await socket.close(4408)
            elif socket.admission is not None and socket.admission.ends <= moment:
                await socket.close(4401)
            elif socket.feed is not None and not socket.live and socket.stalled_at is None:
                socket.catch_up()  # a reading failed: try again

    async def _look(self) -> None:
        """Rights and sessions that changed without a doorbell: two queries for everybody here."""
        sockets = self._everybody()
        if not sockets:
            return
        keys = [one.session_key for one in sockets]
        standing, sessions = await self.read(reading.standing, list(self.people), keys)
        self._ask_again(
            one
            for one in sockets
            if one.admission is not None
            and (one.session_key not in sessions or standing.get(one.admission.person_id) != one.admission.standing)
        )


_hub: Hub | None = None
_loop: asyncio.AbstractEventLoop | None = None


def hub() -> Hub:
    """The hub of the running loop; there is one loop in a server process, and a new one in each test."""
    global _hub, _loop
    loop = asyncio.get_running_loop()
    if _hub is None or _loop is not loop:
        _hub, _loop = Hub(), loop
    return _hub


def serving_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that serves this process's sockets; None before the first one, and in a command."""
    return _loop if _loop is not None and _loop.is_running() else None
