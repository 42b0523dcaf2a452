"""The chat that one writes first with Channels, for comparison: no log-in, no database, no screen, no history.

LAYER=memory|redis|pubsub daphne bench.plain:application
"""

import json
import os
from typing import Any

import django
from django.conf import settings

REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9")
LAYERS: dict[str, dict[str, Any]] = {
    "memory": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
    "redis": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS]}},
    "pubsub": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS]}},
}
settings.configure(
    SECRET_KEY="measuring",  # noqa: S106  nothing is signed here
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["channels"],
    ROOT_URLCONF=__name__,
    CHANNEL_LAYERS={"default": LAYERS[os.environ.get("LAYER", "memory")]},
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402  Django must be set up first
from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

urlpatterns = [path("healthz", lambda request: HttpResponse("ok"))]


class Room(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("room", self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = json.loads(text_data or "{}")["message"]
        await self.channel_layer.group_send("room", {"type": "said", "message": message})

    async def said(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"message": event["message"]}))


application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": Room.as_asgi()})
