"""Where the time of an answer went."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Stopwatch:
    """Milliseconds by stage, on the monotonic clock; without gaps, so that they add up to the whole.

    One that was started elsewhere on this machine goes on where its stages end.
    """

    started: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)
    _lap: float = field(init=False)

    def __post_init__(self) -> None:
        self._lap = self.started + sum(self.stages.values()) / 1000.0

    def lap(self, stage: str) -> None:
        """Ends a stage; a stage may end several times."""
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + (now - self._lap) * 1000.0, 3)
        self._lap = now

    @property
    def total_ms(self) -> float:
        """From the start to the end of the last stage."""
        return round((self._lap - self.started) * 1000.0, 3)
