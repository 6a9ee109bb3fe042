"""Turns: how often and how many at once a host is asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from cratedig.errors import NotYet

MOST_LANES = 4096


class Clock(Protocol):
    """Monotonic seconds, and waiting in them."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class MonotonicClock:
    """The real one."""

    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SharedTurns(Protocol):
    """Turns that other processes take too."""

    async def claim(self, host: str, interval_s: float) -> float:
        """0.0 when the turn is ours now; else the seconds to wait before asking again."""
        ...


@dataclass(slots=True)
class _Lane:
    """One host's queue. open_at: when the next request may start. busy: requests under way."""

    open_at: float = 0.0
    busy: int = 0
    left: asyncio.Condition = field(default_factory=asyncio.Condition)


class Turns:
    """Every request to a host waits here for its turn."""

    def __init__(self, clock: Clock, shared: SharedTurns | None = None) -> None:
        self._clock = clock
        self._shared = shared
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, interval_s: float, connections: int, patience_s: float) -> AsyncIterator[None]:
        """The block runs as one of `connections`, `interval_s` after the one before.

        Raises NotYet at once where the turn would come later than `patience_s`.
        """
        lane = self._lane(host)
        async with lane.left:
            await lane.left.wait_for(lambda: lane.busy < connections)
            lane.busy += 1
        try:
            await self._wait(lane, host, interval_s, patience_s)
            yield
        finally:
            lane.busy -= 1
            async with lane.left:
                lane.left.notify_all()

    async def due(self, host: str, *, patience_s: float) -> None:
        """Waits until a turn of `host` could begin, and takes none. Raises NotYet as `turn` does."""
        await self._until_open(self._lane(host), host, patience_s)

    def pause(self, host: str, seconds: float) -> None:
        """No request to `host` starts within `seconds` (a Retry-After)."""
        lane = self._lane(host)
        lane.open_at = max(lane.open_at, self._clock.now() + seconds)

    async def _until_open(self, lane: _Lane, host: str, patience_s: float) -> None:
        while (wait_s := lane.open_at - self._clock.now()) > 0:
            if wait_s > patience_s:
                raise NotYet(f"{host} may not be asked again for {wait_s:,.0f} s.")
            await self._clock.sleep(wait_s)

    async def _wait(self, lane: _Lane, host: str, interval_s: float, patience_s: float) -> None:
        await self._until_open(lane, host, patience_s)
        lane.open_at = self._clock.now() + interval_s
        if self._shared is not None and interval_s > 0:
            while (wait_s := await self._shared.claim(host, interval_s)) > 0:
                await self._clock.sleep(wait_s)
            lane.open_at = self._clock.now() + interval_s

    def _lane(self, host: str) -> _Lane:
        if len(self._lanes) >= MOST_LANES and host not in self._lanes:
            now = self._clock.now()
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.busy or lane.open_at > now}
        return self._lanes.setdefault(host, _Lane())
