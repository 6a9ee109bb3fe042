"""Mood as a point of the valence-arousal plane (Russell 1980, "A circumplex model of affect")."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Mood:
    """Valence (sad -1 .. +1 happy) and arousal (calm -1 .. +1 excited).

    >>> Mood(0.3, 0.4).distance(Mood(0.0, 0.0))
    0.5
    """

    valence: float
    arousal: float

    def __post_init__(self) -> None:
        for name, value in (("valence", self.valence), ("arousal", self.arousal)):
            if not -1.0 <= value <= 1.0:  # also refuses NaN
                raise ValueError(f"{name} {value} is outside -1..1")

    @classmethod
    def clipped(cls, valence: float, arousal: float) -> Self:
        """The nearest mood to a point that may lie off the plane."""
        return cls(min(1.0, max(-1.0, valence)), min(1.0, max(-1.0, arousal)))

    def distance(self, other: Mood) -> float:
        """Euclidean distance, 0 .. 2*sqrt(2)."""
        return math.hypot(self.valence - other.valence, self.arousal - other.arousal)

    @property
    def quadrant(self) -> str:
        """The name of the plane's quarter: excited, tense, sad or calm."""
        if self.arousal >= 0:
            return "excited" if self.valence >= 0 else "tense"
        return "calm" if self.valence >= 0 else "sad"


NEUTRAL = Mood(0.0, 0.0)
