"""The space of listeners: tracks near each other where the same people hear them, or the same playlists hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cratedig.find.taste.factors import Factors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST_ROWS = 100
"""lastfm_hetrec, parts of its listeners, 32 factors: recall at 20 against popularity's 0.075 / 0.052 with 50 listeners,
0.104 / 0.082 with 100, 0.127 / 0.088 with 200, 0.158 / 0.095 with 400."""
LONG_SHARE = 0.1
LEAST_HEARD = 3  # rows that a track needs before its factors say more than who its first listener was
PAIRS_A_ROW = 2


@dataclass(frozen=True, slots=True)
class ListenersSpace:
    """Tracks by rising id with their place in the space. ids: (m,).  vectors: (m, rank), above 0 to 1 long."""

    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def rows(self, track_ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """(n, rank) of these tracks, NaN for one that has no place."""
        if not len(self.ids):
            return np.full((len(track_ids), self.vectors.shape[1]), np.nan)
        at = np.minimum(np.searchsorted(self.ids, track_ids), len(self.ids) - 1)
        has = self.ids[at] == track_ids
        return np.where(has[:, None], self.vectors[at].astype(np.float64), np.nan)


def is_enough(weights: csr_matrix) -> bool:
    """Are there LEAST_ROWS rows (listeners or playlists) that join at least two tracks each?"""
    return int((weights.getnnz(axis=1) >= PAIRS_A_ROW).sum()) >= LEAST_ROWS


def listeners_space(ids: NDArray[np.int64], factors: Factors, weights: csr_matrix) -> ListenersSpace:
    """The space of what was learned: a longer vector is one that listeners place more firmly, LONG_SHARE of them have
    length 1.

    ids: (m,), rising, of the columns.  weights: (n, m), what the factors were learned from.
    """
    known = weights.getnnz(axis=0) >= LEAST_HEARD
    lengths = np.linalg.norm(factors.columns, axis=1)
    known &= lengths > 0.0
    longest = float(np.quantile(lengths[known], 1.0 - LONG_SHARE)) if known.any() else 1.0
    vectors = factors.columns / np.maximum(lengths, longest)[:, None].clip(min=1e-12)
    return ListenersSpace(ids[known], vectors[known].astype(np.float32))
