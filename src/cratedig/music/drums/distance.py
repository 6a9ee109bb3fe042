"""How far two bars, or two grooves, are from one another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from cratedig.music.drums.groove import Bar, Groove

Strokes = Mapping[Hashable, int]


def distance(one: Bar, other: Bar) -> float:
    """0 (the same strokes, as loud) .. 1 (no stroke in common); a metric on what is written, pushes apart.

    The mean of two Soergel distances of velocities, sum |a - b| / sum max(a, b): place by place for each drum, and for
    each voice, so that a stroke on the other crash is half as far as one on a tom. Places are compared as they stand,
    also between bars of two meters.

    >>> from cratedig.music.drums.notation import read_bar
    >>> one, two = read_bar("4/4 4\\nkick 8"), read_bar("4/4 4\\nkick 4")
    >>> distance(one, one), distance(one, two)
    (0.0, 0.5)
    """
    return _distance(_strokes(one), _strokes(other))


def apart(one: Groove, other: Groove) -> float:
    """The mean distance of the bars of two grooves, first with first; a bar that has no partner is 1 away."""
    return _apart(_told(one), _told(other))


def distances(grooves: Sequence[Groove]) -> tuple[tuple[float, ...], ...]:
    """How far each is from each, as `apart` says; square, symmetric."""
    told = [_told(groove) for groove in grooves]
    half = {(at, to): _apart(told[at], told[to]) for at in range(len(told)) for to in range(at)}
    return tuple(tuple(half.get((max(at, to), min(at, to)), 0.0) for to in range(len(told))) for at in range(len(told)))


def _told(groove: Groove) -> list[tuple[Strokes, Strokes]]:
    return [_strokes(bar) for bar in groove.bars]


def _apart(one: Sequence[tuple[Strokes, Strokes]], other: Sequence[tuple[Strokes, Strokes]]) -> float:
    longer, both = max(len(one), len(other)), min(len(one), len(other))
    return (sum(map(_distance, one, other)) + longer - both) / longer


def _distance(one: tuple[Strokes, Strokes], other: tuple[Strokes, Strokes]) -> float:
    return (_soergel(one[0], other[0]) + _soergel(one[1], other[1])) / 2


def _strokes(bar: Bar) -> tuple[Strokes, Strokes]:
    """Velocities by place and drum, and by place and voice, the loudest."""
    drums: dict[Hashable, int] = {}
    voices: dict[Hashable, int] = {}
    for hit in bar.hits:
        drum, voice = (hit.place, hit.drum.note), (hit.place, hit.drum.voice)
        drums[drum] = hit.velocity
        voices[voice] = max(hit.velocity, voices.get(voice, 0))
    return drums, voices


def _soergel(one: Strokes, other: Strokes) -> float:
    shared = sum(min(velocity, other[key]) for key, velocity in one.items() if key in other)
    largest = sum(one.values()) + sum(other.values()) - shared
    return (largest - shared) / largest if largest else 0.0
