"""A wrong deployment is found before it serves: system checks with ids."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.db import connection

IN_MEMORY = "channels.layers.InMemoryChannelLayer"


@register()
def several_processes(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Several processes need doorbells that reach all of them, and a database that locks rows, not the whole file."""
    if settings.PROCESSES == 1:
        return []
    found = []
    if settings.CHANNEL_LAYERS["default"]["BACKEND"] == IN_MEMORY:
        found.append(Error("PROCESSES is above 1 and there is no REDIS_URL.", id="halfaword.E001"))
    if connection.vendor == "sqlite":
        found.append(Error("PROCESSES is above 1 and the database is SQLite.", id="halfaword.E002"))
    return found
