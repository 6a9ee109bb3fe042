"""Building an index from vectors that go by in parts, so that all of them are never in memory twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cratedig.models.index.contract import Ids, Params, Vectors
from cratedig.models.index.layered import LayeredIndex, checked
from cratedig.models.index.recall import Truth
from cratedig.models.index.structure import Structure

DEPTH = 500
"""Retrieval takes that many of each space, so recall is measured there."""
QUERIES = 64
"""Vectors of the sample that a new index is asked for; what it finds is held against the exact."""
WIDEN = 1.4
NARROWEST = {"ivf_sq": 8, "ivf_pq": 8, "hnsw": DEPTH}


class Building:
    """An index that is being built: `add` every vector once, then `done`."""

    def __init__(self, params: Params, sample: Vectors) -> None:
        """sample: vectors (n, dim) spread evenly over all; centres and axes are learned from them."""
        self._params = params
        self._structure = Structure.trained(params, checked(sample, params.dim, rows=len(sample)))
        asked = np.linspace(0, len(sample) - 1, min(QUERIES, len(sample)), dtype=int)
        self._truth = Truth(self._structure.projected(sample[asked]), params.metric, DEPTH)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Vectors (n, dim) under ids that were not added before. Raises ValueError as Index.add."""
        laid = self._structure.projected(checked(vectors, self._params.dim, rows=len(ids)))
        self._structure.add(ids, laid)
        self._truth.see(ids, laid)

    def done(self, *, recall: float) -> tuple[LayeredIndex, float]:
        """The index, searched as narrowly as finds the `recall` (0 .. 1) of the exact 500 that is wanted, and the
        recall it has; less than wanted only where looking at everything does not find it either."""
        breadth, widest = NARROWEST.get(self._params.kind, 0), self._widest()
        found = self._recall(breadth)
        while found < recall and breadth < widest:
            breadth = min(widest, int(breadth * WIDEN) + 1)
            found = self._recall(breadth)
        params = replace(self._params, breadth=breadth)
        self._structure.params = params
        return LayeredIndex(params, self._structure), found

    def _widest(self) -> int:
        if self._params.kind == "hnsw":
            return max(DEPTH, len(self._structure))
        return self._params.lists

    def _recall(self, breadth: int) -> float:
        hits = self._structure.search(self._truth.queries, DEPTH, breadth=breadth)
        return self._truth.recall([one.ids for one in hits])
