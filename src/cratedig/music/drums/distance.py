"""How far two bars, or two grooves, are from one another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

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
    return (_soergel(_by_drum(one), _by_drum(other)) + _soergel(_by_voice(one), _by_voice(other))) / 2


def apart(one: Groove, other: Groove) -> float:
    """The mean distance of the bars of two grooves, first with first; a bar that has no partner is 1 away."""
    longer = max(len(one.bars), len(other.bars))
    both = min(len(one.bars), len(other.bars))
    return (sum(map(distance, one.bars, other.bars)) + longer - both) / longer


def _by_drum(bar: Bar) -> Strokes:
    return {(hit.place, hit.drum.note): hit.velocity for hit in bar.hits}


def _by_voice(bar: Bar) -> Strokes:
    loudest: dict[Hashable, int] = {}
    for hit in bar.hits:
        key = (hit.place, hit.drum.voice)
        loudest[key] = max(hit.velocity, loudest.get(key, 0))
    return loudest


def _soergel(one: Strokes, other: Strokes) -> float:
    shared = sum(min(velocity, other[key]) for key, velocity in one.items() if key in other)
    largest = sum(one.values()) + sum(other.values()) - shared
    return (largest - shared) / largest if largest else 0.0
