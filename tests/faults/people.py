"""People at their pages: who hands words in until they are acknowledged, and who reads what comes."""

import asyncio
import http.client
import json
import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.serving import Base, Server

TOKEN = "a" * 32
FINAL = {4401, 4403, 4410}
AGAIN = 0.2  # seconds at most before the next try; the page waits longer, the test cannot
Event = tuple[int, str, str | None]
Servers = Callable[[], Server]


class Page:
    """An open conversation, as live.js keeps it: what it has is ignored, a gap is asked again, a loss comes back."""

    def __init__(self, base: Base, servers: Servers, place: int = 0, *, after: int = 0, cookie: str = "") -> None:
        self.base, self.servers, self.cookie = base, servers, cookie or base.cookies[place % len(base.cookies)]
        self.room: dict[str, Any] = {}  # what was last told of the room of a live session
        self.last, self.shown, self.twice, self.codes = after, list[Event](), 0, list[int]()
        self.loaded = 0  # times that the page was loaded again because it had missed too much
        self.connected = asyncio.Event()
        self.task = asyncio.ensure_future(self._stay())

    async def _stay(self) -> None:
        while not (self.codes and self.codes[-1] in FINAL):
            try:
                await self._listen(self.servers())
            except ConnectionClosed as closed:
                self.codes.append(closed.rcvd.code if closed.rcvd else 1006)
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            self.connected.clear()
            await asyncio.sleep(random.random() * AGAIN)

    async def _listen(self, server: Server) -> None:
        address = f"{server.ws}/ws/threads/{self.base.thread}/"
        headers = {"Cookie": self.cookie}
        async with connect(address, origin=server.url, additional_headers=headers, compression=None) as socket:
            await socket.send(json.dumps({"op": "sub", "thread": self.base.thread, "after": self.last}))
            acked = self.last
            while True:
                async with asyncio.timeout(40):  # wait_for of Python 3.11 may swallow the end of this task
                    frame = json.loads(await socket.recv())
                if frame.get("op") == "ready":
                    self.connected.set()
                if frame.get("op") == "room":
                    self.room = frame
                if frame.get("op") == "hb":
                    await socket.send(json.dumps({"op": "ack", "seq": self.last}))
                if frame.get("op") == "reload":
                    await self._load()
                    return
                for event in frame["events"] if frame.get("op") == "events" else [frame] if "seq" in frame else []:
                    if not self._apply(event):
                        return
                if self.last - acked >= 50:
                    await socket.send(json.dumps({"op": "ack", "seq": self.last}))
                    acked = self.last

    async def _load(self) -> None:
        """A fresh page shows all that there is up to its head."""
        _status, page = await asyncio.to_thread(ask, self.servers(), self.cookie, f"/threads/{self.base.thread}/")
        self.last, self.shown, self.loaded = int(page.split('data-head="')[1].split('"')[0]), [], self.loaded + 1

    def _apply(self, event: dict[str, Any]) -> bool:
        if event["seq"] <= self.last:
            self.twice += 1
            return True
        if event["seq"] > self.last + 1:
            return False
        self.last = event["seq"]
        self.shown.append((event["seq"], event["kind"], event["post"]))
        return True

    async def until(self, seq: int, within: float = 30) -> None:
        async with asyncio.timeout(within):
            while self.last < seq:
                assert not self.task.done(), self.codes
                await asyncio.sleep(0.02)

    async def ready(self) -> None:
        async with asyncio.timeout(30):
            while not self.connected.is_set():
                assert not self.task.done(), self.codes
                await asyncio.sleep(0.02)

    async def in_room(self, state: str, within: float = 30) -> None:
        """Until the room is told to be so."""
        async with asyncio.timeout(within):
            while self.room.get("state") != state:
                assert not self.task.done(), self.codes
                await asyncio.sleep(0.02)

    async def leave(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


def ask(
    server: Server, cookie: str, path: str, form: dict[str, Any] | None = None, within: float = 60
) -> tuple[int, str]:
    """One request, a POST where there is a form: the status and what was answered, or where it leads.

    OSError or HTTPException where no answer came.
    """
    where = urlsplit(server.url)
    line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=within)
    headers = {"Cookie": f"{cookie}; csrftoken={TOKEN}", "Origin": server.url, "Accept": "application/json"}
    try:
        if form is None:
            line.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            line.request("POST", path, urlencode({"csrfmiddlewaretoken": TOKEN, **form}), headers)
        answer = line.getresponse()
        said = answer.read().decode()
        return answer.status, answer.headers.get("Location") or said
    finally:
        line.close()


def post(server: Server, cookie: str, thread: str, words: str, key: uuid.UUID, within: float = 60) -> int:
    """One handing-in: the status."""
    return ask(server, cookie, f"/threads/{thread}/reply/", {"body": words, "client_key": str(key)}, within)[0]


class Writer:
    """Hands words in and tries again, always with the same key, until they are acknowledged."""

    def __init__(self, base: Base, servers: Servers) -> None:
        self.base, self.servers = base, servers
        self.acknowledged: dict[uuid.UUID, str] = {}
        self.tries = 0

    async def say(self, place: int, words: str, *, key: uuid.UUID | None = None, within: float = 120) -> uuid.UUID:
        key, cookie = key or uuid.uuid4(), self.base.cookies[place % len(self.base.cookies)]
        async with asyncio.timeout(within):
            while True:
                self.tries += 1
                status = 0
                with suppress(OSError, http.client.HTTPException):
                    status = await asyncio.to_thread(post, self.servers(), cookie, self.base.thread, words, key)
                if status == 201:
                    self.acknowledged[key] = words
                    return key
                assert status in {0, 429, 500, 503}, status
                await asyncio.sleep(1 if status == 429 else random.random() * AGAIN)
