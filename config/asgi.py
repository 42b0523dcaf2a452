"""Everything that comes in: pages through Django, sockets through the origin check to the hub."""

import os
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter  # noqa: E402  Django must be set up first

from notifications.embedded import with_mail  # noqa: E402
from realtime.routing import websocket  # noqa: E402


class Pages(ASGIHandler):
    """Django's own, with one trip to a thread for each request.

    All middleware and views of ours are synchronous. Django's handler goes to a thread for the middleware, back to the
    loop, and to a thread again for the view: with a thousand sockets on that loop each of these waits its turn.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        answer: Any = sync_to_async(self.get_response, thread_sensitive=True)
        response: HttpResponseBase = await answer(request)
        return response


application = with_mail(ProtocolTypeRouter({"http": Pages(), "websocket": websocket}))
