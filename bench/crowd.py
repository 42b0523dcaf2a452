"""A crowd of listeners in one process, on bare transports: what is measured is the server, not its clients.

Every line said carries a mark of letters, `zqabczq` (digits might be taken for a telephone number). The time from just
before it is written to each listener's reading of it is kept.
"""

import asyncio
import base64
import json
import os
import re
import struct
import time
import urllib.parse
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

MARK = re.compile(rb"zq([a-j]+)zq")
HEAD = re.compile(rb'"seq":(\d+)')
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
WORDS = "thank you, that is kind of you to say and I feel the same most days"
now = time.perf_counter


def mark(number: int) -> str:
    return "zq" + "".join("abcdefghij"[int(one)] for one in str(number)) + "zq"


@dataclass
class Said:
    """When each line was said, and when and how often it was heard."""

    at: dict[int, float] = field(default_factory=dict)
    heard: Counter[int] = field(default_factory=Counter)
    last: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    def hear(self, letters: bytes, instant: float) -> None:
        number = int(letters.translate(bytes.maketrans(b"abcdefghij", b"0123456789")))
        if number in self.at:
            self.heard[number] += 1
            self.last[number] = instant - self.at[number]

    async def settle(self, numbers: range, listeners: int, within: float) -> bool:
        """Until every listener has heard each of these."""
        until = now() + within
        while now() < until:
            if all(self.heard[one] >= listeners for one in numbers):
                return True
            await asyncio.sleep(0.01)
        return False


