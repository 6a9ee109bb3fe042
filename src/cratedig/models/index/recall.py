"""How much of the truth an index finds: the exact nearest, gathered while the vectors go by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cratedig.models.index.contract import Hits, Ids, Metric, Vectors


def scores(queries: Vectors, vectors: Vectors, metric: Metric) -> NDArray[np.float32]:
    """(queries, vectors), as an index scores them; the higher, the nearer."""
    products = queries @ vectors.T
    if metric == "direction":
        return products
    squares = (queries**2).sum(axis=1)[:, None] - 2 * products + (vectors**2).sum(axis=1)
    found: NDArray[np.float32] = -np.sqrt(np.maximum(squares, 0))
    return found


def best(ids: Ids, found: NDArray[np.float32], k: int) -> Hits:
    """The `k` highest of these scores, best first, of equal ones the smaller id."""
    if len(ids) > k:
        kept = found >= np.partition(found, len(ids) - k)[len(ids) - k]  # sorting all would be most of the work
        ids, found = ids[kept], found[kept]
    order = np.lexsort((ids, -found))[:k]
    return Hits(ids[order], found[order])


class Truth:
    """The `k` exact nearest to each of some queries among all vectors seen."""

    def __init__(self, queries: Vectors, metric: Metric, k: int) -> None:
        self.queries = queries
        self.k = k
        self._metric: Metric = metric
        self._best = [Hits(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in queries]

    def see(self, ids: Ids, vectors: Vectors) -> None:
        """Counts these vectors in."""
        for at, row in enumerate(scores(self.queries, vectors, self._metric)):
            before = self._best[at]
            both = np.concatenate([before.ids, ids]), np.concatenate([before.scores, row])
            self._best[at] = best(*both, self.k)

    def recall(self, found: list[Ids]) -> float:
        """The share of the exact nearest that `found`, a row to each query, holds: 0 .. 1; 1 where nothing was seen."""
        wanted = sum(len(hits) for hits in self._best)
        hit = sum(len(np.intersect1d(hits.ids, ids)) for hits, ids in zip(self._best, found, strict=True))
        return hit / wanted if wanted else 1.0
