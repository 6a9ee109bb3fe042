"""Grooves like a groove: by how near the bars of one are to the nearest bars of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from cratedig.music.drums.distance import distance
from cratedig.music.drums.groove import Bar
from cratedig.music.drums.strokes import strokes

MOST_BARS: Final = 16
"""So many bars tell a groove: those it plays most often."""


def telling(bars: Iterable[Bar], *, most: int = MOST_BARS) -> tuple[Bar, ...]:
    """The bars played most often, the first of those that are the same bar; none of rests."""
    first: dict[object, Bar] = {}
    counted = Counter(first.setdefault((bar.meter, strokes(bar)), bar) for bar in bars if bar.hits)
    return tuple(bar for bar, _ in counted.most_common(most))


def farness(query: Sequence[Bar], other: Sequence[Bar]) -> float:
    """The mean over the bars of `query` of the distance to the nearest of `other` (music.drums.distance).

    0 where each is one of them, 1 where none has a stroke in common with any; at least one bar on both sides.
    """
    return sum(min(distance(bar, one) for one in other) for bar in query) / len(query)


def nearest(query: Sequence[Bar], others: Mapping[str, Sequence[Bar]], *, top: int) -> list[tuple[str, float]]:
    """The `top` nearest by name, with how far they are, the nearest first; those without bars are left out."""
    found = ((name, farness(query, bars)) for name, bars in others.items() if bars)
    return sorted(found, key=lambda one: (one[1], one[0]))[:top]
