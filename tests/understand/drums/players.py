"""Simulated drummers, whose habits are known."""

from __future__ import annotations

import numpy as np

from cratedig.music.drums.meter import COMMON, PPQ, Meter
from cratedig.music.drums.swing import swung
from cratedig.music.score import DRUM_CHANNEL, MeterChange, Note, Score, TempoChange
from cratedig.understand.drums.measured import Performance
from cratedig.understand.drums.played import Played, played

KICK, SNARE, HAT, TOM, CRASH = 36, 38, 42, 45, 49
Stroke = tuple[int, int, int]
"""Tick from the beginning, note, velocity."""


def score_of(strokes: list[Stroke], *, tempo_bpm: float = 120.0, meter: Meter = COMMON) -> Score:
    notes = tuple(Note(tick, 10, pitch, velocity, DRUM_CHANNEL, 0) for tick, pitch, velocity in sorted(strokes))
    tempo = TempoChange(0, round(60e6 / tempo_bpm))
    return Score(1, PPQ, 1, notes, (tempo,), (MeterChange(0, meter.beats, meter.unit),))


def playing(strokes: list[Stroke], *, tempo_bpm: float = 120.0, meter: Meter = COMMON) -> Played:
    return played(score_of(strokes, tempo_bpm=tempo_bpm, meter=meter))


def eighths(swing: float, *, bars: int = 8) -> list[Stroke]:
    """Hats in eighths swung so (percent), kick on one and three, snare on two and four."""
    late = round(PPQ * swing / 100)
    quarters = range(4 * bars)
    hats = [(PPQ * at + off, HAT, 80) for at in quarters for off in (0, late)]
    return hats + [(PPQ * at, (KICK, SNARE)[at % 2], 100) for at in quarters]


def sixteenths(swing: float, *, bars: int = 8) -> list[Stroke]:
    late = round(PPQ * swing / 200)
    hats = [(PPQ // 2 * at + off, HAT, 80) for at in range(8 * bars) for off in (0, late)]
    return hats + [(PPQ * at, (KICK, SNARE)[at % 2], 100) for at in range(4 * bars)]


def tom_fill(bar: int) -> list[Stroke]:
    """A bar of sixteenths on snare and toms."""
    return [(4 * PPQ * bar + 120 * at, SNARE if at < 6 else TOM, 100) for at in range(16)]


def human(
    random: np.random.Generator, *, swing: float = 50.0, push: float = 0.0, tempo_bpm: float = 110.0, bars: int = 12
) -> Performance:
    """A piece of eighths with ghosts, loose by 8 ticks and 8 of velocity."""
    strokes = eighths(swing, bars=bars)
    ghosts = random.random(16 * bars) < 0.1
    sounds = swung(COMMON, range(0, 4 * PPQ, 120), swing_8=swing, swing_16=50)
    odd = np.flatnonzero(ghosts & (np.arange(16 * bars) % 2 == 1)).tolist()
    strokes += [(at // 16 * 4 * PPQ + round(sounds[at % 16 * 120]), SNARE, 35) for at in odd]
    loose = [
        (max(round(tick + push + random.normal(0, 8)), 0), note, int(np.clip(velocity + random.normal(0, 8), 1, 127)))
        for tick, note, velocity in strokes
    ]
    return Performance(f"{random.integers(1 << 40):x}.mid", playing(loose, tempo_bpm=tempo_bpm))
