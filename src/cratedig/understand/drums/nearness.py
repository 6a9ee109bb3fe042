"""How near four bars are to a style: how they are struck, against what is claimed, and where, against its own bars.

Each term is 1 up to the distance at which half of a drummer's own unheard bars are, 0 from the distance within which
nine in ten of other drummers' bars are, and falls evenly between (docs/drums.md says on which bars).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from cratedig.music.drums.groove import Bar
from cratedig.music.drums.kit import VOICES
from cratedig.music.drums.quantities import PLAYED, QUANTITY
from cratedig.music.drums.style import Claim, Passage
from cratedig.understand.drums.strokes import Floats

STRUCK: Final[Mapping[str, tuple[str, ...]]] = {
    "loudness": tuple(f"{kind}_{voice}" for kind in ("velocity", "velocity_std") for voice in PLAYED),
    "timing": tuple(f"{kind}_{voice}" for kind in ("push", "push_std") for voice in PLAYED),
    "swing": ("swing_percent", "swing_16_percent"),
    "density": ("density", "ghost_density", "syncopation_level"),
    "time": ("ride_share", "hat_open_share", "hat_pedal_share", "pulse_4_share", "pulse_8_share", "pulse_16_share",
             "pulse_3_share"),
}  # fmt: skip
"""Terms by the quantities they are about."""
PLACES: Final = "places"
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "loudness": (1.0, 2.3), "timing": (0.95, 1.75), "swing": (0.15, 1.15), "density": (0.85, 1.95), "time": (1.0, 1.7),
    PLACES: (0.54, 0.71),
}  # fmt: skip
"""Where each term begins to fall, and where it ends: in spreads of the quantities; of PLACES in shares of strokes."""
NEIGHBOURS: Final = 3
MOST_STEPS: Final = 64


def terms(distances: Mapping[str, float]) -> dict[str, float]:
    """Each distance as a nearness, 0..1."""
    return {name: _nearness(distance, *RANGES[name]) for name, distance in distances.items()}


def _nearness(distance: float, near: float, far: float) -> float:
    return float(np.clip((far - distance) / (far - near), 0.0, 1.0))


def off_claims(values: Mapping[str, float], claims: Mapping[str, Claim]) -> dict[str, float]:
    """How far what was measured is from what is claimed: by term the mean over its quantities, each in spreads between
    the pieces of one player. A term of which one of both says nothing is left out."""
    told = {name: _off(values, claims, names) for name, names in STRUCK.items()}
    return {name: off for name, off in told.items() if off is not None}


def _off(values: Mapping[str, float], claims: Mapping[str, Claim], names: Sequence[str]) -> float | None:
    both = [name for name in names if name in claims and np.isfinite(values.get(name, np.nan))]
    steps = [abs(values[name] - claims[name].value) / QUANTITY[name].spread for name in both]
    return float(np.mean(steps)) if steps else None


def patterns(passages: Sequence[Passage]) -> Floats:
    """How often each voice strikes each sixteenth in the beats of each passage, 0..1; shape (passages, voices *
    MOST_STEPS)."""
    beats = [[bar for bar, role in zip(one.bars, one.roles, strict=True) if role == "beat"] for one in passages]
    rows = [pattern(bars) for bars in beats if bars]
    return np.array(rows).reshape(len(rows), len(VOICES) * MOST_STEPS)


def pattern(bars: Sequence[Bar]) -> Floats:
    """The same for bars, of which there is at least one."""
    struck = np.zeros((len(bars), len(VOICES), MOST_STEPS))
    for at, bar in enumerate(bars):
        for hit in bar.hits:
            step = min(int(hit.place * 4), MOST_STEPS - 1)
            struck[at, VOICES.index(hit.drum.voice), step] = 1
    chance: Floats = struck.mean(axis=0).ravel()
    return chance


def off_places(bars: Sequence[Bar], known: Floats) -> dict[str, float]:
    """How much of what is struck differs from the NEIGHBOURS nearest of the known patterns: 0 nothing .. 1 all (the
    distance of Soergel). Nothing where none is known."""
    if not len(known):
        return {}
    own = pattern(bars)
    either = np.maximum(known, own).sum(axis=1)
    off = 1 - np.minimum(known, own).sum(axis=1) / np.maximum(either, 1e-9)
    return {PLACES: float(np.sort(off)[:NEIGHBOURS].mean())}
