"""What an ear for drummers hears in four bars: how strokes relate to each other, and nothing else.

No mean loudness or push of a voice in a place, which a generated part is given: only how the loudness of a hand goes on
from stroke to stroke, how loud voices are against the snare, how long between strokes, what is struck together and
what follows what, and how bars and half bars resemble each other.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cratedig.understand.drums.features.moves import SETS, Moments, steps
from cratedig.understand.drums.features.rows import (
    ABSENT,
    BAR,
    CRASH,
    KICK,
    PEDAL,
    RIDE,
    SNARE,
    Floats,
    Rows,
    following,
    quantiles,
    share,
    shares_between,
)
from cratedig.understand.drums.played import Played

WINDOW = 4
"""Bars that are heard at once."""
ONSETS = (0, 70, 100, 130, 170, 250, 330, 490)
GAPS = (0, 90, 130, 170, 250, 330, 490, 730, 970)
"""Edges in ticks, as in `moves`, of places rather than of sounds."""


def hands(played: Played) -> Floats:
    """Of up to WINDOW bars with at least one stroke; shape (163,)."""
    rows = Rows.of(played)
    told = (_going_on(rows), _against_snare(rows), _between(rows), _order(rows), _resembling(rows))
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in told])


def _going_on(rows: Rows) -> list[float]:
    """How velocity follows velocity: correlations at lags of 1, 2 and 4 strokes, and the sizes of the steps."""
    told: list[float] = []
    ride = rows.are(RIDE)
    for part in (rows.are(KICK), rows.are(SNARE), rows.hat, ride, rows.keeper | rows.are(SNARE)):
        velocities = rows.velocity[part]
        told += [following(velocities, lag) for lag in (1, 2, 4)]
        told += quantiles(np.abs(np.diff(velocities)), (0.25, 0.5, 0.9))
    return told


def _against_snare(rows: Rows) -> list[float]:
    """Ratios of median velocities: kick, hat, ride and pedal to the snare, hat, ride and pedal to the kick."""
    kick, snare, hat, ride, pedal = (
        float(np.median(rows.velocity[part])) if part.any() else 0.0
        for part in (rows.are(KICK), rows.are(SNARE), rows.hat, rows.are(RIDE), rows.are(PEDAL))
    )
    pairs = ((kick, snare), (hat, snare), (ride, snare), (pedal, snare), (hat, kick), (ride, kick), (pedal, kick))
    return [one / other if one and other else ABSENT for one, other in pairs]


def _between(rows: Rows) -> list[float]:
    """From each place that is struck to the next: of all, of the kick, the snare, and what keeps time."""
    at = rows.begin + rows.place
    places = np.unique(at)
    told = [*shares_between(np.diff(places), ONSETS), len(places) / rows.bars]
    for part in (rows.are(KICK), rows.are(SNARE), rows.keeper):
        told += shares_between(np.diff(np.unique(at[part])), GAPS)
    return told


def _order(rows: Rows) -> list[float]:
    """Which sets of kick, snare and what keeps time follow which, and how often limbs meet."""
    moments = Moments.of_places(rows)
    struck, many, sets = moments.struck, moments.struck.sum(axis=1), moments.sets
    kick, snare, pedal, crash = (struck[:, sort] for sort in (KICK, SNARE, PEDAL, CRASH))
    meet = [share((one & other).sum(), one.sum())
            for one, other in ((pedal, snare), (pedal, kick), (kick, snare), (crash, kick))]  # fmt: skip
    kinds = np.bincount(sets, minlength=SETS) / len(sets)
    return [*steps(sets, SETS).ravel(), *kinds, float(many.mean()), float((many > 2).mean()), *meet]


def _resembling(rows: Rows) -> list[float]:
    """How much bars one and two apart have in common, and the halves of bars: of kick, of snare, of what keeps time,
    of all."""
    patterns = rows.patterns()
    told: list[float] = []
    for limbs in ((0,), (1,), (2,), tuple(range(patterns.shape[1]))):
        part = patterns[:, limbs]
        halves = part.reshape(len(part), len(limbs), 2, -1)
        told += [_common(part[lag:], part[:-lag]) if len(part) > lag else ABSENT for lag in (1, 2)]
        told.append(_common(halves[:, :, 0], halves[:, :, 1]))
    return told


def _common(one: Floats, other: Floats) -> float:
    """Strokes in both, of strokes in either; 1 where there are none."""
    either = float(np.maximum(one, other).sum())
    return float((one * other).sum()) / either if either else 1.0


def windows(played: Played) -> list[Played]:
    """One stretch of WINDOW bars after the other, of those that all have strokes; none where a bar is not of four
    quarters."""
    if any(meter.bar_ticks != BAR for meter in played.meters):
        return []
    bars = np.unique(played.bar)
    whole = len(bars) // WINDOW * WINDOW
    begins, ends = bars[:whole:WINDOW], bars[WINDOW - 1 : whole : WINDOW]
    return [_part(played, int(begin)) for begin, end in zip(begins, ends, strict=True) if end - begin == WINDOW - 1]


def _part(played: Played, begin: int) -> Played:
    here = (played.bar >= begin) & (played.bar < begin + WINDOW)
    columns = {name: getattr(played, name)[here] for name in ("place", "push", "note", "velocity")}
    return replace(played, bar=played.bar[here] - begin, meters=played.meters[begin : begin + WINDOW], **columns)
