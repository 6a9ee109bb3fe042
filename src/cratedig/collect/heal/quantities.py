"""Estimates of numbers nobody gave: plays, length, year; each with an interval that holds 90 of 100 truths.

The estimate is the artist's mean over the other tracks, pulled towards the genre family's and that towards
everybody's (the more the fewer there are: a two-level shrinkage estimator). Plays and lengths are taken on a
logarithmic scale.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.conformal import MISS, Groups, Intervals, Values
from cratedig.collect.heal.rows import Row
from cratedig.music.genre import FAMILIES, place
from cratedig.music.receipt import Receipt

LEAST_TO_LEARN = 100
FAMILY_PULL = 20.0
"""A family's mean over n tracks counts n / (n + 20)."""
ARTIST_PULLS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Of these the one with the least error on the catalogue's given values is taken."""
UNKNOWN_FAMILY = len(FAMILIES)


@dataclass(frozen=True)
class Quantity:
    """A column of numbers. inner, outer: to the scale on which errors are alike, and back. digits: of the result."""

    name: str
    inner: Callable[[float], float]
    outer: Callable[[float], float]
    digits: int | None

    def given(self, row: Row) -> float | None:
        """The row's given value on the inner scale; a year that was worked out is not given."""
        value = getattr(row, self.name)
        if value is None or (self.name == "year" and not row.year_given):
            return None
        return self.inner(float(value))

    def shown(self, inner: float) -> float:
        """A value in the column's own unit, never below zero."""
        return round(max(0.0, self.outer(inner)), self.digits)


def _same(value: float) -> float:
    return value


