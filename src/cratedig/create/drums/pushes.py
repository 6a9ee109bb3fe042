"""How late or early strokes are of the swung grid, such that they leave its swing as it is."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from cratedig.create.drums.line import Floats, Integers, Line
from cratedig.music.drums.feel import Feel
from cratedig.music.drums.swing import EIGHTH, SIXTEENTH

MOST_SPREADS: Final = 2.0  # a push is drawn within so many standard deviations of its mean
DRIFT: Final = 0.42
"""Of the variance of pushes, what is common to all limbs and lasts: a player's time wanders (Hennig et al. 2011, "The
nature and perception of fluctuations in human musical rhythms"). From 88 performances of groove_midi: the limbs' pushes
in one place correlate by 0.46; those of onsets 1, 4, 8, 16 apart by 0.49, 0.35, 0.21, 0.06."""
LASTS: Final = 0.89  # what is left of it from one onset to the next; of the same figures
MOST_WEIGHED: Final = 30.0
"""Ticks: what is later or earlier counts as this much when pairs are made even. Then more swing moves a stroke further
than it can change what makes the pairs even, and is never earlier."""


def pushes(strokes: Line, feel: Feel, noise: Floats) -> Floats:
    """Ticks late (+) or early (-), by stroke. noise: standard normal, shape (2, strokes).

    The median pair of eighths, and of sixteenths, is as unequal as without any push (so swing is measured:
    cratedig.understand.drums.swing); a voice stays late or early against the others.
    """
    mean = np.array([touch.push if touch else 0.0 for touch in strokes.touches])
    spread = np.array([touch.push_spread if touch else 0.0 for touch in strokes.touches])
    drawn = np.clip(_wandering(strokes.written, *noise), -MOST_SPREADS, MOST_SPREADS)
    return _even(strokes, (feel.swing_8 / 100, feel.swing_16 / 100), mean + spread * drawn)


def _wandering(ticks: Integers, own: Floats, common: Floats) -> Floats:
    """Standard normal by hit: what each limb does, and what all do together, which wanders from onset to onset."""
    _, firsts, at = np.unique(ticks, return_index=True, return_inverse=True)
    drift, level = [], 0.0
    for number, chance in enumerate(common[firsts].tolist()):
        level = chance if number == 0 else LASTS * level + math.sqrt(1 - LASTS**2) * chance
        drift.append(level)
    drawn: Floats = math.sqrt(DRIFT) * np.array(drift)[at] + math.sqrt(1 - DRIFT) * own
    return drawn


def _even(strokes: Line, swing: tuple[float, float], pushed: Floats) -> Floats:
    """Strokes off the beat moved together, until half of them are later in their pairs than the grid, and half earlier.

    What is struck in one place is one note of a pair; where a pair's first note or the next one's is not struck, the
    median of those on the beat stands for it.
    """
    ticks, kinds = strokes.written, strokes.parts
    pushed = np.maximum(pushed, -ticks)  # nothing sounds before the first beat
    usual = float(np.median(pushed[kinds == "beat"])) if (kinds == "beat").any() else 0.0
    for kind, half, first in (("off eighth", EIGHTH, swing[0]), ("off sixteenth", SIXTEENTH, swing[1])):
        if (off := kinds == kind).any():
            late = _onsets(ticks, pushed)
            before, after = ([late.get(tick + by, usual) for tick in np.unique(ticks[off])] for by in (-half, half))
            own = np.array([late[tick] for tick in np.unique(ticks[off])])
            pushed[off] -= np.median(own - (1 - first) * np.array(before) - first * np.array(after))
    return pushed


def _onsets(ticks: Integers, pushed: Floats) -> dict[int, float]:
    """How late each place is struck, the mean of what is struck there."""
    onsets, at = np.unique(ticks, return_inverse=True)
    means = np.clip(np.bincount(at, pushed) / np.bincount(at), -MOST_WEIGHED, MOST_WEIGHED)
    return dict(zip(onsets.tolist(), means.tolist(), strict=True))
