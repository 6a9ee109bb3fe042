"""Building an index from vectors that go by in parts, so that all of them are never in memory twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cratedig.models.index.contract import DEPTH, Ids, Params, Vectors
from cratedig.models.index.layered import LayeredIndex, checked
from cratedig.models.index.recall import Truth
from cratedig.models.index.structure import Structure

QUERIES = 64
"""Vectors that a new index is asked for; what it finds is held against the exact."""
WIDEN = 1.2
NARROWEST = {"ivf_sq": 8, "ivf_pq": 8}


class Building:
    """An index that is being built: `add` every vector once, then `done`."""

    def __init__(self, params: Params, sample: Vectors, *, asked: Vectors | None = None, depth: int = DEPTH) -> None:
        """sample: vectors (n, dim) spread evenly over all; centres and axes are learned from them. asked: vectors
        (m, dim) such as it will be asked for; None or none: some of the sample. depth: so many nearest are recalled."""
        self._params = params
        self._depth = depth
        self._structure = Structure.trained(params, checked(sample, params.dim, rows=len(sample)))
        if asked is None or not len(asked):
            asked = sample[np.linspace(0, len(sample) - 1, min(QUERIES, len(sample)), dtype=int)]
        self._truth = Truth(self._structure.projected(asked), params.metric, depth)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Vectors (n, dim) under ids that were not added before. Raises ValueError as Index.add."""
        laid = self._structure.projected(checked(vectors, self._params.dim, rows=len(ids)))
        self._structure.add(ids, laid)
        self._truth.see(ids, laid)

    def done(self, *, recall: float) -> tuple[LayeredIndex, float]:
        """The index, searched as narrowly as finds the `recall` (0 .. 1) of the exact nearest that is wanted, and the
        recall it has; less than wanted only where looking at everything does not find it either."""
        breadth, widest = self._narrowest(), self._widest()
        found = self._recall(breadth)
        while found < recall and breadth < widest:
            breadth = min(widest, int(breadth * WIDEN) + 1)
            found = self._recall(breadth)
        params = replace(self._params, breadth=breadth)
        self._structure.params = params
        return LayeredIndex(params, self._structure), found

    def _narrowest(self) -> int:
        return self._depth if self._params.kind in ("hnsw", "scan", "codes") else NARROWEST.get(self._params.kind, 0)

    def _widest(self) -> int:
        if self._params.kind in ("hnsw", "scan", "codes"):
            return max(self._depth, len(self._structure))
        return self._params.lists

    def _recall(self, breadth: int) -> float:
        found = breadth if self._params.kind == "codes" else self._depth
        hits = self._structure.search(self._truth.queries, found, breadth=breadth)
        return self._truth.recall([one.ids for one in hits])
