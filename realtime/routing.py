"""Which socket answers at which address, and the origin check before any of them."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from realtime.consumers import DeskSocket, Receive, ThreadSocket
from realtime.sockets import Send

THREAD = re.compile(r"^/ws/threads/([^/]*)/$")


def allowed(origin: str, host: str, scheme: str) -> bool:
    """Is this full origin one of ours: the very host that was asked, or one in CSRF_TRUSTED_ORIGINS?

    Channels' own validator compares hosts only and lets `*` admit anything.
    """
    parts = urlsplit(origin)
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    name = host.rsplit(":", 1)[0]
    known = name in settings.ALLOWED_HOSTS
    return known and parts.netloc == host and parts.scheme == scheme


async def websocket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Foreign or missing origin: 403 at the handshake. Unknown address: like a thread that is not there."""
    headers = dict(scope["headers"])
    origin, host = headers.get(b"origin", b"").decode("latin1"), headers.get(b"host", b"").decode("latin1")
    scheme = "https" if settings.TLS else "http"
    if not allowed(origin, host, scheme):
        await receive()
        await send({"type": "websocket.close"})
        return
    if scope["path"] == "/ws/desk/":
        await DeskSocket(scope, receive, send).run()
        return
    found = THREAD.match(scope["path"])
    await ThreadSocket({**scope, "thread_id": _uuid(found[1]) if found else None}, receive, send).run()


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None
