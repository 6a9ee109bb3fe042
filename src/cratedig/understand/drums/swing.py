"""How unequal pairs of notes are: swing at eighths and sixteenths, in percent of the pair that its first note lasts.

Measured on ticks, not on the grid: each second note against the notes around it, which carry whatever the player is
early or late by as a whole (Friberg & Sundstroem 2002, "Swing ratios and ensemble timing in jazz performance", measure
the same two intervals; Dittmar, Pfleiderer & Mueller 2015 tell pairs from triplets and dotted notes first). A
performance swings as the median of its pairs does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.drums.feel import MOST_SWING, STRAIGHT
from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.played import Played

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

TOGETHER: Final = 36  # ticks: strokes nearer than this are one onset; a thirty-second lasts 60
ON_BEAT: Final = 48  # ticks around a quarter in which an onset is on it; sixteenths swung by 75 % are 60 before it
PAIR: Final = (0.42, 0.79)  # of a pair: where its second note may begin
MIDDLE: Final = (0.42, 0.58)  # of a quarter: where the second eighth lies among swung sixteenths
DOTTED: Final = 0.72  # a pair from here on is a dotted eighth with its sixteenth, where most pairs are more equal
MOST_INNER: Final = 3  # onsets between two beats; rolls tell nothing of pairs


@dataclass(frozen=True, eq=False)
class Pairs:
    """Each pair's first note as a share of the pair, and the bar it is in; shape (n,) each."""

    ratio: Floats
    bar: Integers


def swing(pairs: Pairs) -> float:
    """Percent, STRAIGHT..MOST_SWING; nan without pairs.

    >>> swing(Pairs(np.array([0.65, 0.66, 0.68]), np.arange(3)))
    66.0
    """
    if not len(pairs.ratio):
        return float("nan")
    return float(np.clip(100 * np.median(pairs.ratio), STRAIGHT, MOST_SWING))


def pairs_of(played: Played) -> tuple[Pairs, Pairs]:
    """Pairs of eighths, and pairs of sixteenths, in bars counted in quarters or longer beats."""
    quarters = _quarters(played)
    share, count = quarters.share, np.isfinite(quarters.share).sum(axis=1)
    first = (count == 2) & _within(share[:, 0], MIDDLE)
    second = (count == 2) & ~first & _within(share[:, 1], MIDDLE) | (count == 3) & _within(share[:, 1], PAIR)
    lone = (count == 1) & _within(share[:, 0], PAIR)
    eighths = [(share[:, 0], lone | first), (share[:, 1], second)]
    sixteenths = [
        (share[:, 0] / share[:, 1], second),
        (_between(share[:, 0], share[:, 1]), first),
        (_between(share[:, 1], share[:, 2]), second & (count == 3)),
    ]
    return _without_dotted(_pairs(eighths, quarters.bar)), _pairs(sixteenths, quarters.bar)


def _between(eighth: Floats, sixteenth: Floats) -> Floats:
    """How far a sixteenth is from the second eighth to the next beat."""
    share: Floats = (sixteenth - eighth) / (1 - eighth)
    return share


def _pairs(parts: Sequence[tuple[Floats, Flags]], bar: Integers) -> Pairs:
    """The ratios that are those of a pair, of the rows flagged."""
    chosen = [(ratio, which & _within(ratio, PAIR)) for ratio, which in parts]
    return Pairs(
        np.concatenate([ratio[which] for ratio, which in chosen]), np.concatenate([bar[which] for _, which in chosen])
    )


def _within(share: Floats, bounds: tuple[float, float]) -> Flags:
    low, high = bounds
    found: Flags = (share >= low) & (share <= high)
    return found


def _without_dotted(pairs: Pairs) -> Pairs:
    equal = pairs.ratio < DOTTED
    return Pairs(pairs.ratio[equal], pairs.bar[equal]) if 2 * equal.sum() > len(equal) else pairs


@dataclass(frozen=True, eq=False)
class _Quarters:
    """Whole quarters with one to MOST_INNER onsets between their beats. bar: the one each is in, shape (n,); share: how
    far through the quarter its onsets are, from what sounds on its beat to what sounds on the next; shape (n,
    MOST_INNER), nan past the last."""

    bar: Integers
    share: Floats


def _quarters(played: Played) -> _Quarters:
    lengths = np.array([meter.bar_ticks for meter in played.meters])
    begins = np.concatenate([[0], np.cumsum(lengths)])
    ticks = _onsets(begins[played.bar] + played.place + played.push)
    bar, beats = _beats(played, lengths, begins)
    this, following = _struck(beats, ticks), _struck(beats + PPQ, ticks)
    first = np.searchsorted(ticks, beats + ON_BEAT)
    many = np.searchsorted(ticks, beats + PPQ - ON_BEAT) - first
    at = np.minimum(first[:, None] + np.arange(MOST_INNER), len(ticks) - 1)
    inner = np.where(np.arange(MOST_INNER) < many[:, None], ticks[at], np.nan)
    share = (inner - this[:, None]) / (following - this)[:, None]
    used = (many > 0) & (many <= MOST_INNER)
    return _Quarters(bar[used], share[used])


def _beats(played: Played, lengths: Integers, begins: Integers) -> tuple[Integers, Integers]:
    """The bars and ticks of all whole quarters of bars that are counted in quarters or longer beats."""
    simple = np.array([meter.unit <= 4 for meter in played.meters])
    whole = np.where(simple, lengths // PPQ, 0)
    bar = np.repeat(np.arange(len(lengths)), whole)
    return bar, begins[bar] + PPQ * (np.arange(len(bar)) - np.repeat(np.cumsum(whole) - whole, whole))


def _struck(beats: Integers, ticks: Floats) -> Floats:
    """When each beat sounds: the onset on it; where there is none, as late as the others are in the middle."""
    after = np.searchsorted(ticks, beats)
    either = ticks[np.stack([np.maximum(after - 1, 0), np.minimum(after, len(ticks) - 1)])] - beats
    off = np.take_along_axis(either, np.abs(either).argmin(axis=0)[None], axis=0)[0]
    struck = np.abs(off) < ON_BEAT
    late: Floats = np.where(struck, off, np.median(off[struck]) if struck.any() else 0.0)
    return beats + late


def _onsets(ticks: Integers) -> Floats:
    """Ticks of strokes as ticks of onsets: what sounds together begins at its mean."""
    ticks = np.sort(ticks)
    starts = np.flatnonzero(np.append(True, np.diff(ticks) > TOGETHER))
    means: Floats = np.add.reduceat(ticks, starts) / np.diff(np.append(starts, len(ticks)))
    return means