QUANTITIES = (
    Quantity("playback_count", lambda plays: math.log1p(max(0.0, plays)), math.expm1, None),
    Quantity("duration_s", lambda seconds: math.log(max(1.0, seconds)), math.exp, 1),
    Quantity("year", _same, _same, None),
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """value, low, high in the column's unit. basis: what it was worked out from."""

    value: float
    low: float
    high: float
    basis: str

    def receipt(self) -> dict[str, str | float]:
        return Receipt(
            self.basis, "shrunken means, conformal interval", 1.0 - MISS, "imputed", self.low, self.high
        ).as_dict()


Sums = Mapping[str, tuple[float, int]]
"""Artist key -> (sum on the inner scale, number) of the given values of a quantity."""


@dataclass(frozen=True)
class Estimator:
    """One quantity's means and calibrated intervals. families, spreads: (families + 1,) shrunken means and mean errors,
    the last where no family is known; the intervals are in units of the spread (Angelopoulos & Bates 2021, section
    2.3)."""

    quantity: Quantity
    families: Values
    spreads: Values
    highest: float  # value ever given: no interval reaches beyond
    pull: float
    intervals: Intervals

    @classmethod
    def learned_from(cls, quantity: Quantity, rows: Sequence[Row], sums: Sums) -> Estimator | None:
        """None where fewer than 100 rows have a value."""
        values = [quantity.given(row) for row in rows]
        known = [row for row, value in zip(rows, values, strict=True) if value is not None]
        truth = np.array([value for value in values if value is not None])
        if len(truth) < LEAST_TO_LEARN:
            return None
        family = _families(known)
        artists = _artist_numbers(known)
        families = _family_means(truth, family)
        base = _means_without(truth, family, artists)
        misses = np.abs(truth - base)
        spreads, their_spreads = _family_means(misses, family), _means_without(misses, family, artists)
        others, numbers = _artist_sums(known, sums, without=truth)
        errors = [float(np.abs(_shrunk(others, numbers, base, pull) - truth).mean()) for pull in ARTIST_PULLS]
        pull = ARTIST_PULLS[int(np.argmin(errors))]
        # every row is seen twice: as it is, and as if its artist were unknown
        residuals = np.concatenate([truth - _shrunk(others, numbers, base, pull), truth - base])
        groups = np.concatenate([_groups(numbers), np.full(len(truth), _STRANGER)])
        residuals = residuals / np.tile(their_spreads, 2)
        there = np.concatenate([numbers > 0, np.ones(len(truth), dtype=bool)])
        # a stranger's tracks are all new; of a known artist it is one track more, and each stands for itself
        alone = int(artists.max()) + 1 + np.arange(len(truth))
        intervals = Intervals.calibrated(residuals[there], groups[there], np.concatenate([alone, artists])[there])
        return cls(quantity, families, spreads, float(truth.max()), pull, intervals)

    def estimates(self, rows: Sequence[Row], sums: Sums) -> list[Estimate | None]:
        """An estimate for each row; None where no interval can be promised."""
        family = _families(rows)
        others, numbers = _artist_sums(rows, sums)
        inner = _shrunk(others, numbers, self.families[family], self.pull)
        low, high = self.intervals.around(inner, _groups(numbers), self.spreads[family])
        high = np.where(np.isfinite(high), np.maximum(inner, np.minimum(high, self.highest)), high)
        shown = self.quantity.shown
        return [
            Estimate(shown(at), shown(down), shown(up), "artist's other tracks" if n else "tracks of its genre")
            if math.isfinite(down) and math.isfinite(up)
            else None
            for at, down, up, n in zip(inner, low, high, numbers, strict=True)
        ]


_STRANGER = 0


def _groups(numbers: NDArray[np.int64]) -> Groups:
    """0: nothing of the artist is known, 1: one or two tracks, 2: three or more."""
    return np.asarray(np.minimum(2, (numbers + 1) // 2 * (numbers > 0)), dtype=np.int64)


def _shrunk(others: Values, numbers: NDArray[np.int64], base: Values, pull: float) -> Values:
    return np.asarray((others + pull * base) / (numbers + pull))


def _artist_sums(rows: Sequence[Row], sums: Sums, without: Values | None = None) -> tuple[Values, NDArray[np.int64]]:
    """Sum and number over the artist's given values; `without` each row's own where that is among them."""
    found = [sums.get(row.artist_key, (0.0, 0)) if row.artist_key else (0.0, 0) for row in rows]
    total = np.array([one for one, _ in found])
    number = np.array([n for _, n in found], dtype=np.int64)
    if without is not None:
        total, number = np.where(number > 0, total - without, 0.0), np.maximum(0, number - 1)
    return np.where(number > 0, total, 0.0), number


def _families(rows: Sequence[Row]) -> NDArray[np.int64]:
    placed = [place(row.genre) if row.genre else None for row in rows]
    return np.array([FAMILIES.index(one.family) if one else UNKNOWN_FAMILY for one in placed], dtype=np.int64)


def _artist_numbers(rows: Sequence[Row]) -> NDArray[np.int64]:
    """A number for each row's artist; a row without one is alone."""
    keys = [row.artist_key or f"#{row.track_id}" for row in rows]
    return np.asarray(np.unique(keys, return_inverse=True)[1], dtype=np.int64)


def _means_without(values: Values, families: NDArray[np.int64], artists: NDArray[np.int64]) -> Values:
    """Each row's family mean, shrunken, without all rows of its artist: what it would have been, had nobody known the
    artist. The artist's other rows are like this one, and would make the error look smaller than a stranger's."""
    both = families * (int(artists.max()) + 1) + artists
    pair = np.unique(both, return_inverse=True)[1]
    total, number = _left(values, families, pair)
    rest, others = _left(values, np.zeros_like(families), artists)
    return np.asarray((total + FAMILY_PULL * rest / np.maximum(1, others)) / (number + FAMILY_PULL))


def _left(values: Values, wholes: NDArray[np.int64], parts: NDArray[np.int64]) -> tuple[Values, Values]:
    """For each row the sum and number of its whole's values, less its part's."""
    total = np.bincount(wholes, weights=values)[wholes] - np.bincount(parts, weights=values)[parts]
    number = np.bincount(wholes)[wholes] - np.bincount(parts)[parts]
    return np.asarray(total), np.asarray(number, dtype=np.float64)


def _family_means(truth: Values, families: NDArray[np.int64]) -> Values:
    number = np.bincount(families, minlength=UNKNOWN_FAMILY + 1)
    total = np.bincount(families, weights=truth, minlength=UNKNOWN_FAMILY + 1)
    return np.asarray((total + FAMILY_PULL * truth.mean()) / (number + FAMILY_PULL))
