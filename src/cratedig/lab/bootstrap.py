"""How sure is a mean over queries: percentile intervals of resampled queries (Efron & Tibshirani 1993, chapter 13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

DRAWS: Final = 2000
SURE: Final = 0.95
_AT_ONCE = 250  # draws held in memory

Interval = tuple[float, float]


def mean_interval(values: Sequence[float], *, draws: int = DRAWS, seed: int = 0) -> Interval:
    """The middle 95 % of means of resampled values; the same seed gives the same interval.

    >>> mean_interval([0.5, 0.5, 0.5])
    (0.5, 0.5)

    Raises ValueError without values.
    """
    return _middle(_means(np.array([values], dtype=np.float64), draws, seed)[0])


def ratio_interval(above: Sequence[float], below: Sequence[float], *, draws: int = DRAWS, seed: int = 0) -> Interval:
    """The same for the ratio of two means over the same queries, resampled in pairs.

    Raises ValueError without values or for lengths that differ.
    """
    means = _means(np.array([above, below], dtype=np.float64), draws, seed)
    return _middle(means[0] / np.maximum(means[1], 1e-12))


def _means(values: NDArray[np.float64], draws: int, seed: int) -> NDArray[np.float64]:
    """(figures, n) -> (figures, draws): means over n values drawn with replacement, the same ones for each figure."""
    count = values.shape[1]
    if not count:
        raise ValueError("an interval needs values")
    generator = np.random.default_rng(seed)
    parts = [
        values[:, generator.integers(0, count, (min(_AT_ONCE, draws - first), count))].mean(axis=2)
        for first in range(0, draws, _AT_ONCE)
    ]
    return np.concatenate(parts, axis=1)


def _middle(found: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(found, [50 * (1 - SURE), 50 * (1 + SURE)])
    return round(float(low), 4), round(float(high), 4)
