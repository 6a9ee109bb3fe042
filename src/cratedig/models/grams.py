"""Texts as bags of hashed byte n-grams: features for small linear models, in any language, thousands of rows at once.

The hashing trick of Weinberger et al. 2009, "Feature hashing for large scale multitask learning", without signs. Grams
are of UTF-8 bytes: four bytes are four Latin letters, two Arabic ones, or most of a Vietnamese syllable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZES = (3, 4, 6)  # bytes in a gram
_MOST_BYTES = 240
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2^64 / golden ratio (Knuth 1973, volume 3, section 6.4)


@dataclass(frozen=True)
class Grams:
    """buckets: the grams of all texts, one text after the other; counts: how many belong to each text."""

    buckets: NDArray[np.int64]
    counts: NDArray[np.int64]

    def sums(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Per text the sum of its grams' weights over the square root of their number.

        weights: (2^bits,) or (2^bits, k); the result is (n,) or (n, k). A text without grams sums to 0.
        """
        from scipy.sparse import csr_array  # 0.1 s, and not every start reads grams

        ends = np.concatenate([[0], np.cumsum(self.counts)])
        ones = np.ones(len(self.buckets), dtype=np.float32)
        summed = csr_array((ones, self.buckets, ends), shape=(len(self.counts), len(weights))) @ weights
        scale = 1.0 / np.sqrt(np.maximum(self.counts, 1)).astype(np.float32)
        return np.asarray(summed * (scale if weights.ndim == 1 else scale[:, None]), dtype=np.float32)

    def rows(self) -> NDArray[np.int64]:
        """For each gram the text it belongs to."""
        return np.repeat(np.arange(len(self.counts)), self.counts)


def grams_of(texts: Sequence[str], *, bits: int) -> Grams:
    """The grams of folded texts; a text is read up to 240 bytes, with a space before and after it.

    >>> grams_of(["a b", ""], bits=10).counts.tolist()
    [5, 0]
    """
    pieces = [f" {text} ".encode()[:_MOST_BYTES] if text else b"" for text in texts]
    owner_of = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    data = np.frombuffer(b"".join(pieces), dtype=np.uint8).astype(np.uint64)
    found, owners = [], []
    for size in SIZES:
        if len(data) < size:
            continue
        starts = np.arange(len(data) - size + 1)
        owner = owner_of[: len(starts)]
        whole = owner == owner_of[size - 1 :]
        found.append(_hashed(data, starts[whole], size, bits))
        owners.append(owner[whole])
    if not found:
        return Grams(np.zeros(0, dtype=np.int64), np.zeros(len(texts), dtype=np.int64))
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return Grams(np.concatenate(found)[order], np.bincount(owner, minlength=len(texts)))


def _hashed(data: NDArray[np.uint64], starts: NDArray[np.int64], size: int, bits: int) -> NDArray[np.int64]:
    value = np.full(len(starts), size, dtype=np.uint64)
    for offset in range(size):
        value = (value << np.uint64(8)) | data[starts + offset]
    return ((value * _MIX) >> np.uint64(64 - bits)).astype(np.int64)
