"""The socket side of the site in the test's own process: its loop in a thread, and ears that listen to it."""

import asyncio
import json
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from config.asgi import application
from forum.models import Thread
from people.models import Person
from realtime.hub import hub

T = TypeVar("T")
HERE = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
WITHIN = 10.0  # seconds after which something is not slow, but missing
QUIET = 0.4  # seconds of silence that count: a push takes a twentieth of it


def session_of(person: Person) -> str:
    """A signed-in session's key."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


class Site:
    """A running loop with a hub of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.ears: list[Ear] = []

    def run(self, make: Callable[[], Any]) -> Any:
        """A coroutine in the loop of the sockets."""

        async def made() -> Any:
            return await make()

        return asyncio.run_coroutine_threadsafe(made(), self.loop).result(30)

    def do(self, act: Callable[..., T], *args: Any, **more: Any) -> T:
        """As a request would: in another thread, its doorbells rung in the loop of the sockets."""

        def acting() -> T:
            try:
                return act(*args, **more)
            finally:
                connections.close_all()

        done: T = self.run(lambda: sync_to_async(acting, thread_sensitive=False)())
        return done

    def connect(self, path: str, *, session: str = "", headers: Any = HERE, cookies: str = "") -> "Ear":
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {cookies}".encode("latin1")
        ear = Ear(self, path, [*headers, (b"cookie", cookie)])
        self.ears.append(ear)
        return ear

    def at(self, person: Person, thread: Thread, **more: Any) -> "Ear":
        """Admitted, not yet subscribed."""
        ear = self.connect(f"/ws/threads/{thread.pk}/", session=session_of(person), **more)
        assert ear.message()["type"] == "websocket.accept"
        return ear

    def listen(self, person: Person, thread: Thread, *, after: int | None = None, **more: Any) -> "Ear":
        """Subscribed, by default from the present head, and ready."""
        ear = self.at(person, thread, **more)
        thread.refresh_from_db()
        ear.sub(thread, thread.head_seq if after is None else after)
        assert ear.frame()["op"] == "ready"
        return ear

    def close(self) -> None:
        async def end() -> None:
            await hub().stop()
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            if left:
                await asyncio.wait(left, timeout=10)  # to leave Redis takes a moment

        for ear in self.ears:
            ear.hang_up()
        self.run(end)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


class Ear:
    """One socket's other end."""

    def __init__(self, site: Site, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        self.site, self.heard = site, queue.Queue[dict[str, Any]]()
        self.beats = queue.Queue[dict[str, Any]]()  # the heart beats whenever it likes
        self.held: list[dict[str, Any]] = []
        scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "subprotocols": []}

        async def send(message: dict[str, Any]) -> None:
            beat = '"op":"hb"' in message.get("text", "")
            (self.beats if beat else self.heard).put(message)

        async def begin() -> None:
            self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
            self.inbox.put_nowait({"type": "websocket.connect"})
            self.task = asyncio.ensure_future(application(scope, self.inbox.get, send))

        site.run(begin)

    def put(self, **message: Any) -> None:
        self.site.loop.call_soon_threadsafe(self.inbox.put_nowait, message)

    def say(self, text: str) -> None:
        self.put(type="websocket.receive", text=text)

    def tell(self, frame: Any) -> None:
        self.say(json.dumps(frame))

    def sub(self, thread: Thread, after: int = 0) -> None:
        self.tell({"op": "sub", "thread": str(thread.pk), "after": after})

    def ack(self, seq: int) -> None:
        self.tell({"op": "ack", "seq": seq})

    def hang_up(self) -> None:
        self.put(type="websocket.disconnect", code=1001)

    def message(self, within: float = WITHIN) -> dict[str, Any]:
        """What the server did next."""
        try:
            return self.heard.get(timeout=within)
        except queue.Empty:
            raise AssertionError("nothing was heard") from None

    def frame(self, within: float = WITHIN) -> dict[str, Any]:
        message = self.message(within)
        assert message["type"] == "websocket.send", message
        frame: dict[str, Any] = json.loads(message["text"])
        assert len(message["text"].encode()) <= 16_000
        return frame

    def event(self, within: float = WITHIN) -> dict[str, Any]:
        """The next event, alone or from an `events` frame."""
        if not self.held:
            frame = self.frame(within)
            self.held = frame["events"] if frame.get("op") == "events" else [frame]
            assert all("seq" in one for one in self.held), self.held
        return self.held.pop(0)

    def events(self, count: int) -> list[dict[str, Any]]:
        return [self.event() for _ in range(count)]

    def code(self, within: float = WITHIN) -> int:
        """The code with which the server closes, whatever it says before."""
        until = time.monotonic() + within
        while True:
            message = self.message(max(0.01, until - time.monotonic()))
            if message["type"] == "websocket.close":
                return int(message["code"])

    def idle(self, within: float = QUIET) -> bool:
        """Nothing lies here unheard, nor comes within so many seconds."""
        until = time.monotonic() + within
        while not self.held and self.heard.empty() and time.monotonic() < until:
            time.sleep(0.01)
        return not self.held and self.heard.empty()

    def silent(self, during: float = QUIET) -> bool:
        """Nothing was heard, and nothing is."""
        try:
            message = self.heard.get(timeout=during)
        except queue.Empty:
            return not self.held
        raise AssertionError(f"heard {message}")
