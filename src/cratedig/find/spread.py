"""Spreading artists over a ranking: a gap between two tracks of one artist, a cap per list, nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

GAP = 3
"""Positions between two tracks of one artist, as the recommender's specification sets it (section 6.2)."""
CAP = 10
"""Tracks of one artist among those that come first; the rest follow after everyone else's (section 4.2)."""


def spread(artists: Sequence[Hashable | None], *, gap: int = GAP, cap: int = CAP) -> list[int]:
    """The order in which to show a ranking, as positions into it; every position occurs once.

    artists: who made each ranked track; None is nobody in particular and never kept apart. At each place the best
    remaining track is taken whose artist was not among the `gap - 1` shown before; where all were, the best of them.

    >>> spread(["a", "a", "b", "c"], gap=3)
    [0, 2, 3, 1]
    >>> spread(["a", "a", "a"], gap=3)
    [0, 1, 2]
    """
    first, later = _capped(artists, cap)
    return [*_spaced(first, artists, gap), *_spaced(later, artists, gap)]


def _capped(artists: Sequence[Hashable | None], cap: int) -> tuple[list[int], list[int]]:
    seen: Counter[Hashable] = Counter()
    first: list[int] = []
    later: list[int] = []
    for position, artist in enumerate(artists):
        if artist is not None:
            seen[artist] += 1
        (later if artist is not None and seen[artist] > cap else first).append(position)
    return first, later


def _spaced(positions: Sequence[int], artists: Sequence[Hashable | None], gap: int) -> list[int]:
    waiting = list(positions)
    shown: list[int] = []
    while waiting:
        recent = (
            {artists[position] for position in shown[max(0, len(shown) - gap + 1) :]} - {None} if gap > 1 else set()
        )
        at = next((i for i, position in enumerate(waiting) if artists[position] not in recent), 0)
        shown.append(waiting.pop(at))
    return shown
