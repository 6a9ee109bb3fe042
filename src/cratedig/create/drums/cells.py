"""The cells of a bar: each place it has, with each drum that is struck there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.create.drums.places import FINE, beats
from cratedig.music.drums.kit import DRUMS, PEDAL_HAT, VOICES, Drum, Voice
from cratedig.music.drums.meter import PPQ, Meter

Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

KICKS, SNARES, TIME, REST = range(4)
"""The order in which the drums of a place are drawn."""


FEET: Final = frozenset({35, 36, PEDAL_HAT.note})


def by_hand(drum: Drum) -> bool:
    """Whether a stick strikes it, not a foot."""
    return drum.note not in FEET


def rank(drum: Drum) -> int:
    """When a drum is drawn, and what it can be drawn upon: the kick first, then snare, then what keeps time."""
    return {"kick": KICKS, "snare": SNARES, "hat": TIME, "ride": TIME}.get(drum.voice, REST)


@dataclass(frozen=True, eq=False)
class Cells:
    """Places and drums of a meter, ascending by tick and note; shape (cells,) each."""

    meter: Meter
    tick: Integers
    note: Integers

    @cached_property
    def at(self) -> dict[tuple[int, int], int]:
        """The number of a cell by its tick and note."""
        return {key: at for at, key in enumerate(zip(self.tick.tolist(), self.note.tolist(), strict=True))}

    @cached_property
    def places(self) -> tuple[Fraction, ...]:
        """In quarters."""
        return tuple(Fraction(tick, PPQ) for tick in self.tick.tolist())

    @cached_property
    def drums(self) -> tuple[Drum, ...]:
        return tuple(DRUMS[note] for note in self.note.tolist())

    @cached_property
    def rank(self) -> Integers:
        return np.array([rank(drum) for drum in self.drums])

    @cached_property
    def by_rank(self) -> tuple[Integers, ...]:
        """The cells of each rank, in the order in which they are drawn."""
        return tuple(np.flatnonzero(self.rank == drawn) for drawn in (KICKS, SNARES, TIME, REST))

    @cached_property
    def timekeeping(self) -> Bools:
        """Cymbals that a stick strikes: what keeps time is one of them."""
        return np.array([drum.voice in ("hat", "ride", "crash") and by_hand(drum) for drum in self.drums], dtype=bool)

    @cached_property
    def by_foot(self) -> Bools:
        return np.array([not by_hand(drum) for drum in self.drums])

    @cached_property
    def weight(self) -> Integers:
        """Metrical weights, 0 and below."""
        return np.array([self.meter.weight(place) for place in self.places])

    @cached_property
    def slot(self) -> Integers:
        """The number of each cell's place among the places there are."""
        return np.unique(self.tick, return_inverse=True)[1]

    @cached_property
    def grids(self) -> tuple[Bools, Bools]:
        """Which cells lie on quarters of their beat, and which on sixths; of beats of three, on sixths in both."""
        even, threes = np.zeros(len(self), dtype=bool), np.zeros(len(self), dtype=bool)
        for beat in beats(self.meter):
            within = self.tick - beat.begin
            inside = (within >= 0) & (within < beat.length)
            sixths = inside & (within * 6 % beat.length == 0)
            even |= sixths if beat.threes else inside & (within * 4 % beat.length == 0)
            threes |= sixths
        return even, threes

    @cached_property
    def around(self) -> list[tuple[list[int], list[int]]]:
        """For each cell the others that hands strike within FINE of it, and all others of its very place."""
        hand = np.array([by_hand(drum) for drum in self.drums])
        found = []
        for cell, tick in enumerate(self.tick.tolist()):
            close = np.flatnonzero((np.abs(self.tick - tick) <= FINE) & hand).tolist()
            same = np.flatnonzero(self.tick == tick).tolist()
            found.append(([at for at in close if at != cell], [at for at in same if at != cell]))
        return found

    @cached_property
    def _voiced(self) -> dict[Voice, Bools]:
        return {voice: np.array([drum.voice == voice for drum in self.drums]) for voice in VOICES}

    def voiced(self, voice: Voice) -> Bools:
        """Which cells are of a voice."""
        return self._voiced[voice]

    def of(self, *drums: Drum) -> Bools:
        """Which cells are of these drums."""
        return np.isin(self.note, [drum.note for drum in drums])

    def __len__(self) -> int:
        return len(self.tick)
