"""Claims over pieces, with intervals by bootstrap over the pieces.

Percentile intervals over resampled pieces are too narrow for few of them; they are stretched as t is to the normal
(Hesterberg 2015, "What teachers should know about the bootstrap", section 3.3) and smoothed (Silverman & Young 1987) by
what one piece of a player differs from another (`Quantity.spread`). So a single piece gives plus or minus twice that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from cratedig.music.drums.quantities import Quantity
from cratedig.music.drums.style import Claim

Floats = NDArray[np.float64]
Statistic = Literal["mean", "median", "low", "high", "rate"]

DRAWS: Final = 400
NORMAL: Final = 1.96
PRIOR_PIECES: Final = 2  # what the stated spread weighs, in pieces
LEAST: Final = 1e-6  # the smallest mean that is inverted
PRIOR_BARS: Final = 2.0
END_SPREADS: Final = 1.64  # from the mean to the 5 % point, in standard deviations
QUANTILES: Final = {"low": 0.05, "median": 0.5, "high": 0.95}
_SEED: Final = 20_021_106


@dataclass(frozen=True, eq=False)
class Resamples:
    """counts: how often each piece is in each draw, shape (DRAWS, pieces); noise: standard normal, shape (DRAWS,)."""

    counts: Floats
    noise: Floats

    @classmethod
    def of(cls, pieces: int) -> Resamples:
        """The same for the same number of pieces."""
        random = np.random.default_rng(_SEED)
        counts = random.multinomial(pieces, np.full(pieces, 1 / pieces), size=DRAWS).astype(np.float64)
        noise = random.standard_normal(DRAWS)
        return cls(counts, (noise - noise.mean()) / noise.std())


def claim(
    quantity: Quantity, values: Floats, weights: Floats, pieces: Floats, resamples: Resamples, *, statistic: Statistic
) -> Claim:
    """What pieces say together. values: shape (pieces,), nan where one says nothing; weights: what each weighs.

    pieces: how much of a whole piece of evidence each is, 0..1. Without any the claim is the quantity's `otherwise`
    over its whole range, and nothing sure.
    """
    told = np.isfinite(values) & (weights > 0)
    if not told.any():
        return Claim(quantity.otherwise, quantity.low, quantity.high, 0.0, 0)
    weights, values = np.where(told, weights, 0.0), np.where(told, values, 0.0)
    interval = _of_rate if statistic == "rate" else _of_values
    ends = interval(quantity, values, weights, resamples, statistic)
    low, value, high = sorted(quantity.within(end) for end in ends)
    sure = _confidence(float(pieces[told].sum()), (high - low) / (quantity.high - quantity.low))
    return Claim(value, low, high, sure, int(told.sum()))


def _of_values(
    quantity: Quantity, values: Floats, weights: Floats, resamples: Resamples, statistic: Statistic
) -> tuple[float, float, float]:
    """Low end, value, high end. A quantile at the end of what was heard lies farther out the less was heard."""
    effective = _effective(weights)
    value = float(_statistic(values, weights[None, :], statistic)[0])
    draws = _statistic(values, resamples.counts * weights, statistic)
    draws = value + (np.where(np.isfinite(draws), draws, value) - value) * _stretch(effective)
    draws = draws + resamples.noise * quantity.spread / effective
    low, high = np.quantile(draws, (0.025, 0.975)).tolist()
    unheard = END_SPREADS * quantity.spread / math.sqrt(effective)
    low -= unheard * (statistic == "low")
    high += unheard * (statistic == "high")
    return min(low, value), value, max(high, value)


def _of_rate(
    quantity: Quantity, values: Floats, weights: Floats, resamples: Resamples, _statistic: Statistic
) -> tuple[float, float, float]:
    """The same of one over a mean: what is usual (`otherwise`) weighs as much as PRIOR_BARS."""
    usual = 1 / quantity.otherwise
    counted = np.vstack([np.ones_like(weights), resamples.counts]) * weights
    means = (counted @ values + PRIOR_BARS * usual) / (counted.sum(axis=1) + PRIOR_BARS)
    mean, effective = float(means[0]), _effective(weights)
    draws = mean + (means[1:] - mean) * _stretch(effective) + resamples.noise * usual / effective
    low, high = np.maximum(np.quantile(draws, (0.025, 0.975)), LEAST).tolist()
    return 1 / max(high, mean), 1 / mean, 1 / min(low, mean)


def _effective(weights: Floats) -> float:
    """How many pieces of one weight say as much."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _statistic(values: Floats, weights: Floats, statistic: Statistic) -> Floats:
    """Of each row of weights, shape (draws, pieces); nan for a row of zeros."""
    if statistic in QUANTILES:
        return _quantile(values, weights, QUANTILES[statistic])
    total = weights.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: Floats = weights @ values / total
        return mean


def _quantile(values: Floats, weights: Floats, share: float) -> Floats:
    """The weighted quantile of each row: the mean of the two values around it where it lies between them."""
    order = np.argsort(values, kind="stable")
    summed = np.cumsum(weights[:, order], axis=1)
    wanted = share * summed[:, -1:]
    lower = (summed >= wanted - 1e-9 * summed[:, -1:]).argmax(axis=1)
    upper = (summed > wanted + 1e-9 * summed[:, -1:]).argmax(axis=1)
    found: Floats = (values[order][lower] + values[order][upper]) / 2
    return np.where(summed[:, -1] > 0, found, np.nan)


def _stretch(effective: float) -> float:
    """How much wider than the plain bootstrap's: t for normal, and the variance of few for that of all."""
    if effective <= 1:
        return 1.0
    free = effective - 1 + PRIOR_PIECES
    return math.sqrt(effective / (effective - 1)) * float(student.ppf(0.975, free)) / NORMAL


def _confidence(pieces: float, width: float) -> float:
    """0..1: by how much evidence there is, and how narrow the interval is within what can be at all."""
    return pieces / (pieces + PRIOR_PIECES) * min(max(1 - width, 0.0), 1.0)
