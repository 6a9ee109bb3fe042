"""The circuit breaker: a host that keeps failing is left alone for a while (Nygard, Release It!, "Circuit Breaker")."""

from __future__ import annotations

import hashlib
import math
from typing import Protocol

from cratedig.errors import CircuitOpen
from cratedig.net.turns import Clock

FAILURES_TO_OPEN = 5
COOLING_S = 30.0
FORGOTTEN_S = 600.0  # failures further apart than this are not one trouble
MOST_COUNTS = 10_000


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


class Breaker:
    """Closed: every request passes. After 5 failures on end it is open: none passes for 30 s, then one tries."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    async def admit(self, host: str) -> None:
        """Raises CircuitOpen while `host` is to be left alone."""
        failures, opened, probe = _keys(host)
        if await self._counts.read(failures) < FAILURES_TO_OPEN:
            return
        cooling = await self._counts.read(opened) > 0
        if cooling or await self._counts.add(probe, lifetime_s=COOLING_S) > 1:
            raise CircuitOpen(
                f"{host} failed {FAILURES_TO_OPEN} times on end and is left alone for {COOLING_S:g} s.",
                hint="Try again later.",
            )

    async def succeeded(self, host: str) -> None:
        await self._counts.forget(*_keys(host))

    async def failed(self, host: str) -> None:
        failures, opened, probe = _keys(host)
        if await self._counts.add(failures, lifetime_s=FORGOTTEN_S) >= FAILURES_TO_OPEN:
            await self._counts.add(opened, lifetime_s=COOLING_S)
            await self._counts.forget(probe)


def _keys(host: str) -> tuple[str, str, str]:
    named = hashlib.sha256(host.encode()).hexdigest()[:32]
    return f"{named}:failures", f"{named}:open", f"{named}:probe"
