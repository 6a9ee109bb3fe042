"""Audio features of tracks without audio: genre prototypes, text neighbours, text regression, and their ensemble.

Learned from the tracks that have features, which are dealt into three parts by artist: the methods learn from the
first, each feature's mixture of them is the one with the least error on the second, its interval comes from the third.
An estimate is never noise: the same track is always given the same values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.conformal import MISS, Intervals
from cratedig.collect.heal.rows import Row
from cratedig.models.style import artist_digest
from cratedig.music.features import RANGES
from cratedig.music.receipt import Receipt

Matrix = NDArray[np.float64]
Names = tuple[str, ...]

METHODS: Final = ("genre prototype", "text neighbours", "text regression")
NOT_IMPUTED: Final = frozenset({"key", "mode", "time_signature", "key_tonic", "key_mode", "tuning", "beat_count"})
"""Names of things, not sizes: a mean of C and B is no key."""
LEAST_TO_LEARN: Final = 300
LEAST_SHARE: Final = 0.5  # of the tracks with features that have this one
NEIGHBOURS: Final = 10  # the specification's k
SHARPNESS: Final = 8.0  # a neighbour counts exp(8 cosine)
PROTOTYPE_PULL: Final = 20.0  # tracks that the mean of all is worth in a genre's
PENALTY: Final = 300.0  # of the regression; of 10 .. 1,000
STRETCH: Final = 8.0
STEPS: Final = 20  # of the mixtures tried: shares of 0, 0.05 .. 1


@dataclass(frozen=True)
class Heard:
    """Tracks with audio features: text vectors (n, d) of unit length, genres ("" where unknown), features (n, f), NaN
    where one is absent, and the part 0 .. 9 each belongs to."""

    vectors: Matrix
    genres: Sequence[str]
    features: Matrix
    parts: NDArray[np.int64]

    def only(self, here: NDArray[np.bool_]) -> Heard:
        genres = [genre for genre, wanted in zip(self.genres, here.tolist(), strict=True) if wanted]
        return Heard(self.vectors[here], genres, self.features[here], self.parts[here])


@dataclass(frozen=True)
class Methods:
    """The three methods, on standardised features. prototypes: genre -> (f,)."""

    prototypes: Mapping[str, Matrix]
    vectors: Matrix
    features: Matrix
    middle: Matrix
    weights: Matrix

    @classmethod
    def learned_from(cls, heard: Heard) -> Methods:
        """heard.features: standardised, an absent one 0."""
        groups: dict[str, list[int]] = {}
        for at, genre in enumerate(heard.genres):
            groups.setdefault(genre, []).append(at)
        prototypes = {
            genre: heard.features[rows].sum(axis=0) / (len(rows) + PROTOTYPE_PULL)
            for genre, rows in groups.items()
            if genre
        }
        middle = heard.vectors.mean(axis=0)
        x = (heard.vectors - middle) * STRETCH
        weights = np.linalg.solve(x.T @ x + PENALTY * np.eye(x.shape[1]), x.T @ heard.features)
        return cls(prototypes, heard.vectors, heard.features, middle, weights)

    def estimates(self, vectors: Matrix, genres: Sequence[str]) -> Matrix:
        """(3, n, f): what each of METHODS says; the mean of all where no genre is known."""
        nowhere = np.zeros(self.features.shape[1])
        prototypes = np.array([self.prototypes.get(genre, nowhere) for genre in genres]).reshape(len(genres), -1)
        return np.stack([prototypes, self._neighbours(vectors), (vectors - self.middle) * STRETCH @ self.weights])

    def _neighbours(self, vectors: Matrix) -> Matrix:
        k = min(NEIGHBOURS, len(self.vectors))
        cosines = vectors.astype(np.float32) @ self.vectors.astype(np.float32).T
        nearest = np.argpartition(cosines, -k, axis=1)[:, -k:]
        near = np.take_along_axis(cosines, nearest, axis=1)
        weights = np.exp(SHARPNESS * (near - near.max(axis=1, keepdims=True)))
        found: Matrix = np.einsum("nk,nkf->nf", weights, self.features[nearest]) / weights.sum(axis=1)[:, None]
        return found


@dataclass(frozen=True)
class AudioImputer:
    """shares: (3, f) of each method in the mixture; intervals by feature; centre, spread: (f,) of what is given.
    r: (f,) correlation with hidden truth."""

    names: Names
    methods: Methods
    shares: Matrix
    intervals: Sequence[Intervals]
    centre: Matrix
    spread: Matrix
    r: Matrix

    @classmethod
    def learned_from(cls, names: Names, heard: Heard) -> AudioImputer | None:
        """None where fewer than 300 tracks have features."""
        if len(heard.parts) < LEAST_TO_LEARN or not names:
            return None
        centre, spread = np.nanmean(heard.features, axis=0), np.maximum(np.nanstd(heard.features, axis=0), 1e-9)
        standard = (heard.features - centre) / spread
        scaled = Heard(heard.vectors, heard.genres, np.nan_to_num(standard), heard.parts)
        methods = Methods.learned_from(scaled.only(heard.parts < 7))
        tune, proof = heard.parts == 7, heard.parts > 7
        said, rest = (methods.estimates(part.vectors, part.genres) for part in (scaled.only(tune), scaled.only(proof)))
        shares = np.stack([best_mixture(said[:, :, f], standard[tune, f]) for f in range(len(names))], axis=1)
        residuals = standard[proof] - np.einsum("mf,mnf->nf", shares, rest)
        groups = np.zeros(int(proof.sum()), dtype=np.int64)
        known = ~np.isnan(residuals)
        intervals = [Intervals.calibrated(residuals[known[:, f], f], groups[known[:, f]]) for f in range(len(names))]
        explained = 1 - np.nanvar(residuals, axis=0) / np.maximum(np.nanvar(standard[proof], axis=0), 1e-9)
        return cls(names, methods, shares, intervals, centre, spread, np.sqrt(np.clip(explained, 0, 1)))

    def estimates(self, vectors: Matrix, genres: Sequence[str]) -> tuple[Matrix, Matrix, Matrix]:
        """(n, f) each: values, lowest and highest in the features' own units, inside what is possible."""
        standard = np.einsum("mf,mnf->nf", self.shares, self.methods.estimates(vectors, genres))
        ones, groups = np.ones(len(standard)), np.zeros(len(standard), dtype=np.int64)
        ends = [one.around(standard[:, f], groups, ones) for f, one in enumerate(self.intervals)]
        low, high = (np.stack([pair[side] for pair in ends], axis=1) for side in (0, 1))
        values, low, high = (self._inside(one * self.spread + self.centre) for one in (standard, low, high))
        return values, low, high

    def _inside(self, values: Matrix) -> Matrix:
        least, most = zip(*(RANGES.get(name, (-np.inf, np.inf)) for name in self.names), strict=True)
        return np.clip(values, least, most)

    def healed(self, vectors: Matrix, genres: Sequence[str]) -> list[tuple[dict[str, float], dict[str, Any]]]:
        """For each track its imputed features and their receipt, with an interval for each feature."""
        values, low, high = self.estimates(vectors, genres)
        receipt = Receipt("genre and words", "ensemble of " + ", ".join(METHODS), self.confidence, "imputed").as_dict()
        return [
            (
                self._named(row),
                receipt | {"intervals": {n: [a, b] for n, a, b in zip(self.names, down, up, strict=True)}},
            )
            for row, down, up in zip(_rounded(values), _rounded(low), _rounded(high), strict=True)
        ]

    @property
    def confidence(self) -> float:
        """The mean correlation with hidden truth."""
        return round(float(self.r.mean()), 4)

    def _named(self, row: Sequence[float]) -> dict[str, float]:
        return dict(zip(self.names, row, strict=True))


