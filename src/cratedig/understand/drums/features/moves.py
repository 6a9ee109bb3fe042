"""What follows what: strokes that sound together as one, from each to the next, and how long between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cratedig.understand.drums.features.rows import (
    BELL,
    CLOSED,
    CRASH,
    KICK,
    OPEN,
    PEDAL,
    RIDE,
    SNARE,
    SORTS,
    Flags,
    Floats,
    Integers,
    Rows,
    share,
    shares_between,
)

TOGETHER = 60
"""Ticks: strokes that round to the same multiple sound together."""
SETS = 8  # of kick, snare and what keeps time, together or not
KEEPERS = (CLOSED, OPEN, RIDE, BELL)
ONSETS = (0, 30, 50, 70, 100, 140, 180, 260, 380, 500)
GAPS = (0, 90, 140, 200, 280, 420, 540, 800, 1100)
"""Edges in ticks: from one onset to the next, and from one stroke of a limb to its next."""


@dataclass(frozen=True, eq=False)
class Moments:
    """What sounds together, in order. struck: (moments, sorts)."""

    struck: Flags
    bars: int

    @classmethod
    def of(cls, rows: Rows) -> Moments:
        """By when strokes sound."""
        return cls._at(rows, np.rint((rows.begin + rows.tick) / TOGETHER).astype(np.int64))

    @classmethod
    def of_places(cls, rows: Rows) -> Moments:
        """By the places that strokes are written in."""
        return cls._at(rows, rows.begin + rows.place)

    @classmethod
    def _at(cls, rows: Rows, at: Integers) -> Moments:
        moments, which = np.unique(at, return_inverse=True)
        struck = np.zeros((len(moments), len(SORTS)), dtype=bool)
        struck[which, rows.sort] = True
        return cls(struck, rows.bars)

    @property
    def kept(self) -> Flags:
        """In which something keeps time."""
        return np.asarray(self.struck[:, list(KEEPERS)].any(axis=1))

    @property
    def sets(self) -> Integers:
        """0..7: 1 the kick, 2 the snare, 4 what keeps time, and their sums."""
        sets: Integers = self.struck[:, KICK] + 2 * self.struck[:, SNARE] + 4 * self.kept
        return sets


def together(moments: Moments) -> list[float]:
    """How many limbs at once, moments a bar, and what is struck with what; 11 numbers."""
    struck, many = moments.struck, moments.struck.sum(axis=1)
    kick, snare, pedal, crash, kept = *(struck[:, sort] for sort in (KICK, SNARE, PEDAL, CRASH)), moments.kept
    return [
        float(many.mean()), float((many > 1).mean()), float((many > 2).mean()), len(struck) / moments.bars,
        _with(kick, kept), _with(snare, kept), _with(kick, snare), _with(pedal, snare),
        float((snare & crash).sum()) / moments.bars, float((kick & crash).sum()) / moments.bars, _with(pedal, kick),
    ]  # fmt: skip


def _with(one: Flags, other: Flags) -> float:
    """Of the moments of one, those that have the other too."""
    return share((one & other).sum(), one.sum())


def order(moments: Moments) -> list[float]:
    """Which of kick, snare and time-keeping follows which, as shares of all steps; and kick against snare alone."""
    sets = moments.sets
    lone = sets[sets % 4 > 0] % 4 - 1
    kinds = np.bincount(sets, minlength=SETS) / len(sets)
    return [*steps(sets, SETS).ravel(), *kinds, *steps(lone, 3).ravel()]


def steps(states: Integers, many: int) -> Floats:
    """How often each of `many` states is followed by each, as shares of all steps; (many, many)."""
    counted = np.zeros((many, many))
    np.add.at(counted, (states[:-1], states[1:]), 1)
    return counted / max(1, len(states) - 1)


def gaps(rows: Rows) -> list[float]:
    """How long from one onset to the next: of all strokes, kick, snare, and what keeps time; 37 numbers."""
    at = rows.begin + rows.tick
    between = np.diff(np.unique(at))
    told = shares_between(between[between > 12], ONSETS)
    for part in (rows.are(KICK), rows.are(SNARE), rows.keeper):
        told += shares_between(np.diff(np.unique(at[part])), GAPS)
    return told
