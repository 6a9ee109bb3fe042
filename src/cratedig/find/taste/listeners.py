"""The space of listeners: tracks near each other where the same people hear them, or the same playlists hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cratedig.find.taste.factors import Factors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST_ROWS = 100
"""lastfm_hetrec, parts of its listeners, 32 factors: recall at 20 against popularity's 0.075 / 0.052 with 50 listeners,
0.104 / 0.082 with 100, 0.127 / 0.088 with 200, 0.158 / 0.095 with 400."""
LEAST_HEARD = 3  # rows that a track needs before its factors say more than who its first listener was
PAIRS_A_ROW = 2


def is_enough(weights: csr_matrix) -> bool:
    """Are there LEAST_ROWS rows (listeners or playlists) that join at least two tracks each?"""
    return int((weights.getnnz(axis=1) >= PAIRS_A_ROW).sum()) >= LEAST_ROWS


def listeners_space(factors: Factors, weights: csr_matrix) -> NDArray[np.float64]:
    """(m, rank), rows of length 1 as a space to lean in; NaN for a track that too few have heard.

    weights: (n, m), what the factors were learned from.
    """
    lengths = np.linalg.norm(factors.columns, axis=1, keepdims=True)
    known = (weights.getnnz(axis=0) >= LEAST_HEARD)[:, None] & (lengths > 0.0)
    unit = factors.columns / np.where(lengths > 0.0, lengths, 1.0)
    return np.asarray(np.where(known, unit, np.nan), dtype=np.float64)