def best_mixture(said: Matrix, truth: Matrix) -> Matrix:
    """(3,) shares >= 0, in all 1, with the least squared error of said (3, n) from truth (n,); NaN is passed over."""
    known = ~np.isnan(truth)
    said, truth = said[:, known], truth[known]
    grid = [(a, b, STEPS - a - b) for a in range(STEPS + 1) for b in range(STEPS + 1 - a)]
    shares = np.array(grid) / STEPS
    square, cross = said @ said.T, said @ truth
    errors = np.einsum("gi,ij,gj->g", shares, square, shares) - 2 * shares @ cross
    best: Matrix = shares[int(np.argmin(errors))]
    return best


def part_of(row: Row) -> int:
    """0 .. 9, the same for all tracks of an artist."""
    return artist_digest(row.artist_key or str(row.track_id)) % 10


def imputable(rows: Sequence[Row]) -> Names:
    """Features that at least half of the rows with any have, names of things aside, in order."""
    numbers: dict[str, int] = {}
    for row in rows:
        for name, value in (row.audio_features or {}).items():
            if isinstance(value, int | float) and name not in NOT_IMPUTED:
                numbers[name] = numbers.get(name, 0) + 1
    return tuple(sorted(name for name, number in numbers.items() if number >= LEAST_SHARE * len(rows)))


def feature_table(rows: Sequence[Row], names: Names) -> Matrix:
    """(n, f), NaN where a feature is absent or no number."""
    table = np.full((len(rows), len(names)), np.nan)
    for at, row in enumerate(rows):
        for column, name in enumerate(names):
            value = (row.audio_features or {}).get(name)
            if isinstance(value, int | float):
                table[at, column] = value
    return table


def learned_from(rows: Sequence[Row], genres: Sequence[str], vectors: Matrix) -> AudioImputer | None:
    """An imputer from rows that have audio features; None where they are too few."""
    names = imputable(rows)
    parts = np.array([part_of(row) for row in rows], dtype=np.int64)
    return AudioImputer.learned_from(names, Heard(vectors, genres, feature_table(rows, names), parts))


def _rounded(values: Matrix) -> list[list[float]]:
    """Four significant digits."""
    return [[float(f"{value:.4g}") for value in row] for row in values.tolist()]


COVERED: Final = 1.0 - MISS
"""The share of hidden truths that an interval holds."""
