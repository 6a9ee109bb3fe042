"""How late or early strokes are of the swung grid, such that they leave its swing as it is."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
"""Ticks: a stroke that is later or earlier than usual by more counts as this much where the pair before or after it is
judged. Then a greater swing moves strokes further than it changes what makes their pairs even: it is never earlier."""
MIDDLE: Final = 0.25  # of all pairs of eighths: those nearest to the swing have exactly it


def pushes(strokes: Line, feel: Feel, noise: Floats) -> Floats:
    """Ticks late (+) or early (-), by stroke. noise: standard normal, shape (2, strokes).

    The median pair of eighths, and of sixteenths, is as unequal as without any push (so swing is measured:
    cratedig.understand.drums.swing); a voice stays late or early against the others.
    """
    mean = np.array([touch.push if touch else 0.0 for touch in strokes.touches])
    spread = np.array([touch.push_spread if touch else 0.0 for touch in strokes.touches])
    drawn = np.clip(_wandering(strokes.written, *noise), -MOST_SPREADS, MOST_SPREADS)
    late = (mean + spread * drawn)[strokes.gestures]
    return _even(strokes, (feel.swing_8 / 100, feel.swing_16 / 100), late)


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

    What is struck in one place is one note of a pair. Pairs are judged that are struck whole, with the next one's first
    note; where there are none, the median of the strokes on the beat stands for those that are not struck.
    """
    ticks, kinds = strokes.written, strokes.parts
    pushed = np.maximum(pushed, -ticks)  # nothing sounds before the first beat
    for kind, half, first, middle in (
        ("off eighth", EIGHTH, swing[0], MIDDLE), ("off sixteenth", SIXTEENTH, swing[1], 0.0)
    ):  # fmt: skip
        if (off := kinds == kind).any():
            places, at = np.unique(ticks[off], return_inverse=True)
            uneven, whole = _uneven(strokes, pushed, places.tolist(), half=half, first=first)
            centre = np.median(uneven[whole] if whole.any() else uneven)
            nearly = np.quantile(np.abs(uneven - centre), middle)
            pushed[off] -= (centre + np.clip(uneven - centre, -nearly, nearly))[at]
    return pushed


def _uneven(
    strokes: Line, pushed: Floats, places: list[int], *, half: int, first: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """By how many ticks the second note of each pair is late in it, and whether the pair is struck whole."""
    onsets, at = np.unique(strokes.written, return_inverse=True)
    late = dict(zip(onsets.tolist(), (np.bincount(at, pushed) / np.bincount(at)).tolist(), strict=True))
    on_beat = pushed[strokes.parts == "beat"]
    usual = float(np.median(on_beat)) if len(on_beat) else 0.0
    before, own, after = np.array([[late.get(tick + by, np.nan) for tick in places] for by in (-half, 0, half)])
    whole = np.isfinite(before + after)
    before, after = (
        usual + np.clip(np.nan_to_num(side - usual, nan=0.0), -MOST_WEIGHED, MOST_WEIGHED) for side in (before, after)
    )
    return own - (1 - first) * before - first * after, whole
