"""How much a beat plays against its meter, by Longuet-Higgins & Lee (1984, "The rhythmic interpretation of monophonic
music"): a stroke on a weak place followed by silence on a heavier one.

Kick and accented snare are one stream, as the two that Witek et al. (2014, "Syncopation, body-movement and pleasure in
groove music") weigh most; ghost notes and time-keeping do not count.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Final

import numpy as np

from cratedig.music.drums.meter import Meter
from cratedig.understand.drums.strokes import KICK, Flags, Integers, Strokes

MOST: Final = 4
"""Levels between a stroke and the silence after it that count as all there can be."""


def syncopation(strokes: Strokes, bars: Flags) -> float:
    """0..1, the mean over kick and accented snare strokes in `bars` (shape (bars,)); nan without such strokes."""
    begins = np.concatenate([[0], np.cumsum(strokes.steps)])
    weights = np.concatenate([_weights(meter) for meter in strokes.played.meters])
    bar = strokes.played.bar
    counted = (strokes.voice == KICK) | strokes.is_accent
    struck = np.unique((begins[bar] + np.minimum(strokes.step, strokes.steps[bar] - 1))[counted])
    own = bars[np.searchsorted(begins, struck, side="right") - 1]
    if not own.any():
        return float("nan")
    rise = np.clip(_heaviest_rest(struck, weights) - weights[struck], 0, MOST)
    return float(rise[own].mean() / MOST)


def _heaviest_rest(struck: Integers, weights: Integers) -> Integers:
    """The weight of the heaviest place between each stroke and the next; the lightest possible where there is none."""
    padded = np.append(weights, weights.min() - MOST)
    following = np.append(struck[1:], len(weights))
    edges = np.stack([np.minimum(struck + 1, len(weights)), following], axis=1)
    heaviest = np.maximum.reduceat(padded, edges.ravel())[::2]
    rests: Integers = np.where(edges[:, 0] < edges[:, 1], heaviest, weights.min() - MOST)
    return rests


@cache
def _weights(meter: Meter) -> Integers:
    """Of every sixteenth of a bar."""
    steps = -(-meter.bar_quarters * 4 // 1)
    return np.array([meter.weight(Fraction(step, 4)) for step in range(int(steps))], dtype=np.int64)
