"""The sockets. Accept, then close with a code before any other frame; forgive two errors, close at the third.

Plain ASGI: a Channels consumer hops through a thread for every frame that it is sent, and needs a channel of its own.
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http.cookie import parse_cookie

from realtime import reading
from realtime.hub import hub
from realtime.sockets import RESTART, Send, Socket

log = logging.getLogger(__name__)

SUBSCRIBE_WITHIN = 10.0  # seconds
ERRORS_FORGIVEN = 2  # the third closes 4400
OPS, OPS_WITHIN = 20, 10.0  # ops, seconds; more closes 4429
DEEPEST, LONGEST = 4, 2_000  # of what a client may say: nesting, characters

Receive = Callable[[], Awaitable[dict[str, Any]]]
Ask = Callable[[str, str], reading.Admission | reading.Refusal]


class _Listener:
    """What both sockets share. No channel of its own: the hub hears for all."""

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self.scope, self.receive = scope, receive
        header = {name: value.decode("latin1") for name, value in scope["headers"]}
        cookies = parse_cookie(header.get(b"cookie", ""))
        key = cookies.get(settings.SESSION_COOKIE_NAME, "")
        language = _language(cookies.get(settings.LANGUAGE_COOKIE_NAME, ""), header.get(b"accept-language", ""))
        self.socket = Socket(send=send, session_key=key, ask=partial(self.ask, key, language))
        self.errors, self.said = 0, deque[float]()

    def ask(self, session_key: str, language: str) -> reading.Admission | reading.Refusal:
        """Reads whether this session may listen here; runs in the hub's thread."""
        raise NotImplementedError

    async def admitted(self, admission: reading.Admission) -> None:
        raise NotImplementedError

    async def run(self) -> None:
        await self.receive()  # websocket.connect: nothing else comes first
        if hub().closing:
            await self.socket.send({"type": "websocket.close"})
            return
        await self.socket.send({"type": "websocket.accept"})
        try:
            admission = await self.admission()
            if admission is not None:
                await hub().register(self.socket, admission)
                await self.admitted(admission)
            while not self.socket.closed:
                message = await self.receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self.hear(message.get("text"))
        finally:
            hub().leave(self.socket)  # whatever ends it: also an error, or the server that has waited long enough

    async def admission(self) -> reading.Admission | None:
        """The socket's admission, now; None once it is closed."""
        try:
            answer = await hub().admit(self.socket)
        except Exception as error:
            log.error("admission: %s", type(error).__name__)
            await self.socket.close(RESTART)
            return None
        if isinstance(answer, reading.Refusal):
            await self.socket.close(answer.code)
        return None if self.socket.closed or isinstance(answer, reading.Refusal) else answer

    async def hear(self, text: object) -> None:
        instant = self.socket.heard_at = time.monotonic()
        self.said.append(instant)
        while instant - self.said[0] > OPS_WITHIN:
            self.said.popleft()
        if len(self.said) > OPS:
            await self.socket.close(4429)
            return
        frame = _parsed(text)
        if frame is None:
            await self.complain("bad_json")
        else:
            await self.op(frame)

    async def op(self, frame: dict[str, Any]) -> None:
        await self.complain("unknown_op")

    async def complain(self, code: str) -> None:
        self.errors += 1
        if self.errors > ERRORS_FORGIVEN:
            await self.socket.close(4400)
        else:
            await self.socket.tell({"op": "error", "code": code})


class ThreadSocket(_Listener):
    """`/ws/threads/<uuid>/`: the events of one thread."""

    def ask(self, session_key: str, language: str) -> reading.Admission | reading.Refusal:
        return reading.admit(session_key=session_key, thread_id=self.scope["thread_id"], language=language)

    subscribing = False  # asked to, whether or not the answer has come: a server with much to do is nobody's fault

    async def admitted(self, admission: reading.Admission) -> None:
        asyncio.get_running_loop().call_later(SUBSCRIBE_WITHIN, self._expect_subscription)

    def _expect_subscription(self) -> None:
        if not self.subscribing and not self.socket.closed:
            self.closing = asyncio.ensure_future(self.socket.close(4400))

    async def op(self, frame: dict[str, Any]) -> None:
        op = frame.get("op")
        if op == "sub":
            await self._subscribe(frame)
        elif op == "ack" and self.socket.feed is None:
            await self.complain("not_subscribed")
        elif op == "ack" and _is_seq(frame.get("seq")):
            self.socket.acknowledge(frame["seq"])
        else:
            await self.complain("unknown_op")

    async def _subscribe(self, frame: dict[str, Any]) -> None:
        """Access is decided now, not when the socket was opened."""
        thread_id: UUID = self.scope["thread_id"]
        after = frame.get("after", 0)
        if frame.get("thread") != str(thread_id) or not _is_seq(after) or self.subscribing:
            await self.complain("unknown_op")
            return
        self.subscribing = True
        admission = await self.admission()
        if admission is not None:
            await hub().join(self.socket, thread_id, after, admission)


class DeskSocket(_Listener):
    """`/ws/desk/`: a doorbell with the number of waiting words; the list is fetched again by the page."""

    def ask(self, session_key: str, language: str) -> reading.Admission | reading.Refusal:
        return reading.admit_to_desk(session_key=session_key, language=language)

    async def admitted(self, admission: reading.Admission) -> None:
        await hub().join_desk(self.socket, admission)


def _is_seq(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _parsed(text: object) -> dict[str, Any] | None:
    """The frame, or None for anything but a small JSON object."""
    if not isinstance(text, str) or len(text) > LONGEST or text.count("[") + text.count("{") > DEEPEST:
        return None
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


def _language(*wishes: str) -> str:
    known = dict(settings.LANGUAGES)
    return next((one[:2].lower() for one in wishes if one[:2].lower() in known), settings.LANGUAGE_CODE)
