"""What was put over an index: vectors in one array that grows, so that a change costs what it changes."""

from __future__ import annotations

import numpy as np

from cratedig.models.index.contract import Ids, Vectors

NOBODY = -1
"""The id of a row that was replaced or taken out."""
_FIRST = 256


class Additions:
    """Vectors (n, dim) under ids. What `now` gave stays as it was, whatever comes later."""

    def __init__(self, dim: int) -> None:
        self._ids: Ids = np.full(_FIRST, NOBODY, dtype=np.int64)
        self._vectors: Vectors = np.empty((_FIRST, dim), dtype=np.float32)
        self._used = 0
        self._row_of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._row_of)

    @property
    def ids(self) -> Ids:
        """Those that are there, in any order."""
        return np.fromiter(self._row_of, dtype=np.int64, count=len(self._row_of))

    def put(self, ids: Ids, vectors: Vectors) -> None:
        """Under ids that may be there; of an id given twice the last counts."""
        last = {one: at for at, one in enumerate(ids.tolist())}
        at = np.fromiter(last.values(), dtype=np.int64, count=len(last))
        self.drop(ids)
        self._make_room(len(at))
        end = self._used + len(at)
        self._ids[self._used : end], self._vectors[self._used : end] = ids[at], vectors[at]
        self._row_of.update(zip(last, range(self._used, end), strict=True))
        self._used = end

    def drop(self, ids: Ids) -> None:
        """Takes those out that are there."""
        rows = [row for one in ids.tolist() if (row := self._row_of.pop(one, None)) is not None]
        if rows:
            self._ids = self._ids.copy()  # who was given the old one reads on
            self._ids[rows] = NOBODY

    def now(self) -> tuple[Ids, Vectors]:
        """The rows' ids, NOBODY where one was taken out, and their vectors. Fewer than half of them are taken out."""
        if 2 * len(self._row_of) < self._used:
            self._move_together()
        return self._ids[: self._used], self._vectors[: self._used]

    def _make_room(self, more: int) -> None:
        if self._used + more <= len(self._ids):
            return
        room = max(2 * len(self._ids), self._used + more)
        ids, vectors = self._ids[: self._used], self._vectors[: self._used]
        self._ids = np.full(room, NOBODY, dtype=np.int64)
        self._vectors = np.empty((room, vectors.shape[1]), dtype=np.float32)
        self._ids[: self._used], self._vectors[: self._used] = ids, vectors

    def _move_together(self) -> None:
        there = np.flatnonzero(self._ids[: self._used] != NOBODY)
        self._ids, self._vectors = self._ids[there], self._vectors[there]
        self._used = len(there)
        self._row_of = {one: row for row, one in enumerate(self._ids.tolist())}
