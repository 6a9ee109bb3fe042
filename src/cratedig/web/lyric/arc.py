"""The emotion arc: how strong each emotion is from section to section, as lines over the words of a lyric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from cratedig.music.finding import EMOTIONS
from cratedig.web.colour import mood_colour

PLACES: Final = {
    "joy": (0.9, 0.5),
    "love": (0.7, 0.1),
    "surprise": (0.0, 0.7),
    "sadness": (-0.8, -0.6),
    "fear": (-0.6, 0.5),
    "anger": (-0.9, 0.8),
}
"""Where each emotion lies on the mood plane, roughly (Russell 1980, figure 2): it is drawn in that place's colour."""
WIDTH, HEIGHT = 400.0, 160.0
FELT_FROM: Final = 0.05
"""An emotion that is weaker than this throughout is not drawn."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A section: how it is called, where it begins and ends (0..1 by words), the strength of each emotion there."""

    name: str
    start: float
    end: float
    emotions: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """One emotion over the lyric: a path through the middles of its sections, and the order in which it is dashed."""

    name: str
    colour: str
    path: str
    place: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    stretches: tuple[Stretch, ...]
    curves: tuple[Curve, ...]

    @property
    def told(self) -> str:
        """The strongest emotion of each section, in order."""
        return ", then ".join(
            dict.fromkeys(f"{max(s.emotions, key=lambda e: s.emotions[e])} in {s.name}" for s in self.stretches)
        )

    @property
    def json(self) -> str:
        """For the script that draws it."""
        return orjson.dumps(
            {
                "sections": [(one.name, one.start, one.end) for one in self.stretches],
                "curves": [(one.name, one.colour, one.values) for one in self.curves],
            }
        ).decode()


def arc(points: Sequence[Mapping[str, Any]]) -> Arc | None:
    """Of `data["arc"]` of an emotion finding; None where there are not two sections, or nothing is felt."""
    stretches = tuple(_stretch(number, point) for number, point in enumerate(points, 1) if point.get("emotions"))
    if len(stretches) < 2:
        return None
    felt = [name for name in EMOTIONS if any(one.emotions.get(name, 0.0) >= FELT_FROM for one in stretches)]
    curves = tuple(_curve(place, name, stretches) for place, name in enumerate(felt))
    return Arc(stretches, curves) if curves else None


def _stretch(number: int, point: Mapping[str, Any]) -> Stretch:
    kind = str(point.get("kind") or "part")
    name = str(point.get("label") or (f"part {number}" if kind == "part" else kind))
    return Stretch(name, float(point["start"]), float(point["end"]), dict(point["emotions"]))


def _curve(place: int, name: str, stretches: Sequence[Stretch]) -> Curve:
    values = tuple(round(one.emotions.get(name, 0.0), 3) for one in stretches)
    points = [
        f"{WIDTH * (one.start + one.end) / 2:.1f} {HEIGHT * (1 - value):.1f}"
        for one, value in zip(stretches, values, strict=True)
    ]
    return Curve(name, mood_colour(*PLACES[name]), "M" + "L".join(points), place, values)
