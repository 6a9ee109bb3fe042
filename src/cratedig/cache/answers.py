"""Answers kept for a while: made once however many ask at the same moment, in this process or in several."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from cratedig.cache.kinds import KINDS, Kind
from cratedig.cache.memory import MemoryStore
from cratedig.cache.redis_link import RedisLink
from cratedig.cache.shape import Shape

T = TypeVar("T")

FORMAT = 2  # of the keys and values; a new one leaves the old entries to expire
TURN_S = 10.0  # how long another process may take to make something before we make it ourselves
LOOK_EVERY_S = 0.02

_GIVE_UP_TURN = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """kept: the value was there already, or somebody else was just making it."""

    value: T
    kept: bool


@dataclass(frozen=True, slots=True)
class KindStats:
    """Of one kind since this process started. hit_rate in 0..1, None before the first question."""

    name: str
    lifetime_s: float | None
    hits: int
    misses: int

    @property
    def hit_rate(self) -> float | None:
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


class Cache:
    """Redis while its link is up, else this process's memory. Values travel as their shape writes them: as data, in
    which nothing can run.

    A value that does not have its shape (damaged, of another version) counts as absent.
    """

    def __init__(self, *, redis: RedisLink | None = None, memory: MemoryStore | None = None) -> None:
        self._redis = redis
        self._memory = MemoryStore() if memory is None else memory  # an empty one counts as false
        self._making: dict[str, asyncio.Task[Found[Any]]] = {}
        self._hits: Counter[str] = Counter()
        self._misses: Counter[str] = Counter()

    @property
    def store(self) -> Literal["memory", "redis"]:
        """Where things are kept just now."""
        return "redis" if self._redis is not None and self._redis.state.up else "memory"

    def stats(self) -> list[KindStats]:
        return [KindStats(kind.name, kind.lifetime_s, self._hits[kind.name], self._misses[kind.name]) for kind in KINDS]

    async def get_or_make(
        self,
        kind: Kind,
        key: str,
        make: Callable[[], Awaitable[T]],
        *,
        shape: Shape[T],
        version: str = "",
        fresh: bool = False,
    ) -> Found[T]:
        """The kept value of `key`, else what `make` gives, which is then kept.

        version: what the value was made from (the catalogue's state, a model); another one is another value.
        fresh: do not look for a kept value; one that is just being made is fresh enough.
        Raises what `make` raises, to everybody who waited for it; nothing is kept then.
        """
        name = _name(kind, key, version)
        value = None if fresh else _read(shape, await self._get(name))
        if value is not None:
            self._hits[kind.name] += 1
            return Found(value, kept=True)
        joined = name in self._making
        if not joined:
            self._making[name] = asyncio.create_task(self._make(kind, name, make, shape, fresh=fresh))
            self._making[name].add_done_callback(lambda task: self._made(name, task))
        # shielded: a client that goes away must not take the answer from those who wait for the same one
        found: Found[T] = await asyncio.shield(self._making[name])
        found = replace(found, kept=found.kept or joined)
        (self._hits if found.kept else self._misses)[kind.name] += 1
        return found

    def _made(self, name: str, task: asyncio.Task[Any]) -> None:
        del self._making[name]
        if not task.cancelled():
            task.exception()  # heard here too, for when nobody waits any more

    async def _make(
        self, kind: Kind, name: str, make: Callable[[], Awaitable[T]], shape: Shape[T], *, fresh: bool
    ) -> Found[T]:
        token, raw = await self._wait_for_turn(name)
        elsewhere = _read(shape, raw)
        if elsewhere is not None:
            return Found(elsewhere, kept=True)
        try:
            # another process may have made it, and given its turn up, since we looked
            value = None if fresh or self._redis is None else _read(shape, await self._get(name))
            if value is not None:
                return Found(value, kept=True)
            value = await make()
            await self._put(kind, name, shape.write(value))
        finally:
            await self._end_turn(name, token)
        return Found(value, kept=False)

    async def _wait_for_turn(self, name: str) -> tuple[str, bytes | None]:
        """(our token, None) once it is ours to make, ("", value) when another process made it meanwhile."""
        redis = self._redis
        token = secrets.token_hex(8)
        last = time.monotonic() + TURN_S
        while redis is not None and time.monotonic() < last:
            if await redis.attempt(
                lambda it: it.set(_turn(name), token, nx=True, px=int(TURN_S * 1000)), otherwise=True
            ):
                break
            await asyncio.sleep(LOOK_EVERY_S)
            raw = await self._get(name)
            if raw is not None:
                return "", raw
        return token, None

    async def _end_turn(self, name: str, token: str) -> None:
        if self._redis is not None:
            await self._redis.attempt(lambda it: it.eval(_GIVE_UP_TURN, 1, _turn(name), token))

    async def _get(self, name: str) -> bytes | None:
        if self._redis is not None and self._redis.state.up:
            kept = await self._redis.attempt(lambda it: it.get(name))
            if isinstance(kept, bytes):
                return kept
            if self._redis.state.up:
                return None
        return self._memory.get(name)

    async def _put(self, kind: Kind, name: str, value: bytes) -> None:
        if self._redis is not None and self._redis.state.up:
            lifetime_ms = None if kind.lifetime_s is None else int(kind.lifetime_s * 1000)
            if await self._redis.attempt(lambda it: it.set(name, value, px=lifetime_ms)):
                return
        self._memory.put(name, value, lifetime_s=kind.lifetime_s)


def _name(kind: Kind, key: str, version: str) -> str:
    digest = hashlib.sha256(f"{version}\0{key}".encode()).hexdigest()
    return f"cratedig:{FORMAT}:{kind.name}:{digest}"


def _turn(name: str) -> str:
    return f"{name}:turn"


def _read(shape: Shape[T], raw: bytes | None) -> T | None:
    return None if raw is None else shape.read(raw)
