"""Intervals that hold what they promise: split conformal prediction, one calibration for each pattern of nulls.

Vovk, Gammerman & Shafer 2005, "Algorithmic Learning in a Random World", sections 2.2 and 4.5 (Mondrian); Angelopoulos &
Bates 2021, "A gentle introduction to conformal prediction", sections 1 and 4.1. If hidden values are like the given
ones of their group, an interval holds at least 1 - miss of them, whatever the distribution and however poor the
estimate. Rows of one artist are alike, so that many of them promise less: the finite-sample margin counts artists
(Dunn, Wasserman & Ramdas 2023, "Distribution-free prediction sets for two-layer hierarchical models", treat the case).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Groups = NDArray[np.int64]

MISS = 0.10
LEAST_GROUP = 80
"""A group with fewer calibration rows is treated as all rows are: its own quantiles would hang on four values."""


def conformal_quantile(residuals: Values, share: float, independent: float | None = None) -> float:
    """The least value that `share` of a further residual stays below with certainty of the finite sample: with n
    residuals the ceil((n + 1) share)-th smallest; infinity where n is too small for that.

    independent: how many residuals theirs are worth, where they come in clusters; None: each stands for itself.

    >>> conformal_quantile(np.arange(1.0, 20.0), 0.9), conformal_quantile(np.arange(3.0), 0.9)
    (18.0, inf)
    >>> conformal_quantile(np.arange(1.0, 101.0), 0.9), conformal_quantile(np.arange(1.0, 101.0), 0.9, independent=20)
    (91.0, 95.0)
    """
    number = len(residuals) if independent is None else independent
    rank = math.ceil(len(residuals) * share * (number + 1) / number - 1e-9) if number else math.inf
    return float(np.sort(residuals)[int(rank) - 1]) if rank <= len(residuals) else math.inf


def independent_of(clusters: Groups) -> float:
    """How many independent rows rows in clusters are worth, at least: the number of equal clusters that vary as much
    (Kish 1965, "Survey Sampling", section 11.7, for rows that are alike within a cluster).

    >>> independent_of(np.array([1, 1, 2, 2])), independent_of(np.array([1, 2, 3]))
    (2.0, 3.0)
    """
    sizes = np.unique(clusters, return_counts=True)[1].astype(np.float64)
    return float(sizes.sum() ** 2 / max(1.0, (sizes**2).sum()))


@dataclass(frozen=True)
class Offsets:
    """How far below and above the estimate the truth lies, at most, in all but `MISS` of the cases."""

    below: float
    above: float

    @classmethod
    def of(cls, residuals: Values, clusters: Groups) -> Offsets:
        """residuals: truth less estimate. Each side misses half, so that a lopsided error gets a lopsided interval."""
        half, number = 1.0 - MISS / 2.0, independent_of(clusters)
        return cls(conformal_quantile(-residuals, half, number), conformal_quantile(residuals, half, number))


@dataclass(frozen=True)
class Intervals:
    """Offsets of all rows, and of each group of rows that was large enough."""

    whole: Offsets
    groups: Mapping[int, Offsets]

    @classmethod
    def calibrated(cls, residuals: Values, groups: Groups, clusters: Groups | None = None) -> Intervals:
        """residuals: truth less estimate of calibration rows, which the estimates were not made from. clusters: rows
        with the same number are alike, as an artist's are; None: no two are."""
        clusters = np.arange(len(residuals)) if clusters is None else clusters
        names, sizes = np.unique(groups, return_counts=True)
        large = [int(name) for name, size in zip(names, sizes, strict=True) if size >= LEAST_GROUP]
        by_group = {name: Offsets.of(residuals[groups == name], clusters[groups == name]) for name in large}
        return cls(Offsets.of(residuals, clusters), by_group)

    def around(self, estimates: Values, groups: Groups, units: Values) -> tuple[Values, Values]:
        """(low, high) for each estimate; infinite where too little was there to calibrate on.

        units: by what each row's residuals were divided when they were calibrated.
        """
        offsets = [self.groups.get(int(group), self.whole) for group in groups]
        low = estimates - np.array([one.below for one in offsets]) * units
        return low, estimates + np.array([one.above for one in offsets]) * units


def coverage(truth: Values, low: Values, high: Values) -> float:
    """Share of truths within their intervals, ends included."""
    return float(((truth >= low) & (truth <= high)).mean()) if len(truth) else math.nan
