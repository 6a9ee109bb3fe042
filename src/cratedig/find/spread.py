"""Spreading a ranking: a gap between two tracks of one artist or one album, a cap per artist, nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

GAP = 3
"""Positions between two tracks of one artist or album, as the recommender's specification sets it (section 6.2)."""
CAP = 10
"""Tracks of one artist among those that come first; the rest follow after everyone else's (section 4.2)."""

Keys = Sequence[Hashable | None]


def spread(
    artists: Keys, albums: Keys | None = None, *, gap: int = GAP, cap: int = CAP, most: int | None = None
) -> list[int]:
    """The order in which to show a ranking, as positions into it; every position occurs once, or the first `most` do.

    artists, albums: whose each ranked track is; None is nobody's in particular and never kept apart. At each place the
    best remaining track is taken whose artist and album were not among the `gap - 1` shown before; where all were, the
    best of them.

    >>> spread(["a", "a", "b", "c"], gap=3)
    [0, 2, 3, 1]
    >>> spread(["a", "b", "c"], ["hits", "hits", "songs"], gap=2)
    [0, 2, 1]
    >>> spread(["a", "a", "a"], gap=3)
    [0, 1, 2]
    """
    kept_apart = list(zip(artists, albums or [None] * len(artists), strict=True))
    first, later = _capped(artists, cap)
    shown = _spaced(first, kept_apart, gap, len(artists) if most is None else most)
    return shown + _spaced(later, kept_apart, gap, len(later) if most is None else most - len(shown))


def _capped(artists: Keys, cap: int) -> tuple[list[int], list[int]]:
    seen: Counter[Hashable] = Counter()
    first: list[int] = []
    later: list[int] = []
    for position, artist in enumerate(artists):
        if artist is not None:
            seen[artist] += 1
        (later if artist is not None and seen[artist] > cap else first).append(position)
    return first, later


def _spaced(
    positions: Sequence[int], kept_apart: Sequence[tuple[Hashable, Hashable]], gap: int, most: int
) -> list[int]:
    waiting = list(positions)
    shown: list[int] = []
    while waiting and len(shown) < most:
        before = [kept_apart[position] for position in shown[max(0, len(shown) - gap + 1) :]] if gap > 1 else []
        artists = {artist for artist, _ in before} - {None}
        albums = {album for _, album in before} - {None}
        shown.append(waiting.pop(_first_free(waiting, kept_apart, artists, albums)))
    return shown


def _first_free(
    waiting: Sequence[int],
    kept_apart: Sequence[tuple[Hashable, Hashable]],
    artists: set[Hashable],
    albums: set[Hashable],
) -> int:
    """The first of `waiting` that is by none of these and on none of these; the first at all where none is."""
    for at, position in enumerate(waiting):
        artist, album = kept_apart[position]
        if artist not in artists and album not in albums:
            return at
    return 0
