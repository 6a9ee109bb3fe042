"""How strokes lie against the grid: swing, pushes and drags, and how loudly each place is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from cratedig.music.drums.kit import Voice
from cratedig.music.drums.meter import PPQ

STRAIGHT, MOST_SWING = 50.0, 75.0
"""Percent of a pair that its first note lasts: 50 is straight, 66.7 a triplet, 75 a dotted note."""

STEP: Final = Fraction(1, 4)
"""A sixteenth, in quarters: the step in which a feel counts the places of a bar."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How a voice is struck in a place, over `hits` strokes.

    push: mean ticks late (+) or early (-) of the swung grid, at PPQ; push_spread: its standard deviation. velocity:
    mean, 1..127; velocity_spread: its standard deviation.
    """

    push: float
    push_spread: float
    velocity: float
    velocity_spread: float
    hits: int

    def __post_init__(self) -> None:
        if not (1 <= self.velocity <= 127 and self.push_spread >= 0 and self.velocity_spread >= 0 and self.hits >= 0):
            raise ValueError(f"no touch: {self}")
        if not -PPQ <= self.push <= PPQ:
            raise ValueError(f"a push of {self.push:g} ticks is over a quarter")


@dataclass(frozen=True)
class Feel:
    """swing_8, swing_16: percent, 50..75. touches: by voice and step of the bar; step None is the voice anywhere.

    >>> Feel(swing_8=50.0).touch("kick", Fraction(0)) is None
    True
    """

    swing_8: float = STRAIGHT
    swing_16: float = STRAIGHT
    touches: Mapping[tuple[Voice, int | None], Touch] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name, swing in (("eighths", self.swing_8), ("sixteenths", self.swing_16)):
            if not STRAIGHT <= swing <= MOST_SWING:
                raise ValueError(f"a swing of {swing:g} % at {name} is outside {STRAIGHT:g}..{MOST_SWING:g} %")

    def touch(self, voice: Voice, place: Fraction) -> Touch | None:
        """How `voice` is struck at a place of the bar, in quarters; else anywhere; None where nothing is known."""
        step = place.numerator * STEP.denominator // place.denominator
        return self.touches.get((voice, step), self.touches.get((voice, None)))
