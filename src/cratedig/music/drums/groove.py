"""Bars of hits. Where a hit is written and how it is felt are kept apart: a place on the grid, and a push off it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from cratedig.music.drums.kit import Drum
from cratedig.music.drums.meter import PPQ, Meter

MOST_BARS = 4096
TEMPI_BPM = (20.0, 400.0)


@dataclass(frozen=True, slots=True)
class Hit:
    """One stroke. place: quarters from the bar's beginning, a whole number of ticks; push: ticks late (+) or early (-).

    velocity: 1..127.

    >>> from cratedig.music.drums.kit import SNARE
    >>> Hit(SNARE, Fraction(1), velocity=96, push=-7).tick
    473
    """

    drum: Drum
    place: Fraction
    velocity: int
    push: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.velocity <= 127:
            raise ValueError(f"velocity {self.velocity} is outside 1..127")
        if self.place.numerator < 0 or PPQ % self.place.denominator:
            raise ValueError(f"place {self.place} is no whole number of ticks from the bar's beginning")

    @property
    def tick(self) -> int:
        """Where it sounds, in ticks at PPQ from the bar's beginning; below 0 where it is pushed before the bar."""
        return self.place.numerator * PPQ // self.place.denominator + self.push


@dataclass(frozen=True, slots=True)
class Bar:
    """The hits of one bar by place, then note; a drum is hit once in a place."""

    meter: Meter
    hits: tuple[Hit, ...] = ()

    def __post_init__(self) -> None:
        keys = [(hit.tick - hit.push, hit.drum.note) for hit in self.hits]
        if keys and max(keys)[0] >= self.meter.bar_ticks:
            raise ValueError(f"a hit lies beyond the end of a bar of {self.meter}")
        if any(now >= then for now, then in pairwise(keys)):
            raise ValueError("the hits of a bar are in order of place and note, each once")


@dataclass(frozen=True, slots=True)
class Groove:
    """Bars one after another at a tempo in quarters a minute."""

    bars: tuple[Bar, ...]
    tempo_bpm: float

    def __post_init__(self) -> None:
        low, high = TEMPI_BPM
        if not low <= self.tempo_bpm <= high:
            raise ValueError(f"tempo {self.tempo_bpm:g} is outside {low:g}..{high:g} quarters a minute")
        if not 1 <= len(self.bars) <= MOST_BARS:
            raise ValueError(f"a groove of {len(self.bars)} bars is outside 1..{MOST_BARS}")

    @property
    def length_ticks(self) -> int:
        """The end of the last bar, at PPQ."""
        return sum(bar.meter.bar_ticks for bar in self.bars)

    @property
    def length_s(self) -> float:
        return self.length_ticks * 60.0 / (self.tempo_bpm * PPQ)

    def sounding(self) -> Iterator[tuple[int, Hit]]:
        """Every hit with the tick at which it sounds from the groove's beginning, bar by bar."""
        begin = 0
        for bar in self.bars:
            for hit in bar.hits:
                yield begin + hit.tick, hit
            begin += bar.meter.bar_ticks