class Listener(asyncio.Protocol):
    """One socket. Ours subscribes and acknowledges; a plain one only listens and speaks."""

    def __init__(self, crowd: "Crowd", cookie: str, after: int | None) -> None:
        self.crowd, self.cookie, self.after = crowd, cookie, after
        self.ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.buffer, self.open, self.frames, self.head, self.lines = b"", False, 0, 0, 0
        self.code: int | None = None
        self.acked_at = now()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        host = f"127.0.0.1:{self.crowd.port}"
        key = base64.b64encode(os.urandom(16)).decode()
        asked = [
            f"GET {self.crowd.path} HTTP/1.1",
            f"Host: {host}",
            f"Origin: http://{host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            f"Cookie: {self.cookie}",
        ]
        transport.write(("\r\n".join(asked) + "\r\n\r\n").encode())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_result(False)
        self.open = False

    def send(self, payload: bytes, kind: int = TEXT) -> None:
        length = len(payload)
        head = bytes([0x80 | kind, 0x80 | length]) if length < 126 else struct.pack("!BBH", 0x80 | kind, 0xFE, length)
        self.transport.write(head + b"\0\0\0\0" + payload)

    def tell(self, **frame: Any) -> None:
        self.send(json.dumps(frame).encode())

    def data_received(self, data: bytes) -> None:
        instant = now()
        self.buffer += data
        if not self.open and not self._shake_hands():
            return
        buffer, at = self.buffer, 0
        while len(buffer) - at >= 2:
            length, begin = buffer[at + 1] & 127, at + 2
            if length == 126:
                length, begin = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                length, begin = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if len(buffer) < begin + length or (begin > at + 2 and len(buffer) < begin):
                break
            self._frame(buffer[at] & 15, buffer[begin : begin + length], instant)
            at = begin + length
        self.buffer = buffer[at:]

    def _shake_hands(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if b" 101 " not in self.buffer[:20]:
            self.transport.close()
            return False
        self.buffer, self.open = self.buffer[end + 4 :], True
        if self.after is None:
            self.ready.set_result(True)
        else:
            self.tell(op="sub", thread=self.crowd.thread, after=self.after)
        return True

    def _frame(self, kind: int, payload: bytes, instant: float) -> None:
        if kind == TEXT:
            for found in MARK.finditer(payload):
                self.lines += 1
                self.crowd.said.hear(found[1], instant)
            if self.after is not None:
                self._ours(payload, instant)
        elif kind == PING:
            self.send(payload, PONG)
        elif kind == CLOSE:
            self.code = int.from_bytes(payload[:2], "big")
            self.transport.close()

    def _ours(self, payload: bytes, instant: float) -> None:
        if not self.ready.done() and b'"ready"' in payload:
            self.ready.set_result(True)
        seqs = HEAD.findall(payload)
        if not seqs:
            if b'"hb"' in payload:
                self.tell(op="ack", seq=self.head)
            return
        self.head, self.frames = int(seqs[-1]), self.frames + 1
        if self.frames >= 20 or instant - self.acked_at > 5:  # as the page does
            self.tell(op="ack", seq=self.head)
            self.frames, self.acked_at = 0, instant


class Speaker:
    """One kept connection that hands words in by HTTP, as the page does."""

    def __init__(self, crowd: "Crowd") -> None:
        self.crowd = crowd
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def say(self, cookie: str, words: str) -> int:
        token = "a" * 32
        form = {"body": words, "client_key": uuid.uuid4(), "csrfmiddlewaretoken": token}
        body = urllib.parse.urlencode(form).encode()
        host = f"127.0.0.1:{self.crowd.port}"
        head = (
            f"POST /threads/{self.crowd.thread}/reply/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Cookie: {cookie}; csrftoken={token}\r\nAccept: application/json\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.crowd.port)
        reader, writer = self.streams
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", answer)
        await reader.readexactly(int(length[1]) if length else 0)
        return int(answer.split()[1])


class Crowd:
    """Listeners of one conversation, and those who speak there."""

    def __init__(self, port: int, path: str, *, thread: str = "", cookies: list[str] | None = None) -> None:
        self.port, self.path, self.thread, self.cookies = port, path, thread, cookies or [""]
        self.said, self.number = Said(), 0
        self.statuses: Counter[int] = Counter()
        self.listeners: list[Listener] = []
        self.speakers = [Speaker(self) for _ in range(8)] if thread else []
        self.free: asyncio.Queue[Speaker] = asyncio.Queue()
        for one in self.speakers:
            self.free.put_nowait(one)

    async def listener(self, place: int, after: int = 0) -> Listener:
        cookie = self.cookies[place % len(self.cookies)]
        made = Listener(self, cookie, after if self.thread else None)
        await asyncio.get_running_loop().create_connection(lambda: made, "127.0.0.1", self.port)
        return made

    async def join(self, count: int, after: int = 0) -> tuple[float, int]:
        """All at once: seconds until the last is ready, and how many were refused."""
        began = now()
        self.listeners = await asyncio.gather(*(self.listener(place, after) for place in range(count)))
        ready = await asyncio.gather(*(one.ready for one in self.listeners))
        return now() - began, ready.count(False)

    async def say(self, place: int, words: str = WORDS) -> int:
        """One line, by HTTP where there is a conversation; its number."""
        self.number += 1
        number, line = self.number, f"{words} {mark(self.number)}"
        if not self.thread:
            self.said.at[number] = now()
            there = [one for one in self.listeners if one.open]
            there[place % len(there)].tell(message=line)
            return number
        self.said.at[number] = now()  # waiting for a free connection counts: so would a person
        speaker = await self.free.get()
        try:
            self.statuses[await speaker.say(self.cookies[place % len(self.cookies)], line)] += 1
        finally:
            self.free.put_nowait(speaker)
        return number

    async def steadily(self, rate: float, seconds: float) -> range:
        """Members take turns; the numbers of what they said."""
        first, began, saying = self.number + 1, now(), []
        for turn in range(int(rate * seconds)):
            saying.append(asyncio.ensure_future(self.say(turn * 7)))
            await asyncio.sleep(max(0.0, began + (turn + 1) / rate - now()))
        await asyncio.gather(*saying)
        return range(first, self.number + 1)
