"""Everything that is measured of one performance: plain numbers, and sums that add up over performances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from cratedig.music.drums.feel import STRAIGHT
from cratedig.music.drums.kit import VOICES
from cratedig.music.drums.meter import Meter
from cratedig.music.drums.quantities import PLAYED
from cratedig.music.drums.strokes import mark
from cratedig.understand.drums import touches
from cratedig.understand.drums.fills import Fill, fills_of, is_fill
from cratedig.understand.drums.language import time_keeping, vocabulary
from cratedig.understand.drums.played import Played
from cratedig.understand.drums.strokes import SNARE, TOM, Flags, Strokes, strokes_of
from cratedig.understand.drums.swing import Pairs, pairs_of, swing
from cratedig.understand.drums.syncopation import syncopation
from cratedig.understand.drums.written import written

FEWEST_PAIRS: Final = 8  # with fewer nothing is said of swing
SWUNG: Final = 56.0  # percent
PHRASED: Final = 8  # bars from which a piece tells how often fills come
PHRASE: Final = 4  # bars
NAN: Final = float("nan")


@dataclass(frozen=True, eq=False)
class Performance:
    """A piece of evidence: what it is called, and what is played in it."""

    name: str
    played: Played


@dataclass(frozen=True, eq=False)
class Measured:
    """strokes: as written (`written`). values: by the names of quantities, nan where the piece says nothing;
    `fill_every` as fills a bar.

    beats, fills: which of its bars are which, shape (bars,) each; a bar of rests is neither. meter: of most bars.
    marks: of its bars, as played and as written.
    """

    name: str
    strokes: Strokes
    values: Mapping[str, float]
    beats: Flags
    fills: Flags
    touches: touches.Sums
    meter: Meter
    marks: frozenset[int]


def measured(performance: Performance) -> Measured:
    """The measures of one performance, about 1 ms for twenty bars."""
    swing_8, swing_16 = (_swing(pairs) for pairs in pairs_of(performance.played))
    swings = {"swing_8": _or_straight(swing_8), "swing_16": _or_straight(swing_16)}
    strokes = strokes_of(written(performance.played, **swings))
    fills = is_fill(strokes)
    beats = ~fills & (strokes.per_bar(np.ones(len(strokes.voice), dtype=bool)) > 0)
    sums = touches.sums(strokes, beats, **swings)
    tempo = performance.played.tempo_bpm
    marks = _marks(performance.played) | _marks(strokes.played)
    values = {
        **dict.fromkeys(("tempo_min", "tempo_max", "tempo_avg"), tempo),
        "swing_percent": swing_8,
        "swing_16_percent": swing_16,
        "swung_share": NAN if np.isnan(swing_8) else float(swing_8 >= SWUNG),
        "syncopation_level": syncopation(strokes, beats),
        **_loudness(strokes, beats),
        **_voices(sums),
        **time_keeping(strokes, beats),
        **vocabulary(strokes, beats),
        **_fills(strokes, fills),
    }
    return Measured(performance.name, strokes, values, beats, fills, sums, _usual(performance.played.meters), marks)


def _swing(pairs: Pairs) -> float:
    return swing(pairs) if len(pairs.ratio) >= FEWEST_PAIRS else NAN


def _or_straight(percent: float) -> float:
    return STRAIGHT if np.isnan(percent) else percent


def _marks(played: Played) -> frozenset[int]:
    onsets = np.stack([played.place, played.note], axis=1).astype("<u4")
    bars = np.split(onsets, np.flatnonzero(np.diff(played.bar)) + 1)
    return frozenset(mark(bar.tobytes()) for bar in bars)


def _usual(meters: tuple[Meter, ...]) -> Meter:
    return max(dict.fromkeys(meters), key=meters.count)


def _loudness(strokes: Strokes, bars: Flags) -> dict[str, float]:
    """Velocities of all strokes, how many there are, and ghost notes."""
    here = bars[strokes.played.bar]
    velocity, ghosts = strokes.played.velocity[here], strokes.is_ghost & here
    snares, quarters = int(ghosts.sum() + (strokes.is_accent & here).sum()), float(strokes.quarters[bars].sum())
    return {
        "velocity_mean": float(velocity.mean()) if len(velocity) else NAN,
        "velocity_std": float(velocity.std()) if len(velocity) > 1 else NAN,
        "density": len(velocity) / quarters if quarters else NAN,
        "ghost_density": int(ghosts.sum()) / quarters if quarters else NAN,
        "ghost_note_prob": int(ghosts.sum()) / snares if snares else NAN,
        "ghost_velocity": float(strokes.played.velocity[ghosts].mean() / strokes.backbeat) if ghosts.any() else NAN,
    }


def _voices(sums: touches.Sums) -> dict[str, float]:
    values: dict[str, float] = {}
    for voice in PLAYED:
        count, push, push_squared, velocity, velocity_squared, *_ = sums[VOICES.index(voice), touches.ANYWHERE]
        if count < touches.FEWEST:
            continue
        values[f"velocity_{voice}"] = float(velocity / count)
        values[f"velocity_std_{voice}"] = float(np.sqrt(max(velocity_squared / count - (velocity / count) ** 2, 0)))
        values[f"push_{voice}"] = float(push / count)
        values[f"push_std_{voice}"] = float(np.sqrt(max(push_squared / count - (push / count) ** 2, 0)))
    return values


def _fills(strokes: Strokes, fill: Flags) -> dict[str, float]:
    """How often, how long, where and on what."""
    found = fills_of(strokes, fill)
    often = len(found) / strokes.bars if strokes.bars >= PHRASED else NAN
    if not found:
        return {"fill_every": often}
    within = [one for one in found if one.begin + one.bars < strokes.bars]
    here = fill[strokes.played.bar]
    drums = strokes.voice[here]
    return {
        "fill_every": often,
        "fill_bars": float(np.mean([one.bars for one in found])),
        "fill_phrase_share": _ends_phrases(found) if strokes.bars >= PHRASED else NAN,
        "fill_crash_share": float(np.mean([one.leads_to_crash for one in within])) if within else NAN,
        "fill_snare_share": float((drums == SNARE).mean()),
        "fill_tom_share": float((drums == TOM).mean()),
    }


def _ends_phrases(found: list[Fill]) -> float:
    return float(np.mean([(one.begin + one.bars) % PHRASE == 0 for one in found]))
