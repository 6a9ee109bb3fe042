"""A listener's leaning in each space, and how far a track follows it.

In a space of directions (text, sound, the factors of other listeners) the leaning is one vector, the sum of weight x
track: its product with a candidate is the sum of weight x cosine over all that was heard. On the mood plane nearness
takes the place of the cosine. Neither is divided by the number of events, from which follow the laws: a like raises
every track with a positive cosine to the liked one, and a dislike lowers it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHARES: Mapping[str, float] = {"text": 0.3, "sound": 0.3, "listeners": 0.4, "mood": 0.2}
"""What each space says of a leaning; scaled to 1 over those that a candidate has."""
FIRM = frozenset({"listeners"})
"""Spaces where a candidate's length says how firmly it has its place, and counts."""
MOOD_NEAR = 0.35  # distance on the plane (each axis -1..1) at which nearness is exp(-1/2)
STEP = 0.05  # between points of GRID: nearness is right within 0.006
GRID = np.linspace(-1.0, 1.0, 41)
OF_ITSELF = 2.0
"""What is said of a candidate itself counts so much beside what is said of all it resembles, itself included."""
FULL = 3.0
"""The sum of weight x similarity at which a signal has gone 3/4 of the way from the middle to its end."""


@dataclass(frozen=True, slots=True)
class Directions:
    """n rows of a space, any length of row, all NaN or 0 where a track has none. rows: (n, d).

    shared: (k, d), what all rows share: their mean, then orthonormal directions; k may be 0. A row counts without it:
    with it every cosine of two texts is high.
    """

    rows: NDArray[np.floating[Any]]
    shared: NDArray[np.floating[Any]] | None = None

    def unit(self) -> Floats:
        """(n, d) of length 1, NaN where there is none."""
        left = self.rows.astype(np.float64)
        if self.shared is not None and len(self.shared):
            left = left - self.shared[0]
            left -= (left @ self.shared[1:].T) @ self.shared[1:]
        lengths = np.linalg.norm(left, axis=1)
        return np.asarray(left / np.where(self._has() & (lengths > 0.0), lengths, np.nan)[:, None], dtype=np.float64)

    def along(self, vector: Floats) -> Floats:
        """(n,): the product of each row of `unit` with a vector that has nothing of what is shared. One pass."""
        rows = self.rows.astype(np.float64)
        products, squares = rows @ vector, np.einsum("ij,ij->i", rows, rows)
        if self.shared is not None and len(self.shared):
            mean, axes = self.shared[0].astype(np.float64), self.shared[1:].astype(np.float64)
            inside = (rows @ axes.T) - axes @ mean
            products = products - mean @ vector
            squares = squares - 2.0 * (rows @ mean) + mean @ mean - np.einsum("ij,ij->i", inside, inside)
        lengths = np.sqrt(np.maximum(squares, 0.0))
        return np.asarray(products / np.where(self._has() & (lengths > 0.0), lengths, np.nan), dtype=np.float64)

    def _has(self) -> NDArray[np.bool_]:
        return np.asarray(self.rows.any(axis=1) & ~np.isnan(self.rows[:, 0]), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of n tracks. moods: (n, 2), valence and arousal -1..1, NaN where not known."""

    spaces: Mapping[str, Directions]
    moods: Floats

    def __post_init__(self) -> None:
        if self.moods.shape[1:] != (2,):
            raise ValueError(f"moods of shape {self.moods.shape} are not (n, 2)")
        for name, rows in self.spaces.items():
            if name not in SHARES or name == "mood":
                raise ValueError(f"there is no space {name!r} of directions")
            if rows.rows.ndim != 2 or len(rows.rows) != len(self.moods):
                raise ValueError(f"{name} of shape {rows.rows.shape} does not fit {len(self.moods)} tracks")


@dataclass(frozen=True, slots=True)
class Leaning:
    """tracks: how many were heard.  vectors: space -> (d,).  moods: (41, 41), the sum of weight x nearness at
    each point of GRID x GRID, valence by arousal."""

    tracks: int
    vectors: Mapping[str, Floats]
    moods: Floats


def leaning(preferences: Mapping[int, float], heard: Described) -> Leaning:
    """heard: the tracks of `preferences`, in its order."""
    weights = np.array(list(preferences.values()), dtype=np.float64)
    if len(weights) != len(heard.moods):
        raise ValueError(f"{len(weights)} preferences do not fit {len(heard.moods)} tracks")
    vectors = {name: weights @ np.nan_to_num(rows.unit()) for name, rows in heard.spaces.items()}
    placed = ~np.isnan(heard.moods).any(axis=1)
    return Leaning(len(weights), vectors, _field(heard.moods[placed], weights[placed]))


def taste_signal(towards: Leaning, candidates: Described, own: Floats | None = None) -> Floats:
    """0..1 for each candidate: 0.5 where nothing speaks for or against it, NaN where nothing is known of it.

    own: (n,) the preference for each candidate itself, 0 for one that was not heard.  Where nothing was heard, all are
    NaN.

    Spaces are weighed by what the candidate has, whatever was heard: else the first like with a sound would thin out
    what the words of all earlier ones say.
    """
    if not towards.tracks:
        return np.full(len(candidates.moods), np.nan)
    follows = {name: _along(name, rows, towards.vectors.get(name)) for name, rows in candidates.spaces.items()}
    follows["mood"] = _read_field(towards.moods, candidates.moods)
    sums = _mean(follows)
    if own is not None:
        sums = np.where(np.isnan(sums) & (own != 0.0), 0.0, sums) + OF_ITSELF * own
    return _squashed(sums)


def _mean(follows: Mapping[str, Floats]) -> Floats:
    """The mean by SHARES over what each candidate has; NaN for one that has nothing."""
    table = np.column_stack(list(follows.values()))
    shares = np.array([SHARES[name] for name in follows]) * ~np.isnan(table)
    total = shares.sum(axis=1)
    sums = (np.nan_to_num(table) * shares).sum(axis=1)
    return np.asarray(np.where(total > 0.0, sums / np.where(total > 0.0, total, 1.0), np.nan), dtype=np.float64)


def _squashed(sums: Floats) -> Floats:
    return np.asarray(0.5 + 0.5 * np.tanh(math.atanh(0.5) * sums / FULL), dtype=np.float64)


def _field(moods: Floats, weights: Floats) -> Floats:
    """The sum of weight x exp(-distance^2 / 2 MOOD_NEAR^2) at every point of GRID x GRID: one exponential an axis."""
    valence, arousal = (np.exp(-((axis[:, None] - GRID) ** 2) / (2.0 * MOOD_NEAR**2)) for axis in moods.T)
    return np.asarray((valence * weights[:, None]).T @ arousal, dtype=np.float64)


def _read_field(field: Floats, moods: Floats) -> Floats:
    """Bilinear between the four points around each mood, so never outside what they say; NaN for an unknown mood."""
    known = np.asarray(~np.isnan(moods).any(axis=1), dtype=np.bool_)
    cells = np.clip((np.where(known[:, None], moods, 0.0) + 1.0) / STEP, 0.0, len(GRID) - 1.0)
    low = np.minimum(cells.astype(np.intp), len(GRID) - 2)
    (valence, arousal), (right, up) = low.T, (cells - low).T
    below = (1.0 - right) * field[valence, arousal] + right * field[valence + 1, arousal]
    above = (1.0 - right) * field[valence, arousal + 1] + right * field[valence + 1, arousal + 1]
    return np.asarray(np.where(known, (1.0 - up) * below + up * above, np.nan), dtype=np.float64)


def _along(name: str, rows: Directions, vector: Floats | None) -> Floats:
    if vector is None:
        vector = np.zeros(rows.rows.shape[1])
    return np.asarray(rows.rows @ vector, dtype=np.float64) if name in FIRM else rows.along(vector)
