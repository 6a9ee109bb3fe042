"""Feel put on a groove: swing exact to the tick, pushes and drags by voice and place, loudness by place and hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import Final

import numpy as np

from cratedig.create.drums.line import Floats, Integers, Line, line
from cratedig.create.drums.loudness import loudness
from cratedig.create.drums.pushes import pushes
from cratedig.music.drums.feel import Feel
from cratedig.music.drums.groove import Bar, Groove, Hit

SHORTEST_TICKS: Final = 30
"""The shortest a note is to sound, so that the last stroke is pushed no later than this before the groove's end."""


def feel(groove: Groove, feel: Feel, *, timing: float = 1.0, velocity: float = 1.0, rng: np.random.Generator) -> Groove:
    """The groove as somebody of this feel plays it; `timing` and `velocity` are how much of it, 0..1, 0 being none.

    Places stay what they are; where strokes sound, swing and pushes together, is in their `push`. No stroke passes a
    neighbour, nothing sounds before the first beat, and pushes do not change the swing: what is asked for is heard. The
    same groove, feel and state of `rng` give the same.
    """
    for name, amount in (("timing", timing), ("velocity", velocity)):
        if not 0.0 <= amount <= 1.0:
            raise ValueError(f"{name} {amount:g} is outside 0..1")
    strokes = line(groove, feel)
    noise = rng.standard_normal((3, len(strokes.hits)))
    ticks = _timed(strokes, feel, noise[:2], amount=timing, end=groove.length_ticks)
    return _played(groove, strokes, ticks, loudness(strokes, noise[2], amount=velocity))


def _played(groove: Groove, strokes: Line, ticks: Sequence[int], velocities: Sequence[int]) -> Groove:
    changes = zip(strokes.hits, strokes.written.tolist(), ticks, velocities, strict=True)
    hits = (Hit(hit.drum, hit.place, velocity, tick - written) for hit, written, tick, velocity in changes)
    bars = (Bar(bar.meter, tuple(islice(hits, len(bar.hits)))) for bar in groove.bars)
    return Groove(tuple(bars), groove.tempo_bpm)


def _timed(strokes: Line, feel: Feel, noise: Floats, *, amount: float, end: int) -> list[int]:
    """The tick at which each hit sounds: `amount` of the way from where it does now to where the feel has it."""
    now = strokes.sounding
    if amount == 0 or not now:
        return now
    earliest, latest = _room(strokes.grid, end=end)
    felt = np.clip(np.rint(strokes.grid + pushes(strokes, feel, noise)).astype(np.int64), earliest, latest)
    ticks = [tick + math.floor(amount * (then - tick) + 0.5) for tick, then in zip(now, felt.tolist(), strict=True)]
    return _once(strokes.hits, ticks)


def _room(grid: Floats, *, end: int) -> tuple[Integers, Integers]:
    """The first and the last tick a stroke may be pushed to: half way to the neighbours, who keep the other half."""
    ticks, at = np.unique(grid, return_inverse=True)
    half = np.floor((ticks[:-1] + ticks[1:] - 1) / 2).astype(np.int64)
    earliest = np.append(0, half + 1)
    latest = np.append(half, max(round(ticks[-1]), end - SHORTEST_TICKS))
    return earliest[at], latest[at]


def _once(hits: Sequence[Hit], ticks: list[int]) -> list[int]:
    """Strokes of one drum set a tick apart where a groove that was pushed before has brought them together."""
    last: dict[int, int] = {}
    for at, hit in enumerate(hits):
        ticks[at] = max(ticks[at], last.get(hit.drum.note, ticks[at] - 1) + 1)
        last[hit.drum.note] = ticks[at]
    return ticks
