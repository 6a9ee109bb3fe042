"""What the catalogue knows of a query: how many tracks have each of its words and names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.find.segment.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Known:
    """How many tracks have each word, unwanted word, name and tier; what no track has is left out.

    mean_lexemes: different lexemes of a track, on average.  common: what all texts share, (n, 384), the mean first.
    """

    documents: int
    mean_lexemes: float
    words: Mapping[str, int]
    unwanted: Mapping[str, int]
    names: Mapping[str, int]
    tiers: dict[str, int]
    """Facet lexemes with a tier -> in how many tracks."""
    common: NDArray[np.float32]

    def rareness(self, lexeme: str) -> float:
        """BM25's inverse document frequency of one of `words`, > 0."""
        count = self.words.get(lexeme, 0)
        return math.log1p((max(self.documents, count) - count + 0.5) / (count + 0.5))

    def cleared(self, vector: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        """`cleared` of what all texts share."""
        return cleared(self.common, vector)


def cleared(common: NDArray[np.float32], vector: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """The query's direction without what all texts share, of length 1, and what the mean text scores on it."""
    if not len(common):
        return vector, 0.0
    mean, directions = common[0], common[1:]
    left = vector - mean
    left = left - directions.T @ (directions @ left)
    length = float(np.linalg.norm(left))
    if length < 1e-6:
        return vector, 0.0
    left = left / length
    return left, float(left @ mean)


def known(
    snapshot: Snapshot,
    *,
    wanted: Iterable[str],
    unwanted: Iterable[str] = (),
    names: Iterable[str] = (),
    tiers: Iterable[str] = (),
) -> Known:
    """Looks a query's words and names up: lexemes, and facet lexemes."""
    return Known(
        documents=snapshot.tracks,
        mean_lexemes=snapshot.mean_length,
        words=counted(snapshot, wanted),
        unwanted=counted(snapshot, unwanted),
        names=counted(snapshot, names),
        tiers=counted(snapshot, tiers),
        common=snapshot.common,
    )


def counted(snapshot: Snapshot, lexemes: Iterable[str]) -> dict[str, int]:
    """Lexeme -> in how many tracks it stands; what no track has is left out."""
    given = list(dict.fromkeys(lexemes))
    return {lexeme: count for lexeme, count in zip(given, snapshot.counts(given), strict=True) if count}
