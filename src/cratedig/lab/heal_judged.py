"""What guesses and estimates are worth on hidden truth: right or wrong, calibration, coverage, with 95 % intervals.

The intervals are from artists drawn with replacement (Efron & Tibshirani 1993, "An introduction to the bootstrap",
section 8.3, whole clusters at a time): an artist's tracks are alike, and a hundred of them are not a hundred witnesses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.genres import Guess
from cratedig.collect.heal.pooling import expected_calibration_error
from cratedig.collect.heal.quantities import Estimate
from cratedig.collect.heal.rows import Row
from cratedig.collect.heal.whole import Artists
from cratedig.music.genre import place

RESAMPLES = 200
SEED = 20261121
COMMONEST = "electronic"
"""What the specification fills in where nothing else is known."""

Figures = dict[str, float | int]


@dataclass
class Judged:
    """Guesses and estimates on hidden truth, as they come in. spoken: (artist, confidence, is it right) of each genre
    filled in; held: by quantity (artist, does the interval hold the truth)."""

    rows: int = 0
    different: set[int] = field(default_factory=set)
    spoken: list[tuple[str, float, bool]] = field(default_factory=list)
    first: list[bool] = field(default_factory=list)  # is the likeliest candidate's family the truth's
    by_rule: list[bool] = field(default_factory=list)  # the same of the artist's commonest genre, else "electronic"
    held: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)

    def add_guess(self, truth: Row, guess: Guess, artists: Artists) -> None:
        told = place(truth.genre or "")
        assert told is not None
        self.rows += 1
        self.different.add(truth.track_id)
        best = place(guess.candidates[0][0])
        self.first.append(best is not None and best.family == told.family)
        known = artists.genres.get(truth.artist_key) if truth.artist_key else None
        rule = place(known.most_common(1)[0][0] if known else COMMONEST)
        self.by_rule.append(rule is not None and rule.family == told.family)
        said = place(guess.genre) if guess.genre else None
        if said is not None:
            right = said.name == told.name or (said.is_general and said.family == told.family)
            self.spoken.append((_artist(truth), guess.confidence, right))

    def add_estimate(self, name: str, truth: Row, estimate: Estimate) -> None:
        holds = estimate.low <= getattr(truth, name) <= estimate.high
        self.held.setdefault(name, []).append((_artist(truth), holds))

    def add(self, other: Judged) -> None:
        self.rows += other.rows
        self.different |= other.different
        self.spoken += other.spoken
        self.first += other.first
        self.by_rule += other.by_rule
        for name, held in other.held.items():
            self.held.setdefault(name, []).extend(held)

    def figures(self, suffix: str) -> Figures:
        return self._genre_figures(suffix) | self._interval_figures(suffix)

    def _genre_figures(self, suffix: str) -> Figures:
        if not self.rows:
            return {}
        confidence = np.array([one for _, one, _ in self.spoken], dtype=np.float32)
        right = np.array([one for _, _, one in self.spoken], dtype=bool)
        errors = resampled(
            [artist for artist, _, _ in self.spoken], lambda at: expected_calibration_error(confidence[at], right[at])
        )
        return {
            f"genre_rows_{suffix}": self.rows,
            f"genre_different_rows_{suffix}": len(self.different),
            f"genre_spoke_{suffix}": round(len(right) / self.rows, 4),
            f"genre_right_{suffix}": round(float(right.mean()), 4) if len(right) else 0.0,
            f"genre_ece_{suffix}": round(expected_calibration_error(confidence, right), 4),
            f"genre_ece_low_{suffix}": errors[0],
            f"genre_ece_high_{suffix}": errors[1],
            f"genre_family_first_{suffix}": round(float(np.mean(self.first)), 4),
        }

    def _interval_figures(self, suffix: str) -> Figures:
        found: Figures = {}
        for name, held in self.held.items():
            holds = np.array([one for _, one in held], dtype=bool)
            low, high = resampled([artist for artist, _ in held], partial(_share, holds))
            found |= {
                f"{name}_rows_{suffix}": len(held),
                f"{name}_coverage_{suffix}": round(float(holds.mean()), 4),
                f"{name}_coverage_low_{suffix}": low,
                f"{name}_coverage_high_{suffix}": high,
            }
        return found


def _artist(row: Row) -> str:
    return row.artist_key or f"#{row.track_id}"


def _share(holds: NDArray[np.bool_], at: NDArray[np.int64]) -> float:
    return float(holds[at].mean())


def resampled(artists: Sequence[str], figure: Callable[[NDArray[np.int64]], float]) -> tuple[float, float]:
    """The middle 95 % of a figure over rows whose artists are drawn with replacement; (0, 0) without rows."""
    if not artists:
        return 0.0, 0.0
    numbers = np.unique(artists, return_inverse=True)[1]
    order = np.argsort(numbers, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(numbers))[:-1])
    rng = np.random.default_rng(SEED)
    choices = (rng.integers(0, len(rows), len(rows)) for _ in range(RESAMPLES))
    drawn = [figure(np.concatenate([rows[at] for at in choice])) for choice in choices]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)
