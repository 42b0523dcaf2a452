"""The site's settings with doorbells that cannot be relied on."""

from config.settings import *  # noqa: F403
from config.settings import CHANNEL_LAYERS

CHANNEL_LAYERS["default"]["BACKEND"] = (
    "tests.faults.layers.Redis" if "CONFIG" in CHANNEL_LAYERS["default"] else "tests.faults.layers.Memory"
)
