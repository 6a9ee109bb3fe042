"""The circuit breaker: who keeps failing is left alone for a while (Nygard, Release It!, "Circuit Breaker")."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

from cratedig.cache.counts import Counts
from cratedig.errors import CircuitOpen

FAILURES_TO_OPEN = 5
FORGOTTEN_S = 600.0  # failures further apart than this are not one trouble


@dataclass(frozen=True, slots=True)
class Cooling:
    """How long an open circuit stays so: `first_s` the first time, doubled each time the probe fails, up to `most_s`.

    jitter: each is longer or shorter by up to this share, so that processes do not all come back at one moment.
    probe_s: how long a probe may take before another may try.
    """

    first_s: float = 30.0
    most_s: float = 30.0
    jitter: float = 0.0
    probe_s: float = 30.0

    def seconds(self, opened: int, chance: float) -> float:
        """opened: how many times on end, from 1. chance: 0..1, which end of the jitter.

        >>> [Cooling(first_s=2, most_s=8).seconds(opened, 0.5) for opened in (1, 2, 3, 4)]
        [2.0, 4.0, 8.0, 8.0]
        """
        plain = min(self.most_s, self.first_s * 2.0 ** (opened - 1))
        return plain * (1.0 + self.jitter * (2.0 * chance - 1.0))


_HALF_A_MINUTE = Cooling()


class Breaker:
    """Closed: everything passes. After 5 failures on end it is open: nothing passes until it cooled, then one tries."""

    def __init__(self, counts: Counts, cooling: Cooling = _HALF_A_MINUTE) -> None:
        self._counts = counts
        self._cooling = cooling

    async def admit(self, name: str) -> None:
        """Raises CircuitOpen while `name` is to be left alone."""
        failures, opened, probe, _ = _keys(name)
        if await self._counts.read(failures) < FAILURES_TO_OPEN:
            return
        cooling = await self._counts.read(opened) > 0
        if cooling or await self._counts.add(probe, lifetime_s=self._cooling.probe_s) > 1:
            raise CircuitOpen(
                f"{name} failed {FAILURES_TO_OPEN} times on end and is left alone for a while.", hint="Try again later."
            )

    async def is_open(self, name: str) -> bool:
        """Whether `name` is left alone just now. Takes no probe's place."""
        failures, opened, *_ = _keys(name)
        return await self._counts.read(failures) >= FAILURES_TO_OPEN and await self._counts.read(opened) > 0

    async def succeeded(self, name: str) -> None:
        await self._counts.forget(*_keys(name))

    async def failed(self, name: str) -> None:
        failures, opened, probe, times = _keys(name)
        if await self._counts.add(failures, lifetime_s=FORGOTTEN_S) < FAILURES_TO_OPEN:
            return
        if await self._counts.read(opened) == 0:
            again = await self._counts.add(times, lifetime_s=FORGOTTEN_S)
            await self._counts.add(opened, lifetime_s=self._cooling.seconds(again, random.random()))  # noqa: S311 - spreads load, hides nothing
        await self._counts.forget(probe)


def _keys(name: str) -> tuple[str, str, str, str]:
    hashed = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{hashed}:failures", f"{hashed}:open", f"{hashed}:probe", f"{hashed}:times"
