"""Columns of a performance that several measures need: voices, sixteenths of the bar, ghosts, accents."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.drums.kit import DRUMS, VOICES
from cratedig.music.drums.meter import PPQ, Meter
from cratedig.understand.drums.played import Played

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

KICK, SNARE, HAT, RIDE, CRASH, TOM, PERCUSSION = range(len(VOICES))
STEP: Final = PPQ // 4
"""Ticks of a sixteenth."""
GHOST: Final = 0.6
"""A stroke of the snare softer than this share of the player's own backbeats in the piece is a ghost note."""
FEWEST_BACKBEATS: Final = 4  # with fewer the louder quarter of the snare's strokes stands in
_VOICE_OF: Final = np.array([VOICES.index(DRUMS[note].voice) if note in DRUMS else PERCUSSION for note in range(128)])


@dataclass(frozen=True, eq=False)
class Strokes:
    """One row a stroke, as in `played`: voice: an index of VOICES; step: the sixteenth of the bar it is in.

    is_ghost, is_accent: of the snare; backbeat: the velocity of the piece's backbeats, nan without a snare.
    quarters: the length of each bar; steps: its sixteenths, begun ones counted.
    """

    played: Played
    voice: Integers
    step: Integers
    is_ghost: Flags
    is_accent: Flags
    backbeat: float
    quarters: Floats
    steps: Integers

    @property
    def bars(self) -> int:
        return len(self.quarters)

    def per_bar(self, rows: Flags) -> Integers:
        """How many of these strokes each bar has, shape (bars,)."""
        counted: Integers = np.bincount(self.played.bar[rows], minlength=self.bars)
        return counted


def strokes_of(played: Played) -> Strokes:
    """The columns of a performance."""
    ticks = np.array([meter.bar_ticks for meter in played.meters], dtype=np.int64)
    voice, step = _VOICE_OF[played.note], played.place // STEP
    snare = voice == SNARE
    backbeat = _backbeat(played, step, snare)
    is_ghost = snare & (played.velocity < GHOST * backbeat)
    return Strokes(played, voice, step, is_ghost, snare & ~is_ghost, backbeat, ticks / PPQ, -(-ticks // STEP))


@cache
def backbeats(meter: Meter) -> tuple[int, ...]:
    """The sixteenths on which a snare answers: every second of what is felt as a beat; of three beats the last two.

    >>> backbeats(Meter(4, 4)), backbeats(Meter(12, 8))
    ((4, 12), (6, 18))
    """
    pulses = meter.pulses[1:] if len(meter.pulses) == 3 else meter.pulses[1::2]
    return tuple(int(pulse / Fraction(1, 4)) for pulse in pulses)


def on_backbeat(played: Played, step: Integers) -> Flags:
    """Which strokes are on a backbeat of their bar; shape (n,)."""
    found = np.zeros(len(step), dtype=bool)
    for meter in set(played.meters):
        here = np.array([one == meter for one in played.meters])[played.bar]
        found |= here & np.isin(step, backbeats(meter)) & (played.place % STEP == 0)
    return found


def _backbeat(played: Played, step: Integers, snare: Flags) -> float:
    if not snare.any():
        return float("nan")
    on = played.velocity[snare & on_backbeat(played, step)]
    if len(on) >= FEWEST_BACKBEATS:
        return float(np.median(on))
    return float(np.quantile(played.velocity[snare], 0.75))
