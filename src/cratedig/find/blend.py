"""One score from many signals, with its reasons: score = sum of weight x value, every term named.

Weights come from find/weights.py, by query type. Where a track lacks what a term looks at
(no audio features, say) that term's weight moves to its other terms in proportion, so that missing is not bad.
All values are absolute (never scaled by the other candidates): a track's score does not change when another leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.find.fusion import text_weights
from cratedig.find.query import Query
from cratedig.find.weights import SPEC, Weights

Values = NDArray[np.float64]
"""One value per candidate in 0..1; NaN where the candidate lacks what the term looks at."""

TOO_FAMILIAR = 0.05
"""Taken off a track that everyone has heard (the specification's popularity penalty)."""
VIRAL_FROM = 0.9  # of `heard`; the penalty grows from here to 1


@dataclass(slots=True)
class Term:
    """One reason: contribution = weight x value, to the last bit of a float.

    Never changed. Hundreds are made for an answer, and a frozen one takes twice as long to make.
    """

    term: str
    weight: float
    value: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Against:
    """A term that takes weight x value off a score. weight: above 0.  values: (n,), 0..1, never NaN."""

    weight: float
    values: Values


@dataclass(frozen=True, slots=True)
class Blend:
    """Scores of all candidates and, on demand, the reasons of one.

    scores: shape (n,), 0..1.  confidence: shape (n,), the share of the weight that rested on data the track has.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    values: NDArray[np.float64]
    scores: NDArray[np.float64]
    confidence: NDArray[np.float64]

    def why(self, candidate: int) -> tuple[Term, ...]:
        """The terms of a candidate's score, largest first; they add up to it within 1e-9."""
        return self.whys([candidate])[0]

    def whys(self, candidates: Sequence[int]) -> list[tuple[Term, ...]]:
        """`why` of each of these."""
        chosen = list(candidates)
        return [
            _terms(self.names, weights, values)
            for weights, values in zip(self.weights[chosen].tolist(), self.values[chosen].tolist(), strict=True)
        ]


def _terms(names: Sequence[str], weights: Sequence[float], values: Sequence[float]) -> tuple[Term, ...]:
    terms = [
        Term(name, weight, value, weight * value)
        for name, weight, value in zip(names, weights, values, strict=True)
        if weight != 0.0
    ]
    terms.sort(key=_size, reverse=True)
    return tuple(terms)


def _size(term: Term) -> float:
    return abs(term.contribution)


def blend(
    weights: Mapping[str, float],
    values: Mapping[str, Values],
    *,
    heard: Values | None = None,
    against: Mapping[str, Against] | None = None,
) -> Blend:
    """Weighs named values. weights: term -> positive weight, scaled here to sum to 1 over what each candidate has.

    against: term -> what it takes off, at most what there is.  Raises ValueError when no term with a weight has values.
    """
    names = tuple(name for name in values if weights.get(name, 0.0) > 0.0)
    if not names:
        raise ValueError("a score needs at least one term with a weight")
    table = np.column_stack([values[name] for name in names]).astype(np.float64)
    has = ~np.isnan(table)
    wanted = np.array([weights[name] for name in names])
    wanted = wanted / wanted.sum()
    present = has * wanted
    confidence = present.sum(axis=1)
    scaled = present / np.maximum(confidence, 1e-12)[:, None]
    table = np.clip(np.where(has, table, 0.0), 0.0, 1.0)
    viral = {} if heard is None else {"too familiar": Against(TOO_FAMILIAR, _viral(heard))}
    for name, taken in (viral | dict(against or {})).items():
        left = np.maximum((scaled * table).sum(axis=1), 0.0)
        names += (name,)
        table = np.column_stack([table, np.minimum(taken.values, left / taken.weight)])
        scaled = np.column_stack([scaled, np.where(taken.values > 0.0, -taken.weight, 0.0)])
    scores = np.clip((scaled * table).sum(axis=1), 0.0, 1.0)
    return Blend(names=names, weights=scaled, values=table, scores=scores, confidence=confidence)


def _viral(heard: Values) -> Values:
    return np.clip((np.nan_to_num(heard) - VIRAL_FROM) / (1.0 - VIRAL_FROM), 0.0, 1.0)


def find_weights(query: Query, present: Mapping[str, Values], weights: Weights = SPEC) -> dict[str, float]:
    """Term -> weight for a query: the text group's weight is shared by the text terms present."""
    groups = _groups(query, weights)
    named = weights.liked if query.liked else weights.named
    text = query.reading.wanted
    shares = {**text_weights(text), **{name: share for name, share in named.items() if name in present}}
    total = sum(shares.values())
    shared = {name: groups["text"] * share / total for name, share in shares.items()}
    return shared | {name: weight for name, weight in groups.items() if name in present}


def _groups(query: Query, weights: Weights) -> dict[str, float]:
    """The row for a query. A mood with a genre is weighed between both rows; a mood that nobody named is a guess and
    counts `unnamed_mood` of its weight."""
    groups = dict(weights.groups[query.type])
    if query.type == "mood" and query.names_a_genre:
        groups = {name: (weight + weights.groups["genre"][name]) / 2 for name, weight in groups.items()}
    if query.names_a_genre:
        groups["sound"] *= weights.sound_of_a_genre
    if query.type not in ("mood", "default"):
        groups["mood"] *= weights.unnamed_mood
    return groups
