"""An index as it is used: a structure that never changes, and over it what was added and taken out since."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cratedig.models.index.additions import NOBODY, Additions
from cratedig.models.index.contract import Hits, Ids, Params, Vectors
from cratedig.models.index.recall import best, scores

if TYPE_CHECKING:
    from cratedig.models.index.structure import Structure


class LayeredIndex:
    """An Index. Additions are compared exactly, one by one: some thousands cost little, then it wants to be built
    anew (`changes` says how many there are). Threads may search it while one changes it."""

    def __init__(self, params: Params, structure: Structure) -> None:
        self.params = params
        self._structure = structure
        self._added = Additions(params.inner_dim)
        self._gone: Ids = np.empty(0, dtype=np.int64)  # sorted
        self._lock = threading.Lock()

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
        return len(np.union1d(self._gone, self._added.ids))

    def __len__(self) -> int:
        return len(self._structure) - len(self._gone) + len(self._added)

    @property
    def groups(self) -> int:
        """Of how many groups vectors were in it when it was built."""
        return len(np.unique(self._ids // self.params.group))

    def add(self, ids: Ids, vectors: Vectors) -> None:
        laid = self._structure.projected(checked(vectors, self.params.dim, rows=len(ids)))
        with self._lock:
            self._hide(ids)
            self._added.put(ids, laid)

    def remove(self, ids: Ids) -> int:
        with self._lock:
            before = len(self)
            self._hide(ids)
            self._added.drop(ids)
            return before - len(self)

    def search(self, vector: Vectors, k: int, *, only: Ids | None = None, without: Ids | None = None) -> Hits:
        if k < 1:
            raise ValueError("k is 1 or more.")
        laid = self._structure.projected(checked(vector[None], self.params.dim, rows=1))
        with self._lock:
            hidden, ids, vectors = self._gone, *self._added.now()
        barred = hidden if without is None else np.union1d(hidden, without)
        lower = self._structure.search(laid, k, breadth=self.params.breadth, only=only, without=barred)[0]
        if not len(ids):
            return lower
        upper = _search_added(ids, vectors, laid, self.params, k, only, without)
        return best(np.concatenate([lower.ids, upper.ids]), np.concatenate([lower.scores, upper.scores]), k)

    def _hide(self, ids: Ids) -> None:
        known = self._ids
        at = np.searchsorted(known, ids)
        at[at == len(known)] = 0
        if len(known):
            self._gone = np.union1d(self._gone, ids[known[at] == ids])

    @cached_property
    def _ids(self) -> Ids:
        """The structure's, sorted; needed only once something changes."""
        return np.sort(self._structure.ids())


def _search_added(
    ids: Ids, vectors: Vectors, laid: Vectors, params: Params, k: int, only: Ids | None, without: Ids | None
) -> Hits:
    found, may = scores(laid, vectors, params.metric)[0], ids != NOBODY
    if only is not None:
        may &= np.isin(ids // params.group, only)
    if without is not None:
        may &= ~np.isin(ids, without)
    return best(ids[may], found[may], k)


def checked(vectors: Vectors, dim: int, *, rows: int) -> Vectors:
    """The same vectors. Raises ValueError unless they are (rows, dim) finite numbers."""
    if vectors.shape != (rows, dim):
        raise ValueError(f"Vectors of shape {vectors.shape} where ({rows}, {dim}) is wanted.")
    if not np.isfinite(vectors).all():
        raise ValueError("Vectors hold numbers that are not finite.")
    return vectors
