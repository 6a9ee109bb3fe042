"""What the features are made of: the strokes of a performance by sort of drum, place and force, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.played import Played

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

SORTS: Final = {
    "kick": (35, 36), "snare": (38, 40), "stick": (37, 39), "closed hat": (42,), "pedal hat": (44,), "open hat": (46,),
    "low tom": (41, 43), "mid tom": (45, 47), "high tom": (48, 50), "crash": (49, 52, 55, 57), "ride": (51, 59),
    "bell": (53,), "other": (),
}  # fmt: skip
"""General MIDI notes by what drummers use them for."""
KICK, SNARE, STICK, CLOSED, PEDAL, OPEN, LOW_TOM, _, HIGH_TOM, CRASH, RIDE, BELL, OTHER = range(len(SORTS))
_SORT_OF: Final = np.full(128, OTHER)
for _at, _notes in enumerate(SORTS.values()):
    _SORT_OF[list(_notes)] = _at

LIMBS: Final = np.array([0, 1, 1, 2, 4, 2, 3, 3, 3, 5, 2, 2, 5])
"""Sorts by what plays together: kick, snare, what keeps time, toms, the pedal, cymbals and all else."""
BAR: Final = 4 * PPQ
SIXTEENTHS: Final = 16
"""Places of a bar; those of longer bars are folded onto them."""
STEP: Final = PPQ // 4
ABSENT: Final = -1.0
"""What stands where there is nothing to measure."""


@dataclass(frozen=True, eq=False)
class Rows:
    """One row a stroke, in order of bar, place and note; shape (n,) each.

    sort: an index of SORTS. bar: from 0 on, of the bars that have strokes. tick: where it sounds, from the bar's
    beginning. begin: the bar's own beginning, all bars of BAR ticks, from the first that has strokes.
    """

    sort: Integers
    bar: Integers
    begin: Integers
    place: Integers
    push: Floats
    velocity: Floats
    tempo_bpm: float

    @classmethod
    def of(cls, played: Played) -> Rows:
        """The rows of a performance; at least one stroke."""
        return cls(
            sort=_SORT_OF[played.note],
            bar=np.unique(played.bar, return_inverse=True)[1],
            begin=(played.bar - played.bar.min()) * BAR,
            place=played.place,
            push=played.push.astype(np.float64),
            velocity=played.velocity.astype(np.float64),
            tempo_bpm=played.tempo_bpm,
        )

    def __len__(self) -> int:
        return len(self.sort)

    @cached_property
    def bars(self) -> int:
        return int(self.bar[-1]) + 1

    @cached_property
    def tick(self) -> Integers:
        return self.place + self.push.astype(np.int64)

    @cached_property
    def step(self) -> Integers:
        """The nearest sixteenth to where it sounds, 0..15."""
        step: Integers = np.rint(self.tick / STEP).astype(np.int64) % SIXTEENTHS
        return step

    def are(self, *sorts: int) -> Flags:
        """Which strokes are of these sorts."""
        table = np.zeros(len(SORTS), dtype=bool)
        table[list(sorts)] = True
        found: Flags = table[self.sort]
        return found

    @cached_property
    def hat(self) -> Flags:
        return self.are(CLOSED, OPEN)

    @cached_property
    def keeper(self) -> Flags:
        """What time is kept on: hat and ride."""
        return self.are(CLOSED, OPEN, RIDE, BELL)

    @cached_property
    def shares(self) -> Floats:
        """Of all strokes, by sort; shape (13,)."""
        shares: Floats = np.bincount(self.sort, minlength=len(SORTS)) / len(self)
        return shares

    def chance(self, rows: Flags) -> Floats:
        """In how many of the bars such a stroke falls on each sixteenth, 0..1; shape (16,)."""
        struck = np.zeros((self.bars, SIXTEENTHS))
        struck[self.bar[rows], self.step[rows]] = 1
        chance: Floats = struck.mean(axis=0)
        return chance

    def patterns(self) -> Floats:
        """Which limb strikes where, bar by bar, 0 or 1; shape (bars, limbs, 16)."""
        struck = np.zeros((self.bars, int(LIMBS.max()) + 1, SIXTEENTHS))
        struck[self.bar, LIMBS[self.sort], self.step] = 1
        return struck


def mean(values: Floats) -> float:
    """ABSENT of nothing."""
    return float(values.mean()) if len(values) else ABSENT


def spread(values: Floats) -> float:
    """The standard deviation, ABSENT of fewer than two."""
    return float(values.std()) if len(values) > 1 else ABSENT


def quantiles(values: Floats, at: Sequence[float]) -> list[float]:
    """ABSENT of nothing."""
    return list(np.quantile(values, at)) if len(values) else [ABSENT] * len(at)


def share(part: float, whole: float) -> float:
    """part / whole, 0 of nothing."""
    return float(part / whole) if whole else 0.0


def shares_between(values: NDArray[np.number], edges: Sequence[float]) -> list[float]:
    """How many of the values lie between two edges and the next, as shares of all."""
    return list(np.histogram(values, bins=[*edges, np.inf])[0] / max(1, len(values)))


def following(values: Floats, lag: int) -> float:
    """Correlation of values with those `lag` later, -1..1; 0 where it is not defined."""
    if len(values) <= lag + 3:
        return 0.0
    return correlated(values[:-lag], values[lag:])


def correlated(one: Floats, other: Floats) -> float:
    """Pearson's r, 0 where it is not defined."""
    one, other = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / norm if norm > 0 else 0.0
