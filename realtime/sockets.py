"""One listener: what it was sent, what it has acknowledged, and how it is closed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from realtime import wire
from realtime.frames import Frame, encode
from realtime.reading import Admission, Refusal

if TYPE_CHECKING:
    from realtime.feed import Feed

UNACKNOWLEDGED, STALLED_FOR = 200, 30.0  # events, seconds; then 4408
RESTART = 1012

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Socket:
    """`send` is the server's own; `ask` reads whether this session may listen, now; `sent` and `acked` are seqs.

    `heard_at`: when the other end last said anything (monotonic): a half-open line is silent.
    `live`: it has been sent everything up to its feed's head. Else a catch-up runs, or it is stalled, or it is tried
    again by the hub.
    """

    def __init__(self, *, send: Send, session_key: str, ask: Callable[[], Admission | Refusal]) -> None:
        self.send, self.session_key, self.ask = send, session_key, ask
        self.protocol = wire.protocol_of(send)
        self.admission: Admission | None = None
        self.feed: Feed | None = None
        self.sent = self.acked = 0
        self.live = self.closed = False
        self.stalled_at: float | None = None
        self.heard_at = time.monotonic()
        self.catching: asyncio.Task[None] | None = None

    @property
    def language(self) -> str:
        return self.admission.language if self.admission else ""

    async def tell(self, frame: dict[str, Any]) -> None:
        await self.write(encode(frame))

    async def write(self, text: str) -> None:
        """Nothing that one connection does may disturb the others: a broken one counts as closed."""
        if self.closed:
            return
        try:
            await self.send({"type": "websocket.send", "text": text})
        except Exception:
            self.closed = True

    async def close(self, code: int) -> None:
        if self.closed:
            return
        self.closed = True
        try:
            if code == RESTART and self.protocol is not None:
                self.protocol.sendCloseFrame(code=code)  # Daphne's own way of closing refuses codes below 3000
            else:
                await self.send({"type": "websocket.close", "code": code})
        except Exception:  # it was closed from the other side in the same moment
            return

    def full(self) -> bool:
        return self.sent - self.acked >= UNACKNOWLEDGED

    def stalled(self, instant: float) -> bool:
        return self.stalled_at is not None and instant - self.stalled_at > STALLED_FOR

    async def push(self, frame: Frame) -> None:
        """Writes a frame that follows what was sent; a socket with too much unacknowledged waits."""
        if self.closed or self.protocol is None or not wire.write(self.protocol, frame.wire):
            await self.write(frame.text)
        self.sent = frame.last
        if self.full():
            self.live = False
            self.stalled_at = self.stalled_at or time.monotonic()

    def acknowledge(self, seq: int) -> None:
        """The client has shown everything up to `seq`; a stalled socket goes on from where it stopped."""
        self.acked = max(self.acked, min(seq, self.sent))
        if self.stalled_at is not None and not self.full():
            self.stalled_at = None
            self.catch_up()

    def catch_up(self) -> None:
        """Starts a catch-up unless one runs: two at once would send the same twice."""
        if self.feed is not None and not self.closed and (self.catching is None or self.catching.done()):
            self.catching = asyncio.ensure_future(self.feed.catch_up(self))
