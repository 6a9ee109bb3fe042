"""Factors of implicit feedback by alternating least squares (Hu, Koren & Volinsky 2008, "Collaborative filtering for
implicit feedback datasets").

Every pair has a preference, 1 where something was heard and 0 elsewhere, and a confidence, 1 + `confidence` x weight.
Each half step solves exactly for all rows while the columns stand still, so the loss never rises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

FEW = 0.5
"""Entries of a row, in ranks, below which the smaller system is the faster one: lastfm_hetrec takes half the time."""
_SLIGHT = 1e-9  # confidence that the smaller system cannot divide by


@dataclass(frozen=True, slots=True)
class Fit:
    """How to factorise. rank: factors.  pull: ridge towards 0.  confidence: of a weight of 1, above the 1 of any pair.
    rounds: of both half steps."""

    rank: int = 64
    pull: float = 20.0
    confidence: float = 10.0
    rounds: int = 7


@dataclass(frozen=True, slots=True)
class Factors:
    """rows: (n, rank).  columns: (m, rank). A row's liking of a column is their product, about 0..1."""

    rows: Floats
    columns: Floats
    fit: Fit

    def fold_in(self, weights: csr_matrix) -> Floats:
        """Factors (n, rank) of rows that were not learned from; weights: (n, m), 0 or more."""
        return _half(weights, self.columns, self.fit)


def factorise(weights: csr_matrix, fit: Fit | None = None, *, seed: int = 0) -> Factors:
    """weights: (n, m), sparse. The same weights, fit and seed give the same factors.

    Raises ValueError for a weight below 0: what somebody disliked is no pair here, but a negative preference of the
    leaning.
    """
    fit = fit or Fit()
    table = weights.tocsr()
    if table.nnz and float(table.data.min()) < 0.0:
        raise ValueError("a weight is below 0")
    columns = np.random.default_rng(seed).normal(0.0, 0.01, (table.shape[1], fit.rank))
    rows = np.zeros((table.shape[0], fit.rank))
    across = table.T.tocsr()
    for _ in range(fit.rounds):
        rows = _half(table, columns, fit)
        columns = _half(across, rows, fit)
    return Factors(rows, columns, fit)


def loss(weights: csr_matrix, factors: Factors) -> float:
    """What the factors leave: weighted squares and the ridge (their equation 3). Dense: for small tables."""
    confidence = 1.0 + factors.fit.confidence * weights.toarray()
    left = (confidence > 1.0) - factors.rows @ factors.columns.T
    ridge = float((factors.rows**2).sum() + (factors.columns**2).sum())
    return float((confidence * left**2).sum()) + factors.fit.pull * ridge


def _half(table: csr_matrix, others: Floats, fit: Fit) -> Floats:
    """Their equation 4 for every row: (Y'Y + Y'(C - 1)Y + pull) x = Y'C p, the first product shared by all."""
    shared = others.T @ others + fit.pull * np.eye(fit.rank)
    turned = others @ np.linalg.inv(shared)
    solved = np.zeros((table.shape[0], fit.rank))
    for row, (first, last) in enumerate(zip(table.indptr[:-1], table.indptr[1:], strict=True)):
        if first < last:
            heard, extra = table.indices[first:last], fit.confidence * table.data[first:last].astype(np.float64)
            few = last - first < FEW * fit.rank and float(extra.min()) > _SLIGHT
            solved[row] = _few(others[heard], turned[heard], extra) if few else _many(others[heard], shared, extra)
    return solved


def _many(heard: Floats, shared: Floats, extra: Floats) -> Floats:
    return np.asarray(np.linalg.solve(shared + (heard * extra[:, None]).T @ heard, heard.T @ (1.0 + extra)))


def _few(heard: Floats, turned: Floats, extra: Floats) -> Floats:
    """The same by Woodbury's identity (1950): a system as large as the row has entries. turned: heard x shared^-1."""
    start = turned.T @ (1.0 + extra)
    inner = heard @ turned.T
    inner[np.diag_indices_from(inner)] += 1.0 / extra
    return np.asarray(start - turned.T @ np.linalg.solve(inner, heard @ start))
