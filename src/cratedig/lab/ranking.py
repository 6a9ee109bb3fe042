"""Figures of rankings (Jarvelin & Kekalainen 2002, "Cumulated gain-based evaluation of IR techniques")."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

import numpy as np


def ndcg(ranked: Sequence[int], gains: Mapping[int, float], *, k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`, 0..1; 0 where nothing has a gain.

    >>> ndcg([7, 9], {7: 1.0, 8: 1.0}, k=2)
    0.6131471927654584
    """
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    got = np.array([gains.get(item, 0.0) for item in ranked[:k]])
    best = np.sort(np.array(list(gains.values())))[::-1][:k]
    ideal = float((best * discounts[: len(best)]).sum())
    return float((got * discounts[: len(got)]).sum()) / ideal if ideal > 0.0 else 0.0


def recall(ranked: Sequence[int], relevant: Collection[int], *, k: int) -> float:
    """Share of `relevant` among the first `k`, of those that could be there: at most `k`.

    >>> recall([1, 2, 3], {1, 9}, k=3)
    0.5
    """
    return len(set(ranked[:k]) & set(relevant)) / min(k, len(relevant))


def bucket(key: str) -> float:
    """A stable number in 0..1 for a name: the same on every machine and in every run.

    >>> 0.0 <= bucket("Neo Soul") < 1.0
    True
    """
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
