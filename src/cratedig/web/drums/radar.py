"""A style as a radar: one axis a measure, the value, and how far it may be from it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from cratedig.music.drums.style import Claim, StyleProfile

RADIUS = 100.0
"""Of the outermost ring, in units of the picture; its middle is 0, 0."""

Place = tuple[float, float]


class Scale(NamedTuple):
    """A measure as an axis: its word, the claim's name, what the middle and the rim are, unit, decimals."""

    word: str
    claim: str
    middle: float
    rim: float
    unit: str
    decimals: int

    def share(self, value: float) -> float:
        """How far out a value lies, 0..1."""
        return min(max((value - self.middle) / (self.rim - self.middle), 0.0), 1.0)


SCALES: Final = (
    Scale("tempo", "tempo_avg", 60.0, 200.0, "quarters a minute", 0),
    Scale("swing", "swing_percent", 50.0, 75.0, "percent of a pair of eighths", 1),
    Scale("ghost notes", "ghost_note_prob", 0.0, 0.6, "of the snare's strokes", 2),
    Scale("syncopation", "syncopation_level", 0.0, 1.0, "0 to 1", 2),
    Scale("loudness", "velocity_mean", 30.0, 120.0, "mean velocity", 0),
    Scale("dynamics", "velocity_std", 0.0, 40.0, "standard deviation of velocity", 0),
    Scale("density", "density", 0.0, 8.0, "strokes a quarter", 1),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """end: on the rim. dot: where the value is. anchor: how its word is aligned. tip: the claim in words."""

    word: str
    end: Place
    word_at: Place
    anchor: str
    dot: Place
    tip: str


@dataclass(frozen=True)
class Radar:
    """value: the polygon's points; band: a ring between the lower and upper ends, as one path with a hole."""

    axes: tuple[Axis, ...]
    value: str
    band: str
    rings: tuple[float, ...] = (RADIUS / 3, 2 * RADIUS / 3, RADIUS)


def radar(profile: StyleProfile) -> Radar | None:
    """None where fewer than three of the measures are claimed."""
    claimed = [(scale, profile.claims[scale.claim]) for scale in SCALES if scale.claim in profile.claims]
    if len(claimed) < 3:
        return None
    ways = [_way(at, len(claimed)) for at in range(len(claimed))]
    axes = tuple(_axis(scale, claim, way) for (scale, claim), way in zip(claimed, ways, strict=True))
    low = [_at(scale.share(claim.low), way) for (scale, claim), way in zip(claimed, ways, strict=True)]
    high = [_at(scale.share(claim.high), way) for (scale, claim), way in zip(claimed, ways, strict=True)]
    return Radar(axes, _points(axis.dot for axis in axes), f"M{_points(high)}Z M{_points(reversed(low))}Z")


def _axis(scale: Scale, claim: Claim, way: Place) -> Axis:
    low, value, high = (f"{number:.{scale.decimals}f}" for number in (claim.low, claim.value, claim.high))
    return Axis(
        scale.word,
        end=_at(1.0, way),
        word_at=_at(1.12, way),
        anchor="middle" if abs(way[0]) < 0.3 else "start" if way[0] > 0 else "end",
        dot=_at(scale.share(claim.value), way),
        tip=f"{scale.word}: {value} ({low} to {high}) {scale.unit}; {claim.pieces} pieces, sure {claim.confidence:.0%}",
    )


def _way(at: int, axes: int) -> Place:
    angle = 2 * math.pi * at / axes - math.pi / 2
    return math.cos(angle), math.sin(angle)


def _at(share: float, way: Place) -> Place:
    return round(way[0] * RADIUS * share, 1), round(way[1] * RADIUS * share, 1)


def _points(places: Iterable[Place]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)
