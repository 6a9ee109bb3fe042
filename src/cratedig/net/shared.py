"""What processes share: turns in Redis, or in a folder where one machine has no Redis.

Redis failing never makes a fetch fail: the link answers at once, and this process goes on by its own counts.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import struct
import time
from pathlib import Path

from redis.asyncio import Redis

from cratedig.cache.redis_link import RedisLink
from cratedig.log import logger

_PREFIX = "cratedig:net:"
_STORED = struct.Struct("<d")


class RedisTurns:
    """Turns in Redis: the key of a host lives as long as the pause after a request."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link

    async def claim(self, host: str, interval_s: float) -> float:
        key = f"{_PREFIX}turn:{host}"

        async def ask(redis: Redis) -> float:
            if await redis.set(key, 1, nx=True, px=max(1, round(interval_s * 1000))):
                return 0.0
            return max(0.01, int(await redis.pttl(key)) / 1000)

        return await self._link.attempt(ask, otherwise=0.0)


class FolderTurns:
    """Turns in a folder: a file for each host holds when the next request may start. For one machine without Redis.

    A folder that cannot be written to leaves each process with its own turns.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def claim(self, host: str, interval_s: float) -> float:
        try:
            return await asyncio.to_thread(self._claim, host, interval_s)
        except OSError as error:
            logger(__name__).warning("turns cannot be shared with other processes", reason=error.strerror)
            return 0.0

    def _claim(self, host: str, interval_s: float) -> float:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / hashlib.sha256(host.encode()).hexdigest()[:32]
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # held for microseconds
            file.seek(0)
            stored = file.read(_STORED.size)
            now = time.time()
            wait_s = _STORED.unpack(stored)[0] - now if len(stored) == _STORED.size else 0.0
            if 0 < wait_s <= interval_s:  # a longer one was written before the clock moved
                return float(wait_s)
            file.truncate(0)
            file.write(_STORED.pack(now + interval_s))
        return 0.0
