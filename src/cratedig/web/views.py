"""What the templates show: answers turned into bars, points, words and addresses. Plain functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson

from cratedig.music.mood import Mood
from cratedig.web.asked import Asked
from cratedig.web.colour import mood_colour
from cratedig.web.templating import safe_link, signed

TEXTURES = 7  # patterns in _parts.html, after the solid one
MOOD_TERM = "mood"
"""The one term that has a hue: it is drawn in the colour of the track's mood."""


class Term(Protocol):
    @property
    def term(self) -> str: ...
    @property
    def weight(self) -> float: ...
    @property
    def value(self) -> float: ...
    @property
    def contribution(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Segment:
    x: float
    width: float
    texture: str
    words: str
    fill: str | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A score laid out: percentages of the widest score shown."""

    segments: list[Segment]
    terms: Sequence[Term]
    total: float

    @property
    def spoken(self) -> str:
        return f"score {self.total:.2f}: " + ", ".join(segment.words for segment in self.segments)


@dataclass(frozen=True, slots=True)
class LegendEntry:
    term: str
    texture: str
    fill: str | None


def textures(whys: Iterable[Sequence[Term]]) -> dict[str, str]:
    """Which texture each term is drawn with: in order of appearance; mood and penalties have their own."""
    worn: dict[str, str] = {}
    patterns = iter(range(TEXTURES + 1))
    for term in (term for why in whys for term in why if term.contribution):
        if term.term not in worn:
            if term.term == MOOD_TERM:
                worn[MOOD_TERM] = "texture-mood"
            elif term.contribution < 0:
                worn[term.term] = "texture-minus"
            else:
                worn[term.term] = f"texture-{next(patterns, TEXTURES)}"
    return worn


def legend(worn: dict[str, str], target: Mood | None) -> list[LegendEntry]:
    colour = mood_colour(target.valence, target.arousal) if target else mood_colour(0.0, 0.0)
    return [LegendEntry(term, texture, colour if term == MOOD_TERM else None) for term, texture in worn.items()]


def bar(why: Sequence[Term], *, scale: float, worn: dict[str, str], mood: Mood | None) -> Bar:
    """`why` as a bar. scale: the largest sum of positive contributions on the page, so that bars compare.

    Terms stand in the legend's order on every bar; what is taken off a score (a negative contribution) is drawn from
    the bar's end backwards, hollow.
    """
    colour = mood_colour(mood.valence, mood.arousal) if mood else mood_colour(0.0, 0.0)
    percent = 100.0 / scale if scale > 0 else 0.0
    at = {name: place for place, name in enumerate(worn)}
    segments, end = [], 0.0
    for term in sorted(why, key=lambda term: (term.contribution < 0, at.get(term.term, 0))):
        if not term.contribution:
            continue
        width = abs(term.contribution) * percent
        minus = term.contribution < 0
        end -= width if minus else 0.0
        words = f"{term.term} {signed(term.contribution)} ({term.value:.2f} × {term.weight:.2f})"
        texture = "texture-minus" if minus else worn[term.term]
        fill = colour if term.term == MOOD_TERM and not minus else None
        segments.append(Segment(round(max(0.0, end), 2), round(width, 2), texture, words, fill))
        end += 0.0 if minus else width
    return Bar(segments, why, sum(term.contribution for term in why))


def reach(why: Sequence[Term]) -> float:
    """How far a bar goes to the right: the sum of what was added."""
    return sum(term.contribution for term in why if term.contribution > 0)


@dataclass(frozen=True, slots=True)
class Stage:
    x: float
    width: float
    words: str


def stages(timings_ms: dict[str, float]) -> list[Stage]:
    """Stage timings as shares of their sum."""
    total = sum(timings_ms.values()) or 1.0
    laid, end = [], 0.0
    for name, milliseconds in timings_ms.items():
        width = 100.0 * milliseconds / total
        laid.append(Stage(round(end, 2), round(width, 2), f"{name.replace('_', ' ')} {milliseconds:.1f} ms"))
        end += width
    return laid


@dataclass(frozen=True, slots=True)
class Fact:
    words: str
    receipt: Any | None


@dataclass(frozen=True, slots=True)
class Point:
    track_id: str
    title: str
    valence: float
    arousal: float
    colour: str


def point(track_id: str, title: str, mood: Mood | None) -> Point | None:
    """Where a track lies on the plane; None where its mood is unknown."""
    if mood is None:
        return None
    return Point(track_id, title, mood.valence, mood.arousal, mood_colour(mood.valence, mood.arousal))


@dataclass(frozen=True, slots=True)
class Mark:
    """One of several moods of a track, called by its first word on the plane."""

    words: str
    valence: float
    arousal: float
    colour: str


def marks(moods: Mapping[str, Mood | None]) -> list[Mark]:
    """Those moods that are known, by their names."""
    return [
        Mark(words, mood.valence, mood.arousal, mood_colour(mood.valence, mood.arousal))
        for words, mood in moods.items()
        if mood is not None
    ]


@dataclass(frozen=True, slots=True)
class Plane:
    """The mood plane: points to draw, where the question lies, and the address a click adds its point to.

    marks: further moods of what lies at the target, tied to it.
    """

    points: list[Point]
    target: Mood | None
    search_url: str
    kept: list[tuple[str, Any]]
    crowd: Sequence[tuple[float, float]] = ()
    marks: Sequence[Mark] = ()

    @property
    def marks_json(self) -> str:
        drawn = [(round(m.valence, 3), round(m.arousal, 3), m.colour, m.words) for m in self.marks]
        return orjson.dumps(drawn).decode()

    @property
    def crowd_json(self) -> str:
        drawn = [(round(v, 3), round(a, 3), mood_colour(v, a)) for v, a in self.crowd]
        return orjson.dumps(drawn).decode()


def plane_of(
    asked: Asked,
    points: list[Point],
    target: Mood | None,
    crowd: Sequence[tuple[float, float]] = (),
    marks: Sequence[Mark] = (),
) -> Plane:
    return Plane(points, target, asked.url(mood=None), list(asked.kept("valence", "arousal")), crowd, marks)


def host_of(url: str | None) -> str | None:
    link = safe_link(url)
    return urlsplit(link).hostname if link else None


def mood_words(mood: Mood) -> str:
    """A mood in words and numbers.

    >>> mood_words(Mood(-0.6, -0.2))
    'sad (valence −0.60, arousal −0.20)'
    """
    return f"{mood.quadrant} (valence {signed(mood.valence)}, arousal {signed(mood.arousal)})"
