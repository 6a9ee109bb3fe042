"""How strokes are struck: loudness by sort and place, and how far off the grid."""

from __future__ import annotations

import numpy as np

from cratedig.understand.drums.features.rows import (
    ABSENT,
    CLOSED,
    HIGH_TOM,
    KICK,
    LOW_TOM,
    OPEN,
    PEDAL,
    RIDE,
    SNARE,
    SORTS,
    Flags,
    Floats,
    Rows,
    following,
    mean,
    quantiles,
    share,
    spread,
)

TICK_MS = 125.0  # at one quarter a minute
PARTS = (0.1, 0.5, 0.9)


def loudness(rows: Rows) -> list[float]:
    """Velocities of each sort, of all, and of sorts against each other; 78 numbers."""
    velocity = rows.velocity
    told: list[float] = []
    for sort in range(len(SORTS)):
        these = velocity[rows.sort == sort]
        told += [mean(these), spread(these), *quantiles(these, PARTS)]
    limits = [(velocity < 30).mean(), (velocity < 50).mean(), (velocity >= 110).mean(), (velocity == 127).mean()]
    return [*told, velocity.mean(), velocity.std(), *limits, *_against(rows)]


def _against(rows: Rows) -> list[float]:
    kick, snare, ride = (rows.velocity[rows.are(sort)] for sort in (KICK, SNARE, RIDE))
    hat = rows.velocity[rows.hat]
    soft, hard = share((snare < 40).sum(), len(snare)), share((snare > 100).sum(), len(snare))
    pairs = ((snare, kick), (hat, snare), (ride, snare), (hat, kick))
    return [*(_step(one, other) for one, other in pairs), soft, hard, float((snare < 45).sum()) / rows.bars]


def _step(one: Floats, other: Floats) -> float:
    return float(one.mean() - other.mean()) if len(one) and len(other) else ABSENT


def accents(rows: Rows) -> list[float]:
    """Mean velocities by the sixteenth of the quarter, on and off the beat, and how each follows the last; 27
    numbers."""
    quarter = rows.step % 4
    parts = (rows.are(KICK), rows.are(SNARE), rows.hat, rows.are(RIDE))
    means = [mean(rows.velocity[part & (quarter == place)]) for part in parts for place in range(4)]
    snare, hat, ride = means[4:8], means[8:12], means[12:]
    off = [snare[0] - snare[2], hat[0] - hat[2], ride[0] - ride[2]]
    back = np.isin(rows.step, (4, 12)), np.isin(rows.step, (0, 8))
    beats = [mean(rows.velocity[rows.are(SNARE) & part]) for part in back]
    hands = (rows.velocity[rows.are(CLOSED, OPEN)], rows.velocity[rows.are(SNARE)])
    return [*means, *off, *beats, *(following(hand, lag) for hand in hands for lag in (1, 2, 4))]


def timing(rows: Rows) -> list[float]:
    """Pushes in ticks and milliseconds, by sort and by place; 37 numbers."""
    tick_ms = TICK_MS / rows.tempo_bpm
    parts = (
        rows.are(KICK), rows.are(SNARE), rows.hat, rows.are(RIDE), rows.are(PEDAL),
        rows.are(*range(LOW_TOM, HIGH_TOM + 1)),
    )  # fmt: skip
    told = [_pushed(rows, part, tick_ms) for part in parts]
    kick, snare, hat, ride = (rows.push[part] for part in parts[:4])
    apart = [_step(snare, kick), _step(hat, kick), _step(hat, snare), _step(ride, snare)]
    quarter = [rows.push[rows.step % 4 == place] for place in range(4)]
    by_quarter = [number for pushes in quarter for number in (mean(pushes), spread(pushes))]
    beats = [mean(rows.push[np.isin(rows.step, places)]) for places in ((0,), (4, 12), (8,))]
    late, uneven = float(rows.push.mean()), float(rows.push.std())
    return [late, uneven, late * tick_ms, uneven * tick_ms, *np.ravel(told), *apart, *by_quarter, *beats]


def _pushed(rows: Rows, part: Flags, tick_ms: float) -> tuple[float, float, float]:
    pushes = rows.push[part]
    late = mean(pushes)
    return late, spread(pushes), late * tick_ms
