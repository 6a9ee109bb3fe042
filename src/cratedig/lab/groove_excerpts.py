"""Excerpts of performances, so that heads learn how somebody plays rather than how one take went."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.drums.features.whole import features
from cratedig.understand.drums.played import Played

COPIES: Final = 3
LENGTHS: Final = (0.3, 0.8)  # of the bars that have strokes
FEWEST_BARS: Final = 4
GAINS, TEMPI, SHIFT_TICKS = (0.8, 1.2), (0.94, 1.06), 10.0
"""How much louder and faster a retouched excerpt is, and the spread of how much later."""

Floats = NDArray[np.float64]


def excerpts(performances: Sequence[Played], *, seed: int, retouched: bool) -> Floats:
    """Features of COPIES random stretches of each; shape (COPIES, n, 523).

    retouched: as another evening, on another kit, might have sounded: louder or softer, earlier or later, faster or
    slower.
    """
    dice = np.random.default_rng(seed)
    return np.array(
        [[features(_excerpt(played, dice, retouched=retouched)) for played in performances] for _ in range(COPIES)]
    )


def _excerpt(played: Played, dice: np.random.Generator, *, retouched: bool) -> Played:
    bars = np.unique(played.bar)
    many = min(len(bars), max(FEWEST_BARS, math.ceil(len(bars) * dice.uniform(*LENGTHS))))
    first = int(dice.integers(0, len(bars) - many + 1))
    here = (played.bar >= bars[first]) & (played.bar <= bars[first + many - 1])
    columns = {name: getattr(played, name)[here] for name in ("bar", "place", "push", "note", "velocity")}
    part = replace(played, **columns)
    return _retouched(part, dice) if retouched else part


def _retouched(played: Played, dice: np.random.Generator) -> Played:
    velocity = np.clip(np.rint(played.velocity * dice.uniform(*GAINS)), 1, 127).astype(np.int64)
    push = played.push + round(dice.normal(0, SHIFT_TICKS))
    return replace(played, tempo_bpm=played.tempo_bpm * dice.uniform(*TEMPI), push=push, velocity=velocity)
