"""Whether a process grows: a straight line through its resident memory, with the line's error."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, field

import psutil

EVERY_S = 1.0


@dataclass
class Memory:
    """Seconds since the start, and the resident memory then in MiB."""

    samples: list[tuple[float, float]] = field(default_factory=list)

    async def watch(self, pid: int, until: float) -> None:
        started, process = time.monotonic(), psutil.Process(pid)
        while time.monotonic() < until:
            self.samples.append((time.monotonic() - started, process.memory_info().rss / 2**20))
            await asyncio.sleep(EVERY_S)


@dataclass(frozen=True)
class Slope:
    """MiB a minute, and its standard error (which takes neighbouring samples for independent: it is a lower bound)."""

    mib_per_minute: float
    error: float


def slope(samples: list[tuple[float, float]]) -> Slope:
    """Least squares through the samples. Raises ValueError for less than three."""
    n = len(samples)
    if n < 3:
        raise ValueError(f"{n} samples make no line")
    mean_t = sum(t for t, _ in samples) / n
    mean_m = sum(m for _, m in samples) / n
    spread = sum((t - mean_t) ** 2 for t, _ in samples)
    rise = sum((t - mean_t) * (m - mean_m) for t, m in samples) / spread
    rest = sum((m - mean_m - rise * (t - mean_t)) ** 2 for t, m in samples)
    return Slope(rise * 60, math.sqrt(rest / (n - 2) / spread) * 60)
