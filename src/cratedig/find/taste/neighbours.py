"""The neighbourhood of what was heard: the plain way of recommending from who heard what, which others must beat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def by_neighbours(weights: csr_matrix, of: csr_matrix | None = None) -> NDArray[np.float64]:
    """(k, m): the summed cosine of each column's rows with those of each column heard (Sarwar et al. 2001).

    weights: (n, m), who heard what.  of: (k, m), those for whom; everybody where absent. Dense: for parts of a table.
    """
    from scipy.sparse import csr_matrix

    heard = csr_matrix(weights > 0, dtype=np.float64)
    theirs = heard if of is None else csr_matrix(of > 0, dtype=np.float64)
    counts = np.asarray(heard.sum(axis=0)).ravel()
    unit = csr_matrix(heard.multiply(1.0 / np.sqrt(np.maximum(counts, 1.0))[None, :]))
    return np.asarray(((theirs @ unit.T) @ unit).toarray(), dtype=np.float64)
