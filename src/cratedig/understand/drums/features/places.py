"""Where strokes fall: the bar's sixteenths by voice, what keeps time, the grid and how it swings, what comes again."""

from __future__ import annotations

import numpy as np

from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.features.rows import (
    ABSENT,
    BELL,
    CLOSED,
    CRASH,
    HIGH_TOM,
    KICK,
    LOW_TOM,
    OPEN,
    PEDAL,
    RIDE,
    SNARE,
    STEP,
    STICK,
    Flags,
    Floats,
    Integers,
    Rows,
    share,
    spread,
)

LOUD = 50.0
"""Velocity from which a stroke of the snare is meant to be heard."""
FALLS = np.array([0, 4, 3, 4, 2, 4, 3, 4, 1, 4, 3, 4, 2, 4, 3, 4])
"""How light each sixteenth of a common bar is (Longuet-Higgins & Lee 1984)."""
BEATS, BACKBEATS, HALVES = [0, 4, 8, 12], [4, 12], [0, 8]
BETWEEN, LATE = [2, 6, 10, 14], [3, 7, 11, 15]
CLAVE = [3, 6, 10, 12]
SWUNG_8, SWUNG_16 = (180, 370), (80, 185)  # ticks of a quarter, of an eighth: where the second of a pair may be


def used(rows: Rows) -> list[float]:
    """Tempo, strokes a bar and a second, shares of the sorts and their roots, and what time is kept on; 35 numbers."""
    per_bar, shares = len(rows) / rows.bars, rows.shares
    hat, ride = shares[CLOSED] + shares[OPEN], shares[RIDE] + shares[BELL]
    toms = shares[LOW_TOM]
    kept = [hat, ride, share(hat, hat + ride + toms), share(shares[OPEN], hat), share(shares[BELL], ride)]
    return [rows.tempo_bpm, per_bar, per_bar * rows.tempo_bpm / 240, *shares, *np.sqrt(shares), *kept, shares[PEDAL]]


def metrical(rows: Rows) -> list[float]:
    """Chances of the sixteenths, by the bar, the half bar and the quarter; 172 numbers."""
    loud = rows.velocity >= LOUD
    kick, stick, pedal = rows.chance(rows.are(KICK)), rows.chance(rows.are(STICK)), rows.chance(rows.are(PEDAL))
    snare, ghost = rows.chance(rows.are(SNARE) & loud), rows.chance(rows.are(SNARE) & ~loud)
    hat, ride, keeper = rows.chance(rows.hat), rows.chance(rows.are(RIDE, BELL)), rows.chance(rows.keeper)
    toms = rows.chance(rows.are(*range(LOW_TOM, HIGH_TOM + 1)))
    crash, opened = rows.chance(rows.are(CRASH)), rows.chance(rows.are(OPEN))
    whole = np.concatenate([kick, snare, ghost, hat, ride, keeper])
    halves = np.stack([kick, snare, ghost, keeper]).reshape(-1, 2, 8).mean(axis=1)
    every = np.stack([kick, snare, ghost, hat, ride, keeper, toms, opened, pedal, stick, crash])
    quarters = every.reshape(-1, 4, 4).mean(axis=1)
    return [*whole, *halves.ravel(), *quarters.ravel()]


def against_beat(rows: Rows) -> list[float]:
    """How kick, snare, stick and pedal fall on and against the beats; 16 numbers."""
    kick, stick, pedal = (rows.chance(rows.are(sort)) for sort in (KICK, STICK, PEDAL))
    snare, crash = rows.chance(rows.are(SNARE) & (rows.velocity >= LOUD)), rows.chance(rows.are(CRASH))
    return [
        pedal[BACKBEATS].mean(), pedal[HALVES].mean(), stick[BACKBEATS].mean(), stick[CLAVE].mean(),
        snare[BACKBEATS].mean(), snare[8], snare[BEATS].mean(), kick[BEATS].mean(),
        kick[HALVES].mean() - kick[BACKBEATS].mean(), crash[0],
        share(kick @ FALLS, kick.sum()), share(snare @ FALLS, snare.sum()),
        kick[LATE].sum(), kick[BETWEEN].sum(), snare[LATE].sum(), snare[BETWEEN].sum(),
    ]  # fmt: skip


def gridded(rows: Rows) -> list[float]:
    """Which grids the places are on, where in a quarter strokes sound, and how uneven pairs are; 22 numbers."""
    within, sounds = rows.place % PPQ, rows.tick % PPQ
    on_third = (within % (PPQ // 3) == 0) & (within > 0)
    on_sixth = (within % (PPQ // 6) == 0) & (within % (PPQ // 3) > 0) & (within != PPQ // 2)
    grids = [within % STEP == 0, on_third, (within % (STEP // 2) == 0) & (within % STEP > 0), on_sixth]
    second = _between(sounds, SWUNG_8)
    return [
        *(float(grid.mean()) for grid in grids),
        *_uneven(sounds, second, straight=PPQ / 2),
        spread(sounds[second].astype(np.float64)),
        *_uneven(sounds % (PPQ // 2), _between(sounds % (PPQ // 2), SWUNG_16), straight=STEP),
        *(np.histogram(sounds, bins=np.arange(0, PPQ + 1, PPQ // 12))[0] / len(rows)),
        _uneven(sounds, second & rows.are(CLOSED, OPEN, RIDE), straight=PPQ / 2)[0],
    ]


def _between(ticks: Integers, bounds: tuple[int, int]) -> Flags:
    low, high = bounds
    found: Flags = (ticks > low) & (ticks < high)
    return found


def _uneven(ticks: Integers, second: Flags, *, straight: float) -> tuple[float, float]:
    """Where the second notes of pairs lie, and how many strokes are such."""
    return float(np.median(ticks[second])) if second.any() else float(straight), float(second.mean())


def repeated(rows: Rows) -> list[float]:
    """How alike bars are that follow at one, two and four bars, and how settled the usual bar is; 7 numbers."""
    patterns = rows.patterns().reshape(rows.bars, -1)
    usual = patterns.mean(axis=0)
    alike = [_alike(patterns, lag) for lag in (1, 2, 4)]
    return [*alike, float((usual * (1 - usual)).sum()), float(usual.max()), float((usual > 0.9).sum()),
            float((usual > 0.5).sum())]  # fmt: skip


def _alike(patterns: Floats, lag: int) -> float:
    """The mean share of strokes that a bar has in common with the one `lag` before."""
    if len(patterns) <= lag:
        return ABSENT
    now, then = patterns[lag:], patterns[:-lag]
    return float(((now * then).sum(axis=1) / np.maximum(1, np.maximum(now, then).sum(axis=1))).mean())
