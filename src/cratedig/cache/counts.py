"""Small counters that forget themselves: of this process, or of all that share a Redis."""

from __future__ import annotations

import math
from typing import Protocol

from redis.asyncio import Redis

from cratedig.cache.redis_link import RedisLink

MOST_COUNTS = 10_000
_PREFIX = "cratedig:count:"


class Clock(Protocol):
    """Monotonic seconds."""

    def now(self) -> float: ...


class Counts(Protocol):
    """Small counters that forget themselves. In process, or shared by all."""

    async def read(self, key: str) -> int: ...

    async def add(self, key: str, *, lifetime_s: float) -> int:
        """One more; the lifetime runs from the first. Returns the new count."""
        ...

    async def forget(self, *keys: str) -> None: ...


class OwnCounts:
    """Counters of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}

    async def read(self, key: str) -> int:
        count, until = self._counts.get(key, (0, math.inf))
        return count if self._clock.now() < until else 0

    async def add(self, key: str, *, lifetime_s: float) -> int:
        count = await self.read(key)
        until = self._counts[key][1] if count else self._clock.now() + lifetime_s
        if len(self._counts) >= MOST_COUNTS and key not in self._counts:
            now = self._clock.now()
            self._counts = {name: held for name, held in self._counts.items() if now < held[1]}
        self._counts[key] = (count + 1, until)
        return count + 1

    async def forget(self, *keys: str) -> None:
        for key in keys:
            self._counts.pop(key, None)


class RedisCounts:
    """Counters in Redis, and in this process for the time that Redis is away."""

    def __init__(self, link: RedisLink, clock: Clock) -> None:
        self._link = link
        self._own = OwnCounts(clock)

    async def read(self, key: str) -> int:
        async def held(redis: Redis) -> int:
            return int(await redis.get(_PREFIX + key) or 0)

        shared = await self._link.attempt(held)
        return shared if shared is not None else await self._own.read(key)

    async def add(self, key: str, *, lifetime_s: float) -> int:
        own = await self._own.add(key, lifetime_s=lifetime_s)

        async def one_more(redis: Redis) -> int:
            async with redis.pipeline(transaction=True) as both:
                both.set(_PREFIX + key, 0, nx=True, px=round(lifetime_s * 1000))
                both.incr(_PREFIX + key)
                return int((await both.execute())[1])

        shared = await self._link.attempt(one_more)
        return shared if shared is not None else own

    async def forget(self, *keys: str) -> None:
        await self._own.forget(*keys)
        await self._link.attempt(lambda redis: redis.delete(*(_PREFIX + key for key in keys)))
