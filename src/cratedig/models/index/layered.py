"""An index as it is used: a structure that never changes, and over it what was added and taken out since."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cratedig.models.index.contract import Hits, Ids, Metric, Params, Vectors
from cratedig.models.index.recall import best, scores

if TYPE_CHECKING:
    from cratedig.models.index.structure import Structure


@dataclass(frozen=True, slots=True)
class _Layer:
    """What lies over the structure: ids of it that are taken out or replaced, and additions as they are compared."""

    hidden: Ids
    ids: Ids
    vectors: Vectors


class LayeredIndex:
    """An Index. Additions are compared exactly, one by one: some thousands cost little, then it wants to be built
    anew (`changes` says how many there are). Threads may search it while one changes it."""

    def __init__(self, params: Params, structure: Structure) -> None:
        self.params = params
        self._structure = structure
        self._added: dict[int, Vectors] = {}
        self._gone: set[int] = set()
        self._lock = threading.Lock()
        self._kept: _Layer | None = None

    @classmethod
    def read(cls, path: Path, params: Params) -> LayeredIndex:
        """As it was written, from a file whose SHA-256 was checked. Raises ValueError where it is of other params."""
        from cratedig.models.index.structure import Structure

        return cls(params, Structure.read(path, params))

    def write(self, put: Callable[[bytes], int]) -> None:
        """Hands its file to `put`. Raises ValueError where it has changed since it was built: build it anew."""
        if self.changes:
            raise ValueError(f"An index with {self.changes} changes is built anew, not written.")
        self._structure.write(put)

    @property
    def changes(self) -> int:
        """Ids added, replaced or taken out since the structure was made."""
        return len(self._gone | self._added.keys())

    def __len__(self) -> int:
        return len(self._structure) - len(self._gone) + len(self._added)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        laid = self._structure.projected(checked(vectors, self.params.dim, rows=len(ids)))
        with self._lock:
            self._hide(ids)
            self._added.update(zip(ids.tolist(), laid, strict=True))
            self._kept = None

    def remove(self, ids: Ids) -> int:
        with self._lock:
            before = len(self)
            self._hide(ids)
            for one in ids.tolist():
                self._added.pop(one, None)
            self._kept = None
            return before - len(self)

    def search(self, vector: Vectors, k: int, *, only: Ids | None = None, without: Ids | None = None) -> Hits:
        if k < 1:
            raise ValueError("k is 1 or more.")
        laid = self._structure.projected(checked(vector[None], self.params.dim, rows=1))
        layer = self._layer()
        barred = layer.hidden if without is None else np.union1d(layer.hidden, without)
        lower = self._structure.search(laid, k, breadth=self.params.breadth, only=only, without=barred)[0]
        if not len(layer.ids):
            return lower
        upper = _search_added(layer, laid, self.params.metric, k, only, without)
        return best(np.concatenate([lower.ids, upper.ids]), np.concatenate([lower.scores, upper.scores]), k)

    def _layer(self) -> _Layer:
        with self._lock:
            if self._kept is None:
                hidden = np.fromiter(self._gone, dtype=np.int64, count=len(self._gone))
                ids = np.fromiter(self._added, dtype=np.int64, count=len(self._added))
                rows = np.array(list(self._added.values()), dtype=np.float32)
                self._kept = _Layer(hidden, ids, rows.reshape(len(ids), self.params.inner_dim))
            return self._kept

    def _hide(self, ids: Ids) -> None:
        known = self._ids
        at = np.searchsorted(known, ids)
        at[at == len(known)] = 0
        if len(known):
            self._gone.update(ids[known[at] == ids].tolist())

    @cached_property
    def _ids(self) -> Ids:
        """The structure's, sorted; needed only once something changes."""
        return np.sort(self._structure.ids())


def _search_added(layer: _Layer, laid: Vectors, metric: Metric, k: int, only: Ids | None, without: Ids | None) -> Hits:
    ids, vectors = layer.ids, layer.vectors
    if only is not None or without is not None:
        may = np.isin(ids, only) if only is not None else np.ones(len(ids), dtype=bool)
        if without is not None:
            may &= ~np.isin(ids, without)
        ids, vectors = ids[may], vectors[may]
    return best(ids, scores(laid, vectors, metric)[0], k)


def checked(vectors: Vectors, dim: int, *, rows: int) -> Vectors:
    """The same vectors. Raises ValueError unless they are (rows, dim) finite numbers."""
    if vectors.shape != (rows, dim):
        raise ValueError(f"Vectors of shape {vectors.shape} where ({rows}, {dim}) is wanted.")
    if not np.isfinite(vectors).all():
        raise ValueError("Vectors hold numbers that are not finite.")
    return vectors
