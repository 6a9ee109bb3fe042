"""Liking from plays and tags together: for artists or tracks with many listeners, few, or none yet.

Tags are rows of the same table as listeners (collective factorisation, Singh & Gordon 2008): a tag is somebody who
"heard" all that carries it, so what nobody has played yet has factors as well. Beside the factors stands the plain
cosine with the mean tags of what a listener plays, which knows rare tags that the factors have no room for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cratedig.find.taste.factors import Fit, factorise

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mix:
    """tags_as_rows: weight of a tag's row beside a listener's.  by_tags: the say of the cosine beside the factors'."""

    fit: Fit
    tags_as_rows: float
    by_tags: float


def likings(plays: csr_matrix, tags: csr_matrix, mix: Mix, *, seed: int = 0) -> Floats:
    """(n, m), higher for what a listener would rather hear; comparable within a row only.

    plays: (n, m) of n listeners, each row's largest about 1.  tags: (t, m), 0 or more; a column of zeros is untagged.
    """
    from scipy.sparse import csr_matrix, vstack

    both = csr_matrix(vstack([plays, mix.tags_as_rows * _unit_columns(tags)]))
    factors = factorise(both, mix.fit, seed=seed)
    found = standard(factors.rows[: plays.shape[0]] @ factors.columns.T)
    found += mix.by_tags * standard(by_tags(plays, tags))
    return found


def standard(scores: Floats) -> Floats:
    """Each row to mean 0 and spread 1; a row without spread to 0."""
    away = scores - scores.mean(axis=1, keepdims=True)
    spread = away.std(axis=1, keepdims=True)
    return np.asarray(away / np.where(spread > 0.0, spread, 1.0), dtype=np.float64)


def by_tags(plays: csr_matrix, tags: csr_matrix) -> Floats:
    """The product of a listener's summed tags and an item's, both by rarity and of unit length per item."""
    carried = np.asarray((tags > 0).sum(axis=1)).ravel()
    rarity = np.log(tags.shape[1] / np.maximum(1, carried))
    unit = _unit_columns(_scaled_rows(_unit_columns(tags), rarity))
    return np.asarray(((plays @ unit.T) @ unit).toarray(), dtype=np.float64)


def _unit_columns(table: csr_matrix) -> csr_matrix:
    from scipy.sparse import csr_matrix, diags_array

    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=0)).ravel())
    return csr_matrix(table @ diags_array(1.0 / np.where(lengths > 0.0, lengths, 1.0)))


def _scaled_rows(table: csr_matrix, by: Floats) -> csr_matrix:
    from scipy.sparse import csr_matrix, diags_array

    return csr_matrix(diags_array(by) @ table)
