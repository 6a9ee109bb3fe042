"""The one door to Redis: whatever goes wrong behind it costs a caller `timeout_s` once, and never an error.

A failed or slow attempt marks the link down. While it is down every attempt gives its fallback at once; a background
task asks Redis by itself and marks the link up again when it answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self, TypeVar, overload

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from cratedig.log import logger

T = TypeVar("T")
D = TypeVar("D")

PROBE_FIRST_S = 1.0
PROBE_LAST_S = 8.0  # the pause doubles up to this
MOST_CONNECTIONS = 20


@dataclass(frozen=True, slots=True)
class LinkState:
    """up: Redis answered last. reason: why not, without its address. since_s: seconds in this state."""

    up: bool
    reason: str
    since_s: float


class RedisLink:
    """Guarded access to one Redis. Of one event loop; used as an async context manager.

    Raises ValueError where `url` is not redis://, rediss:// or unix://.
    """

    def __init__(self, url: str, *, timeout_s: float = 0.25) -> None:
        self.timeout_s = timeout_s
        pool = BlockingConnectionPool.from_url(  # who finds all connections busy waits a moment; it is no failure
            url,
            timeout=timeout_s,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
            max_connections=MOST_CONNECTIONS,
            protocol=2,  # without the second handshake of RESP3
        )
        self._client: Redis = Redis.from_pool(pool)
        self._turns = asyncio.Semaphore(MOST_CONNECTIONS)
        self._up = True
        self._reason = ""
        self._since = time.monotonic()
        self._probe: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Tries it once: an absent Redis is marked down before the first request comes."""
        await self.attempt(_ping)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends the probe and closes every connection."""
        if self._probe is not None:
            self._probe.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._probe
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            await self._client.aclose()

    @property
    def state(self) -> LinkState:
        return LinkState(up=self._up, reason=self._reason, since_s=time.monotonic() - self._since)

    @overload
    async def attempt(self, ask: Callable[[Redis], Awaitable[T]]) -> T | None: ...

    @overload
    async def attempt(self, ask: Callable[[Redis], Awaitable[T]], *, otherwise: D) -> T | D: ...

    async def attempt(self, ask: Callable[[Redis], Awaitable[T]], *, otherwise: D | None = None) -> T | D | None:
        """What `ask` gets of Redis; `otherwise` when Redis is down, fails, or is not done within `timeout_s`.

        Never raises for anything Redis does. `ask` may send several commands: all of them share the one deadline.
        """
        if not self._up:
            return otherwise
        try:
            async with asyncio.timeout(self.timeout_s), self._turns:
                if self._up:  # else who had this turn before lost its time already: redis-py would begin anew
                    return await ask(self._client)
        except TimeoutError:
            self._mark_down(f"no answer within {self.timeout_s * 1000:g} ms")
        except (RedisError, OSError) as error:
            self._mark_down(_in_words(error))
        return otherwise

    def _mark_down(self, reason: str) -> None:
        if not self._up:  # another request was first
            return
        logger(__name__).warning("Redis does not answer; going on without it", reason=reason)
        self._up, self._reason, self._since = False, reason, time.monotonic()
        self._probe = asyncio.create_task(self._ask_until_up())

    async def _ask_until_up(self) -> None:
        pause = PROBE_FIRST_S
        while True:
            await asyncio.sleep(pause)
            pause = min(2 * pause, PROBE_LAST_S)
            try:
                async with asyncio.timeout(self.timeout_s):
                    await _ping(self._client)
            except TimeoutError:
                self._reason = f"no answer within {self.timeout_s * 1000:g} ms"
            except (RedisError, OSError) as error:
                self._reason = _in_words(error)
            else:
                logger(__name__).info("Redis answers again")
                self._up, self._reason, self._since = True, "", time.monotonic()
                return


async def _ping(client: Redis) -> bool:
    """True when Redis takes writes from us: a replica or a full one answers PING all the same."""
    return bool(await client.set("cratedig:ping", b"1", px=1000))


def _in_words(error: Exception) -> str:
    """The kind of error and the first words of what Redis said; its address may hold the password, so it is cut."""
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    said = getattr(cause, "strerror", None) if isinstance(cause, OSError) else str(cause)
    return f"{type(error).__name__}: {said or 'closed'}"[:120]
