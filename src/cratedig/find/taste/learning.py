"""Learning the space of listeners, and whether it is worth using: it must beat the neighbourhood on what was held back.

Plain functions of who heard what; the job `taste` brings that and publishes what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue.heard import Pairs
from cratedig.find.taste.factors import Fit, factorise
from cratedig.find.taste.listeners import ListenersSpace, is_enough, listeners_space
from cratedig.find.taste.neighbours import by_neighbours

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FIT = Fit(rank=32)
"""lastfm_hetrec, parts of its listeners, recall at 20 of the neighbourhood / 32 / 64 factors: 0.076 / 0.109 / 0.108
with 100 listeners, 0.141 / 0.172 / 0.164 with 400, 0.190 / 0.215 / 0.219 with 1,500."""
HELD = 0.2
FIRST = 20
JUDGED_ROWS = 300
"""Rows whose held pairs are judged at most, and the rows that are scored at once."""
JUDGED_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """Recall at 20 of pairs that were held back: of the space, of the neighbourhood, and of what most have."""

    space: float
    neighbours: float
    popularity: float
    pairs: int

    @property
    def is_better(self) -> bool:
        return self.space > max(self.neighbours, self.popularity)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning. space: None where there is too little to learn from, or another way is as good.

    rows, tracks, pairs: what it was learned from.  judged: None where there was too little.
    """

    rows: int
    tracks: int
    pairs: int
    judged: Judged | None = None
    space: ListenersSpace | None = None


def learn(pairs: Pairs, *, seed: int = 0) -> Lesson:
    """The space of listeners, where a fifth of the pairs, held back, says that it is worth it."""
    table, ids = _table(pairs)
    rows, tracks = table.shape
    if not is_enough(table):
        return Lesson(rows, tracks, table.nnz)
    judged = judge(table, seed=seed)
    if not judged.is_better:
        return Lesson(rows, tracks, table.nnz, judged)
    return Lesson(rows, tracks, table.nnz, judged, listeners_space(ids, factorise(table, FIT, seed=seed), table))


def judge(table: csr_matrix, *, seed: int = 0) -> Judged:
    """Learns from four fifths of the pairs and ranks, for some rows, what they do not have."""
    kept, held = _parted(table, seed)
    some = np.flatnonzero(held.getnnz(axis=1) > 0)[:JUDGED_ROWS]
    space = listeners_space(np.arange(table.shape[1]), factorise(kept, FIT, seed=seed), kept)
    places = np.nan_to_num(space.rows(np.arange(table.shape[1])))
    counts = np.asarray((kept > 0).sum(axis=0), dtype=np.float64).ravel()
    found: dict[str, list[float]] = {"space": [], "neighbours": [], "popularity": []}
    for first in range(0, len(some), JUDGED_AT_ONCE):
        part = some[first : first + JUDGED_AT_ONCE]
        ways = {
            "space": (kept[part] @ _unit(places)) @ places.T,
            "neighbours": by_neighbours(kept, kept[part]),
            "popularity": np.tile(counts, (len(part), 1)),
        }
        for name, scores in ways.items():
            found[name] += _recalls(scores, kept[part], held[part])
    means = {name: round(float(np.mean(values)), 4) if values else 0.0 for name, values in found.items()}
    return Judged(pairs=int(held[some].nnz), **means)


def _table(pairs: Pairs) -> tuple[csr_matrix, NDArray[np.int64]]:
    """(rows by tracks, the tracks' ids, rising)."""
    from scipy.sparse import csr_matrix

    rows, row = np.unique(pairs.rows, return_inverse=True)
    ids, column = np.unique(pairs.tracks, return_inverse=True)
    return csr_matrix((pairs.weights, (row, column)), shape=(len(rows), len(ids))), ids


def _parted(table: csr_matrix, seed: int) -> tuple[csr_matrix, csr_matrix]:
    """(kept, held back): about a fifth of the pairs of rows that have five or more."""
    from scipy.sparse import csr_matrix

    cells = table.tocoo()
    long = np.asarray(table.getnnz(axis=1) >= 1 / HELD)[cells.row]
    away = long & (np.random.default_rng(seed).random(table.nnz) < HELD)
    parts = [
        csr_matrix((cells.data[part], (cells.row[part], cells.col[part])), shape=table.shape) for part in (~away, away)
    ]
    return parts[0], parts[1]


def _recalls(scores: NDArray[np.float64], kept: csr_matrix, held: csr_matrix) -> list[float]:
    """Of each row the share of its held pairs among the first 20 it does not have, of those that could be."""
    left = np.array(scores)
    left[kept.nonzero()] = -np.inf
    shown = np.argsort(-left, axis=1, kind="stable")[:, :FIRST]
    hits = np.take_along_axis(held.toarray() > 0, shown, axis=1).sum(axis=1)
    shares = hits / np.minimum(FIRST, held.getnnz(axis=1))
    return [float(share) for share in shares]


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0.0, lengths, 1.0), dtype=np.float64)
