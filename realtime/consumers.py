"""The sockets. Accept, then close with a code before any other frame; forgive two errors, close at the third."""

import asyncio
import json
import time
from collections import deque
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings

from realtime import reading
from realtime.hub import Socket, hub

SUBSCRIBE_WITHIN = 10.0  # seconds
ERRORS_FORGIVEN = 2  # the third closes 4400
OPS, OPS_WITHIN = 20, 10.0  # ops, seconds; more closes 4429
DEEPEST, LONGEST = 4, 2_000  # of what a client may say: nesting, characters


class _Listener(AsyncConsumer):
    """What both sockets share. No channel of its own: the hub hears for all."""

    channel_layer_alias = "none"

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        await self.base_send({"type": "websocket.accept"})
        cookies = self._cookies()
        language = _language(cookies, self._header(b"accept-language"))
        self.socket = Socket(
            send=self.base_send, session_key=cookies.get(settings.SESSION_COOKIE_NAME, ""), language=language
        )
        self.errors, self.said = 0, deque[float]()
        self.waiting: asyncio.Task[None] | None = None
        answer = await self.admission()
        if isinstance(answer, reading.Refusal):
            await self.socket.close(answer.code)
            return
        await hub().register(self.socket, answer)
        await self.admitted()

    async def admission(self) -> reading.Admission | reading.Refusal:
        raise NotImplementedError

    async def admitted(self) -> None:
        raise NotImplementedError

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        if self.waiting is not None:
            self.waiting.cancel()
        hub().leave(self.socket)
        raise StopConsumer

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        if self.socket.closed or self.socket.admission is None:
            return
        instant = time.monotonic()
        self.said.append(instant)
        while self.said and instant - self.said[0] > OPS_WITHIN:
            self.said.popleft()
        if len(self.said) > OPS:
            await self.socket.close(4429)
            return
        frame = _parsed(message.get("text"))
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

    def _header(self, name: bytes) -> str:
        return next((value.decode("latin1") for key, value in self.scope["headers"] if key == name), "")

    def _cookies(self) -> dict[str, str]:
        try:
            jar = SimpleCookie(self._header(b"cookie"))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}


class ThreadSocket(_Listener):
    """`/ws/threads/<uuid>/`: the events of one thread."""

    async def admission(self) -> reading.Admission | reading.Refusal:
        thread_id = self.scope["thread_id"]
        if thread_id is None:
            return reading.NO_ACCESS
        answer: reading.Admission | reading.Refusal = await hub().read(
            reading.admit, session_key=self.socket.session_key, thread_id=thread_id, language=self.socket.language
        )
        return answer

    async def admitted(self) -> None:
        self.waiting = asyncio.ensure_future(self._expect_subscription())

    async def _expect_subscription(self) -> None:
        await asyncio.sleep(SUBSCRIBE_WITHIN)
        if self.socket.feed is None:
            await self.socket.close(4400)

    async def op(self, frame: dict[str, Any]) -> None:
        op = frame.get("op")
        if op == "sub":
            await self._subscribe(frame)
        elif op == "ack" and self.socket.feed is None:
            await self.complain("not_subscribed")
        elif op == "ack" and _is_seq(frame.get("seq")):
            await self.socket.acknowledge(frame["seq"])
        else:
            await self.complain("unknown_op")

    async def _subscribe(self, frame: dict[str, Any]) -> None:
        """Access is decided now, not when the socket was opened."""
        thread_id: UUID = self.scope["thread_id"]
        after = frame.get("after", 0)
        if frame.get("thread") != str(thread_id) or not _is_seq(after) or self.socket.feed is not None:
            await self.complain("unknown_op")
            return
        answer = await self.admission()
        if isinstance(answer, reading.Refusal):
            await self.socket.close(answer.code)
            return
        self.socket.admission = answer
        await hub().join(self.socket, thread_id, min(after, answer.head))


class DeskSocket(_Listener):
    """`/ws/desk/`: a doorbell with the number of waiting words; the list is fetched again by the page."""

    async def admission(self) -> reading.Admission | reading.Refusal:
        answer: reading.Admission | reading.Refusal = await hub().read(
            reading.admit_to_desk, session_key=self.socket.session_key, language=self.socket.language
        )
        return answer

    async def admitted(self) -> None:
        if self.socket.admission is not None:
            hub().desks[self.socket.admission.centre_id].add(self.socket)


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


def _language(cookies: dict[str, str], accepted: str) -> str:
    known = dict(settings.LANGUAGES)
    for wish in (cookies.get(settings.LANGUAGE_COOKIE_NAME, ""), accepted):
        if wish[:2].lower() in known:
            return wish[:2].lower()
    return settings.LANGUAGE_CODE
