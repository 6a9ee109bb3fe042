"""Meters: how long a bar is, where its beats fall, and how heavy each place in it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, Self

PPQ: Final = 480
"""Ticks a quarter in everything Cratedig writes."""

_WRITTEN = re.compile(r"\s*(\d{1,3})\s*[/-]\s*(\d{1,3})\s*")
_GROUPS: Final = {5: (3, 2), 7: (2, 2, 3), 8: (3, 3, 2), 10: (3, 3, 2, 2), 11: (3, 3, 3, 2)}
MOST_BEATS, FINEST_UNIT = 64, 64


@dataclass(frozen=True)
class Meter:
    """`beats` beats a bar (1..64), each one `unit`-th of a whole note (1, 2, 4 .. 64). Places are in quarters.

    >>> Meter.parse("6/8").groups, Meter.parse("7/8").bar_quarters
    ((3, 3), Fraction(7, 2))
    """

    beats: int
    unit: int

    def __post_init__(self) -> None:
        if not 1 <= self.beats <= MOST_BEATS:
            raise ValueError(f"a bar of {self.beats} beats is outside 1..{MOST_BEATS}")
        if not 1 <= self.unit <= FINEST_UNIT or self.unit & (self.unit - 1):
            raise ValueError(f"a beat cannot be one {self.unit}th of a whole note: 1, 2, 4, 8, 16, 32 or 64")

    @classmethod
    def parse(cls, written: str) -> Self:
        """From "4/4" or "4-4". Raises ValueError for anything else, saying what is wrong."""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError(f"{written!r} is no meter: write it like 4/4 or 7/8")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"

    @cached_property
    def beat_quarters(self) -> Fraction:
        """The length of one beat as written, in quarters."""
        return Fraction(4, self.unit)

    @cached_property
    def bar_quarters(self) -> Fraction:
        """The length of a bar in quarters."""
        return self.beats * self.beat_quarters

    @property
    def bar_ticks(self) -> int:
        """The length of a bar at PPQ; exact, since the finest unit divides it."""
        return int(self.bar_quarters * PPQ)

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """The beats as written, gathered to what is felt as one: 6/8 is two threes, 7/8 is 2 + 2 + 3."""
        if self.unit < 8 and self.beats != 5 and self.beats != 7:
            return (1,) * self.beats
        if self.unit >= 8 and self.beats % 3 == 0:
            return (3,) * (self.beats // 3)
        if self.beats in _GROUPS:
            return _GROUPS[self.beats]
        return (2,) * (self.beats // 2) + (1,) * (self.beats % 2)

    @cached_property
    def pulses(self) -> tuple[Fraction, ...]:
        """Where what is felt as a beat begins, in quarters from the bar's beginning."""
        starts = (sum(self.groups[:at]) for at in range(len(self.groups)))
        return tuple(start * self.beat_quarters for start in starts)

    def weight(self, place: Fraction) -> int:
        """How heavy a place is: 0 on the first beat, -1 for each halving below (Longuet-Higgins & Lee 1984).

        >>> [Meter(4, 4).weight(Fraction(n, 2)) for n in range(8)]
        [0, -3, -2, -3, -1, -3, -2, -3]
        """
        place %= self.bar_quarters
        if place == 0:
            return 0
        if place in self.pulses:
            half = len(self.pulses) % 2 == 0 and self.pulses.index(place) == len(self.pulses) // 2
            return -1 if half else -2
        return -2 - self._depth(place)

    def _depth(self, place: Fraction) -> int:
        """How often the beat a place lies in is divided until it lies on a part of it; 5 where it never does."""
        begin = max(pulse for pulse in self.pulses if pulse <= place)
        width = self.groups[self.pulses.index(begin)] * self.beat_quarters
        within = (place - begin) / width
        first = 3 if width / self.beat_quarters == 3 else 2
        return next((depth for depth in range(1, 5) if (within * first * 2 ** (depth - 1)).denominator == 1), 5)


COMMON: Final = Meter(4, 4)
