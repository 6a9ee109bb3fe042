"""A learned table over hashed byte n-grams: what spelling tells of a text, weighed by how rare each gram is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cratedig.models.grams import grams_of

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class GramTable:
    """idf: (2^bits,), 0 for grams that are not looked at. weights: (2^bits, k) in steps of `step` (k,)."""

    idf: Matrix
    weights: NDArray[np.int8]
    step: Matrix

    def rows(self, texts: Sequence[str]) -> Matrix:
        """(n, k): a text's grams by sublinear tf-idf of unit length, times their weights."""
        rows = gram_rows(texts, self.idf)
        used, at = np.unique(rows.indices, return_inverse=True)  # a few hundred of 2^bits
        few = csr_array((rows.data, at, rows.indptr), shape=(len(texts), len(used)))
        return np.asarray(few @ self.weights[used].astype(np.float32), dtype=np.float32) * self.step


def gram_counts(texts: Sequence[str], bits: int) -> csr_array:
    """(n, 2^bits): how often each gram stands in each text; a text is read in lower case, up to 240 bytes."""
    grams = grams_of([text.lower() for text in texts], bits=bits)
    ends = np.concatenate([[0], np.cumsum(grams.counts)])
    counts = csr_array((np.ones(len(grams.buckets), np.float32), grams.buckets, ends), shape=(len(texts), 1 << bits))
    counts.sum_duplicates()
    return counts


def gram_rows(texts: Sequence[str], idf: Matrix) -> csr_array:
    """(n, 2^bits): sublinear tf-idf of unit length (Salton & Buckley 1988, section 2)."""
    return weighed(gram_counts(texts, len(idf).bit_length() - 1), idf)


def weighed(counts: csr_array, idf: Matrix) -> csr_array:
    """Counts as sublinear tf-idf, each row of unit length; rows of nothing known stay 0."""
    rows = counts.copy()
    rows.data = ((1 + np.log(rows.data)) * idf[rows.indices]).astype(np.float32)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(rows.indptr)).astype(np.float32)
    return rows
