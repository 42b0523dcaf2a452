"""Everything that comes in: pages through Django, sockets through the origin check to the hub."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402  Django must be set up first

from notifications.embedded import with_mail  # noqa: E402
from realtime.routing import websocket  # noqa: E402

application = with_mail(ProtocolTypeRouter({"http": pages, "websocket": websocket}))
