"""What travels: JSON frames of at most 16 kB. A frame holds nothing of its viewer, so that one encoding serves all."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from realtime.wire import envelope

FRAME_BYTES = 16_000  # live-protocol.md, point 8


def encode(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Line:
    """One event, ready to travel. text: its JSON, without html where it would not fit into a frame."""

    seq: int
    text: str
    size: int

    @classmethod
    def of(cls, *, seq: int, kind: str, post: str | None, html: str | None) -> "Line":
        """html None: the post is not visible (any more), or the event has none."""
        bare = {"seq": seq, "kind": kind, "post": post}
        if html is not None:
            text = encode({**bare, "html": html})
            size = len(text.encode())
            if size <= FRAME_BYTES:
                return cls(seq, text, size)
        text = encode(bare)
        return cls(seq, text, len(text.encode()))


@dataclass(frozen=True)
class Frame:
    """One or more lines in order; first and last are their seqs."""

    first: int
    last: int
    text: str

    @cached_property
    def wire(self) -> bytes:
        """In its envelope, made once for all listeners."""
        return envelope(self.text)


def pack(lines: Iterable[Line]) -> Iterator[Frame]:
    """Frames in order, each within FRAME_BYTES: a single event as itself, several in an `events` frame."""
    room: list[Line] = []
    used = 0
    for line in lines:
        if room and used + line.size + 1 > FRAME_BYTES - 32:  # 32: what `events` puts around them
            yield _frame(room)
            room, used = [], 0
        room.append(line)
        used += line.size + 1
    if room:
        yield _frame(room)


def _frame(lines: list[Line]) -> Frame:
    text = lines[0].text
    if len(lines) > 1:
        text = f'{{"op":"events","events":[{",".join(line.text for line in lines)}]}}'
    return Frame(lines[0].seq, lines[-1].seq, text)
