"""Figures of one list of tracks: how different, by how many artists, how near to a mood (the recommender's
specification, "Evaluation metrics")."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def precision(ranked: Sequence[int], relevant: Collection[int], *, k: int) -> float:
    """Share of the first `k` places that hold something relevant; an empty place holds nothing.

    >>> precision([1, 2, 3], {1, 3}, k=4)
    0.5
    """
    return len(set(ranked[:k]) & set(relevant)) / k


def intra_list_diversity(vectors: Floats) -> float:
    """Mean distance of pairs, 1 - cosine, of unit vectors (n, d): 0 for one track again and again, about 1 for
    strangers; 0 for fewer than two.

    The sum over pairs is that of the whole: |sum of vectors|^2 = n + twice the sum of the cosines.
    """
    count = len(vectors)
    if count < 2:
        return 0.0
    whole = vectors.astype(np.float64).sum(axis=0)
    cosine = (float(whole @ whole) - count) / (count * (count - 1))
    return float(np.clip(1.0 - cosine, 0.0, 2.0))


def artist_diversity(artists: Sequence[Hashable | None], *, k: int) -> float:
    """Different artists among the first `k` over `k`, or over as many as there are; nobody counts as one of their own.

    >>> artist_diversity(["a", "b", "a", None, None], k=4)
    0.75
    """
    first = list(artists[:k])
    if not first:
        return 0.0
    nobodies = sum(artist is None for artist in first)
    return (len({artist for artist in first if artist is not None}) + nobodies) / len(first)


def mood_alignment(wanted: Floats, moods: Floats, *, span: float = 2.0) -> float:
    """1 - the mean distance of moods (n, 2) from the wanted one (2,), on the plane from -1 to 1, over `span`.

    The specification's formula has no unit; its similarity of moods (section 6.1) takes distances over 2, "normalised
    to 0..1", and so does this. A span of 1 is the bare distance. Tracks without a mood (NaN) do not count; 0 where
    none has one.
    """
    known = moods[~np.isnan(moods).any(axis=1)]
    if not len(known):
        return 0.0
    return float(1.0 - np.hypot(*(known - wanted).T).mean() / span)


def coverage(lists: Sequence[Sequence[int]], catalogue: int) -> float:
    """Share of the catalogue's tracks that any list shows.

    >>> coverage([[1, 2], [2, 3]], 6)
    0.5
    """
    return len({track for shown in lists for track in shown}) / catalogue if catalogue else 0.0
