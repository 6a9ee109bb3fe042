"""Several opinions on one question become one, and its confidence becomes true: pooled and calibrated on hidden truth.

The pool is a weighted product of the opinions, each taken relative to the prior (a logarithmic opinion pool: Genest &
Zidek 1986, "Combining probability distributions", section 3); its weights minimise the loss on rows whose truth was
hidden. The confidence is then mapped by isotonic regression (Zadrozny & Elkan 2002), by group where a group is large.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

STEPS = 250
RATE = 0.05
HOLD = 2.0
"""How strongly a weight is held at its default, in rows: with few rows the defaults speak."""
LEAST_BLOCK = 40
"""An isotonic step stands on so many rows at least: its mean has a standard error of 0.08 at most."""
LEAST_STEPS = 10
LINE_HOLD = 4.0  # rows' worth of curvature that the prior has: about 16 rows of middling confidence
NEWTON_STEPS, LONGEST_STEP = 40, 0.5
LEAST_GROUP = 80


@dataclass(frozen=True)
class Pool:
    """prior: (classes,) probabilities; weights: (sources,)."""

    prior: Matrix
    weights: Matrix

    def combined(self, opinions: Matrix) -> Matrix:
        """(n, classes) probabilities from (sources, n, classes) log-ratios to the prior; 0 where a source is silent."""
        return softmax(np.log(self.prior) + np.tensordot(self.weights, opinions, axes=1))

    @classmethod
    def fitted(cls, prior: Matrix, opinions: Matrix, truth: NDArray[np.int64], default: Matrix) -> Pool:
        """Weights >= 0 with the least log loss on these rows, held at `default`; by Adam (Kingma & Ba 2015)."""
        weights, mean, square = default.astype(np.float64), np.zeros(len(default)), np.zeros(len(default))
        told = np.take_along_axis(opinions, truth[None, :, None], axis=2)[:, :, 0]
        for step in range(1, STEPS + 1):
            found = softmax(np.log(prior) + np.tensordot(weights.astype(np.float32), opinions, axes=1))
            expected = np.einsum("snc,nc->sn", opinions, found)
            slope = (expected - told).mean(axis=1) + HOLD * (weights - default) / len(truth)
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            change = (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
            weights = np.maximum(0.0, weights - RATE * change)
        return cls(prior, weights.astype(np.float32))


def softmax(logits: Matrix) -> Matrix:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def log_ratio(counts: Matrix, prior: Matrix, *, doubt: float) -> Matrix:
    """How much more likely than before a count makes each class: log of (counts + doubt * prior) / total / prior.

    doubt: how many observations the prior is worth. A row without counts gives zeros.
    """
    total = counts.sum(axis=1, keepdims=True) + doubt
    return np.asarray(np.log((counts + doubt * prior) / total / prior), dtype=np.float32)


@dataclass(frozen=True)
class Curve:
    """A non-decreasing map from a raw confidence to a true one: steps at `edges`, joined by straight lines."""

    edges: NDArray[np.float64]
    values: NDArray[np.float64]

    def __call__(self, raw: Matrix) -> Matrix:
        return np.interp(raw, self.edges, self.values).astype(np.float32)

    @classmethod
    def fitted(cls, raw: Matrix, right: NDArray[np.bool_], *, trust: float) -> Curve:
        """Isotonic regression by pooling adjacent violators, on blocks of rows with like confidence; of fewer rows than
        make ten blocks a line on the scale of log-odds.

        trust: how many rows the raw confidence itself is worth beside a step's own.
        """
        if len(raw) < LEAST_STEPS * LEAST_BLOCK:
            return cls._line(raw, right)
        order = np.argsort(raw, kind="stable")
        pieces = max(1, len(order) // LEAST_BLOCK)
        blocks = [
            [float(raw[part].mean()), float(right[part].mean()), float(len(part))]
            for part in np.array_split(order, pieces)
        ]
        merged: list[list[float]] = []
        for block in blocks:
            merged.append(block)
            while len(merged) > 1 and merged[-2][1] >= merged[-1][1]:
                (x1, y1, n1), (x2, y2, n2) = merged[-2:]
                merged[-2:] = [[(x1 * n1 + x2 * n2) / (n1 + n2), (y1 * n1 + y2 * n2) / (n1 + n2), n1 + n2]]
        values = [(y * n + x * trust) / (n + trust) for x, y, n in merged]
        return cls(np.array([x for x, _, _ in merged]), np.maximum.accumulate(values))

    @classmethod
    def _line(cls, raw: Matrix, right: NDArray[np.bool_]) -> Curve:
        """Shift and slope of the log-odds with the least log loss, held at 0 and 1 (Platt 1999, "Probabilistic outputs
        for support vector machines", with a prior); by Newton's method in
        bounded steps."""
        x = np.stack([np.ones(len(raw)), _log_odds(raw.astype(np.float64))], axis=1)
        weights = start = np.array([0.0, 1.0])
        for _ in range(NEWTON_STEPS):
            found = 1.0 / (1.0 + np.exp(-x @ weights))
            slope = x.T @ (found - right) + LINE_HOLD * (weights - start)
            curvature = (x * (found * (1.0 - found))[:, None]).T @ x + LINE_HOLD * np.eye(2)
            weights = weights - np.clip(np.linalg.solve(curvature, slope), -LONGEST_STEP, LONGEST_STEP)
        edges = np.linspace(0.0, 1.0, 101)
        slope_up = max(0.0, float(weights[1]))
        return cls(edges, 1.0 / (1.0 + np.exp(-(weights[0] + slope_up * _log_odds(edges)))))


def _log_odds(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(shares, 1e-3, 1.0 - 1e-3)
    return np.asarray(np.log(inside / (1.0 - inside)))


@dataclass(frozen=True)
class Calibration:
    """A curve for all, and one for each group of rows that is large enough (a "Mondrian" calibration: Vovk 2003)."""

    whole: Curve  # of rows whose group has none of its own
    groups: Mapping[int, Curve]

    def __call__(self, raw: Matrix, groups: NDArray[np.int64]) -> Matrix:
        true = self.whole(raw)
        for group, curve in self.groups.items():
            true = np.where(groups == group, curve(raw), true)
        return np.asarray(true, dtype=np.float32)

    @classmethod
    def fitted(cls, raw: Matrix, right: NDArray[np.bool_], groups: NDArray[np.int64], *, trust: float) -> Calibration:
        """Raises ValueError without rows."""
        names, sizes = np.unique(groups, return_counts=True)
        large = [int(name) for name, size in zip(names, sizes, strict=True) if size >= LEAST_GROUP]
        return cls(
            Curve.fitted(raw, right, trust=trust),
            {group: Curve.fitted(raw[groups == group], right[groups == group], trust=trust) for group in large},
        )


def expected_calibration_error(confidence: Matrix, right: NDArray[np.bool_], *, bins: int = 10) -> float:
    """Mean distance of confidence from accuracy over bins of equal width, weighted by rows (Naeini et al. 2015)."""
    if not len(confidence):
        return 0.0
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidence[at == one].mean()) - float(right[at == one].mean())) * float((at == one).mean())
        for one in np.unique(at)
    ]
    return float(sum(gaps))
