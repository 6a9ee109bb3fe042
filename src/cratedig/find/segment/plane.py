"""The points of a segment on the mood plane, by the cell they lie in, so that the nearest are looked for near by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import Floats, Ids

PER_CELL = 24
"""Points to a cell, were they spread evenly: fewer make more cells to go through, more are more points too far away."""
_MOST_CELLS = 512  # on a side
_REACH = 1.0  # coordinates are -1 .. 1


class Plane:
    """valence, arousal: of each row, -1 .. 1, NaN where it has no place."""

    def __init__(self, valence: Floats, arousal: Floats) -> None:
        self._points = valence, arousal
        self._side = int(np.clip(np.sqrt(len(valence) / PER_CELL), 1, _MOST_CELLS))
        placed = np.flatnonzero(~np.isnan(valence + arousal))
        cells = self._cell(valence[placed]) * self._side + self._cell(arousal[placed])
        self._rows = placed[np.argsort(cells, kind="stable")].astype(np.int32)
        counts = np.bincount(cells, minlength=self._side**2)
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._before = np.zeros((self._side + 1, self._side + 1), dtype=np.int64)
        self._before[1:, 1:] = counts.reshape(self._side, self._side).cumsum(axis=0).cumsum(axis=1)

    def near(self, point: Floats, k: int) -> tuple[Ids, Floats, float]:
        """At least `k` rows around `point` (2,), all of them where there are no more; minus their squared distances,
        and how far away every row is seen (infinite where none is left out)."""
        across, up = self._cell(point).tolist()
        ring, farthest = 0, max(across, up, self._side - 1 - across, self._side - 1 - up)
        while ring < farthest and self._counted(across, up, ring) < k:
            ring += 1 + ring // 4
        ring = min(farthest, ring + ring // 2 + 1)  # the corners of a square are further away than what lies beside it
        rows = self._rows_in(across, up, ring)
        away = np.square(self._points[0][rows] - point[0]) + np.square(self._points[1][rows] - point[1])
        return rows, np.negative(away, out=away), np.inf if ring == farthest else self._seen(point, across, up, ring)

    def _cell(self, values: Floats) -> NDArray[np.int64]:
        cells: NDArray[np.int64] = ((values + _REACH) * (self._side / (2 * _REACH))).astype(np.int64)
        return np.clip(cells, 0, self._side - 1)

    def _bounds(self, at: int, ring: int) -> tuple[int, int]:
        return max(0, at - ring), min(self._side, at + ring + 1)

    def _counted(self, across: int, up: int, ring: int) -> int:
        left, right = self._bounds(across, ring)
        low, high = self._bounds(up, ring)
        inside = self._before[right, high] - self._before[left, high] - self._before[right, low]
        return int(inside + self._before[left, low])

    def _rows_in(self, across: int, up: int, ring: int) -> Ids:
        left, right = self._bounds(across, ring)
        low, high = self._bounds(up, ring)
        columns = np.arange(left, right) * self._side
        spans = zip(self._starts[columns + low].tolist(), self._starts[columns + high].tolist(), strict=True)
        return np.concatenate([self._rows[start:end] for start, end in spans]).astype(np.int64)

    def _seen(self, point: Floats, across: int, up: int, ring: int) -> float:
        """The distance to the nearest side of the square beyond which there may be points."""
        width = 2 * _REACH / self._side
        sides = []
        for at, value in ((across, float(point[0])), (up, float(point[1]))):
            first, after = self._bounds(at, ring)
            sides += [value + _REACH - first * width] if first > 0 else []
            sides += [after * width - _REACH - value] if after < self._side else []
        return min(sides)
