"""Feel put on a groove: swing exact to the tick, pushes and drags by voice and place, loudness by place and hand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.create.drums.loudness import loudness
from cratedig.music.drums.feel import Feel
from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.swing import parts, swung

MOST_SPREADS: Final = 2.0  # a push is drawn within so many standard deviations of its mean
SHORTEST_TICKS: Final = 30
"""The shortest a note is to sound, so that the last stroke is pushed no later than this before the groove's end."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def feel(groove: Groove, feel: Feel, *, timing: float = 1.0, velocity: float = 1.0, rng: np.random.Generator) -> Groove:
    """The groove as somebody of this feel plays it; `timing` and `velocity` are how much of it, 0..1, 0 being none.

    Places stay what they are; where strokes sound, swing and pushes together, is in their `push`. No stroke passes a
    neighbour, nothing sounds before the first beat, and the strokes off the beat are pushed as late as those on it on
    average: the swing heard is the swing asked for. The same groove, feel and state of `rng` give the same.
    """
    for name, amount in (("timing", timing), ("velocity", velocity)):
        if not 0.0 <= amount <= 1.0:
            raise ValueError(f"{name} {amount:g} is outside 0..1")
    noise = rng.standard_normal((2, sum(len(bar.hits) for bar in groove.bars)))
    ticks = _timed(groove, feel, noise[0], amount=timing)
    velocities = loudness(groove, feel, noise[1], amount=velocity)
    return _played(groove, ticks, velocities)


def _played(groove: Groove, ticks: Sequence[int], velocities: Sequence[int]) -> Groove:
    begin, changed = 0, iter(zip(ticks, velocities, strict=True))
    bars = []
    for bar in groove.bars:
        struck = zip(bar.hits, islice(changed, len(bar.hits)), strict=True)
        hits = (
            Hit(hit.drum, hit.place, velocity, tick - begin - hit.tick + hit.push) for hit, (tick, velocity) in struck
        )
        bars.append(Bar(bar.meter, tuple(hits)))
        begin += bar.meter.bar_ticks
    return Groove(tuple(bars), groove.tempo_bpm)


def _timed(groove: Groove, feel: Feel, noise: Floats, *, amount: float) -> list[int]:
    """The tick at which each hit sounds: `amount` of the way from where it does now to where the feel has it."""
    now = [tick for tick, _ in groove.sounding()]
    if amount == 0 or not now:
        return now
    grid = np.array(list(_swung(groove, feel)), dtype=np.int64)
    earliest, latest = _room(grid, end=groove.length_ticks)
    felt = np.clip(np.rint(grid + _pushes(groove, feel, noise)).astype(np.int64), earliest, latest)
    ticks = [tick + math.floor(amount * (then - tick) + 0.5) for tick, then in zip(now, felt.tolist(), strict=True)]
    return _once(groove, ticks)


def _swung(groove: Groove, feel: Feel) -> Iterator[int]:
    begin = 0
    for bar in groove.bars:
        places = [hit.tick - hit.push for hit in bar.hits]
        sounds = swung(bar.meter, places, swing_8=feel.swing_8, swing_16=feel.swing_16)
        yield from (begin + sounds[place] for place in places)
        begin += bar.meter.bar_ticks


def _room(grid: Integers, *, end: int) -> tuple[Integers, Integers]:
    """The first and the last tick a stroke may be pushed to: half way to the neighbours, who keep the other half."""
    ticks, at = np.unique(grid, return_inverse=True)
    half = (ticks[:-1] + ticks[1:] - 1) // 2
    earliest = np.append(0, half + 1)
    latest = np.append(half, max(int(ticks[-1]), end - SHORTEST_TICKS))
    return earliest[at], latest[at]


def _pushes(groove: Groove, feel: Feel, noise: Floats) -> Floats:
    """Ticks late (+) or early (-) of the swung grid, by hit."""
    touches = [feel.touch(hit.drum.voice, hit.place) for bar in groove.bars for hit in bar.hits]
    mean = np.array([touch.push if touch else 0.0 for touch in touches])
    spread = np.array([touch.push_spread if touch else 0.0 for touch in touches])
    return _even(groove, mean + spread * np.clip(noise, -MOST_SPREADS, MOST_SPREADS))


def _even(groove: Groove, pushes: Floats) -> Floats:
    """Pushes of the strokes off the beat moved together, so that on average they change no swing."""
    kinds = np.array([parts(bar.meter).get(hit.tick - hit.push, "") for bar in groove.bars for hit in bar.hits])
    if not (kinds == "beat").any():
        return pushes
    level = pushes[kinds == "beat"].mean()
    for off in ("off eighth", "off sixteenth"):
        if (kinds == off).any():
            pushes[kinds == off] += level - pushes[kinds == off].mean()
    return pushes


def _once(groove: Groove, ticks: list[int]) -> list[int]:
    """Strokes of one drum set a tick apart where a groove that was pushed before has brought them together."""
    last: dict[int, int] = {}
    for at, hit in enumerate(hit for bar in groove.bars for hit in bar.hits):
        ticks[at] = max(ticks[at], last.get(hit.drum.note, ticks[at] - 1) + 1)
        last[hit.drum.note] = ticks[at]
    return ticks
