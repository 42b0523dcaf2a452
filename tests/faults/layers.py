"""Doorbells that get lost, come twice, or late and so in another order."""

import asyncio
import random
from typing import Any

from channels.layers import InMemoryChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

LOST, TWICE, LATE = 0.5, 0.65, 0.85  # up to here; beyond, as it should be


class _Unreliable:
    late: set["asyncio.Task[None]"] = set()

    async def ring(self, group: str, message: dict[str, Any]) -> None:
        raise NotImplementedError

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        chance = random.random()
        if chance < LOST:
            return
        if chance < TWICE:
            await self.ring(group, message)
        if chance < LATE:
            task = asyncio.ensure_future(self._later(group, message))
            self.late.add(task)
            task.add_done_callback(self.late.discard)
        else:
            await self.ring(group, message)

    async def _later(self, group: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(random.random())
        await self.ring(group, message)


class Memory(_Unreliable, InMemoryChannelLayer):
    async def ring(self, group: str, message: dict[str, Any]) -> None:
        await InMemoryChannelLayer.group_send(self, group, message)


class Redis(_Unreliable, RedisPubSubChannelLayer):
    async def ring(self, group: str, message: dict[str, Any]) -> None:
        await self._get_layer().group_send(group, message)
