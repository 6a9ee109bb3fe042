"""A genre for tracks without one: candidates with calibrated probabilities, or none where too little speaks.

What is learned is learned from the catalogue's own given genres, with whole artists left out (cross-fitting), so that
the weights, the confidence and the tracks on which it abstains are true for that catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.lessons import Lessons, groups_of, lessons_of
from cratedig.collect.heal.opinions import (
    DEFAULTS,
    SOURCES,
    Genres,
    Known,
    Named,
    Sources,
    artist_counts,
    named_by,
)
from cratedig.collect.heal.pooling import Calibration, Curve, Matrix, Pool
from cratedig.collect.heal.rows import Row
from cratedig.models.style import StyleHead
from cratedig.music.genre import FAMILIES, Placed, general, place
from cratedig.music.receipt import Receipt

LEAST_TO_LEARN = 150
"""With fewer given genres the pool keeps its default weights, and only families are named."""
MOST_LESSONS = 2_000
"""From which a pool's eight weights are learned; further tracks would only take longer."""
LEAST_TO_CALIBRATE = 50
"""With fewer, confidences are the pool's own."""
SPEAKS_FROM = 0.5
"""A genre is filled in when it is more likely right than wrong; below that the track keeps none."""
TRUST = 20.0
"""How many rows the pool's own probability is worth when it is calibrated: fitted by log loss it is nearly true
already."""
NOT_LEARNED = Calibration(Curve(np.array([0.0, 1.0]), np.array([0.0, 1.0])), {})
NEVER = Calibration(Curve(np.array([0.0, 1.0]), np.array([0.0, 0.0])), {})
SHOWN, SHOWN_FROM = 3, 0.05
HEARD_FROM = 0.1
"""A source spoke for a genre that it made likelier by so much, in log-odds."""
SPECIFIC_SHARE = 0.6
"""A genre within the family is named when so much of what the artist and the row's own words say there agrees on it."""


@dataclass(frozen=True, slots=True)
class Guess:
    """candidates: the likeliest (genre, probability), best first. genre: the one filled in, None where it abstains.
    confidence: that `genre` is the track's genre or the family it belongs to. sources: what spoke for it, strongest
    first."""

    genre: str | None
    confidence: float
    candidates: tuple[tuple[str, float], ...]
    sources: tuple[str, ...]

    def receipt(self) -> dict[str, Any]:
        source = ", ".join(self.sources) or "how common it is"
        shape: dict[str, Any] = dict(Receipt(source, "pooled and calibrated", self.confidence, "imputed").as_dict())
        shape["candidates"] = [{"genre": name, "probability": round(p, 3)} for name, p in self.candidates]
        return shape


@dataclass(frozen=True)
class Pools:
    """How the sources are put together, by what is there for a row (`groups_of`): where the artist is known, words and
    neighbours say again what its genres say; where nothing was heard, the style head knows less."""

    default: Pool
    groups: Mapping[int, Pool]

    @classmethod
    def fitted(cls, prior: Matrix, lessons: Lessons) -> Pools:
        """A group that fewer than LEAST_TO_LEARN tracks teach keeps the default weights."""
        told, groups = lessons.known.families, groups_of(lessons.opinions)
        rows = {int(group): np.flatnonzero(groups == group) for group in np.unique(groups)}
        found = {
            group: Pool.fitted(prior, lessons.opinions[:, here[:MOST_LESSONS]], told[here[:MOST_LESSONS]], DEFAULTS)
            for group, here in rows.items()
            if len(here) >= LEAST_TO_LEARN
        }
        return cls(Pool(prior, DEFAULTS), found)

    def combined(self, opinions: Matrix) -> Matrix:
        """(n, families) probabilities from (sources, n, families) opinions."""
        found, groups = self.default.combined(opinions), groups_of(opinions)
        for group, pool in self.groups.items():
            here = groups == group
            found[here] = pool.combined(opinions[:, here])
        return found

    def weights(self, opinions: Matrix) -> Matrix:
        """(sources, n): by which each row's opinions count."""
        pools = [self.groups.get(group, self.default) for group in groups_of(opinions).tolist()]
        return np.stack([pool.weights for pool in pools], axis=1)


@dataclass(frozen=True)
class GenreHealer:
    """sources: what speaks; pool: how it is put together; family, specific: how far the result can be trusted."""

    sources: Sources
    pool: Pools
    family: Calibration
    specific: Calibration

    @classmethod
    def learned_from(cls, known: Known, fold_of: NDArray[np.int64], genres: Genres, style: StyleHead) -> GenreHealer:
        """known: tracks with a given genre; fold_of: a fold 0..FOLDS-1 for each, the same for all of an artist's."""
        sources = Sources.of(known, style)
        if len(known.rows) < LEAST_TO_CALIBRATE:
            return cls(sources, Pools(Pool(sources.prior, DEFAULTS), {}), NOT_LEARNED, NEVER)
        lessons = lessons_of(known, fold_of, genres, style).with_unheard(style).with_unread()
        enough = len(known.rows) >= LEAST_TO_LEARN
        pool = Pools.fitted(sources.prior, lessons)
        raw, groups = pool.combined(lessons.opinions), groups_of(lessons.opinions)
        right = raw.argmax(axis=1) == lessons.known.families
        family = Calibration.fitted(raw.max(axis=1), right, groups, trust=TRUST)
        return cls(sources, pool, family, _specific_calibration(lessons, raw, groups) if enough else NEVER)

    def guesses(
        self, rows: Sequence[Row], embeddings: Matrix, embedded: NDArray[np.bool_], genres: Genres
    ) -> list[Guess]:
        """A guess for each row. embeddings: (n, 384), rows that are not `embedded` are not looked at."""
        names = [named_by(row) for row in rows]
        opinions = self.sources.opinions(rows, embeddings, embedded, artist_counts(rows, genres), names)
        raw = self.pool.combined(opinions)
        groups, best = groups_of(opinions), raw.argmax(axis=1)
        confidence = self.family(raw.max(axis=1), groups)
        details = [
            _detail(row, named, genres, FAMILIES[at]) for row, named, at in zip(rows, names, best.tolist(), strict=True)
        ]
        shares = np.array([share for _, share in details], dtype=np.float32)
        special = self.specific(raw.max(axis=1) * shares, groups)
        in_general = [
            (general(FAMILIES[at]), sure) for at, sure in zip(best.tolist(), confidence.tolist(), strict=True)
        ]
        chosen = [
            (name, sure) if name and sure >= SPEAKS_FROM else family
            for (name, _), sure, family in zip(details, special.tolist(), in_general, strict=True)
        ]
        strengths = self.pool.weights(opinions) * opinions[:, np.arange(len(rows)), best]
        spoke, others = _spoke(strengths), _others(raw, confidence)
        return [_guess(*one, rest, said) for one, rest, said in zip(chosen, others, spoke, strict=True)]


def _specific_calibration(lessons: Lessons, raw: Matrix, groups: NDArray[np.int64]) -> Calibration:
    """How often a genre named within the family is right, learned where one is named."""
    rows, places = lessons.known.rows, lessons.known.places
    details = [
        _detail(row, named_by(row), genres, FAMILIES[best], without=placed)
        for row, placed, genres, best in zip(rows, places, lessons.genres, raw.argmax(axis=1), strict=True)
    ]
    there = np.array([name is not None for name, _ in details], dtype=bool)
    right = np.array([name == placed.name for (name, _), placed in zip(details, places, strict=True)], dtype=bool)
    shares = np.array([share for _, share in details], dtype=np.float32)
    if not there.any():
        return NEVER
    found = Calibration.fitted((raw.max(axis=1) * shares)[there], right[there], groups[there], trust=0.0)
    return Calibration(NEVER.whole, found.groups)


def _detail(
    row: Row, names: Named, genres: Genres, family: str, *, without: Placed | None = None
) -> tuple[str | None, float]:
    """The genre within a family on which artist and own words agree, and their share; (None, 0) where they do not."""
    said: Counter[str] = Counter()
    for name, times in genres.get(row.artist_key, {}).items() if row.artist_key else ():
        placed = place(name)
        if placed and placed.family == family:
            said[placed.name] += times
    if without is not None and said[without.name] > 0:
        said[without.name] -= 1
    weights = {name: float(times) for name, times in said.items() if times > 0}
    for placed, weight in names:
        if placed.family == family:
            weights[placed.name] = weights.get(placed.name, 0.0) + weight
    best = max(weights, key=lambda name: (weights[name], name), default=None)
    if best is None or best == general(family):
        return None, 0.0
    share = weights[best] / sum(weights.values())
    return (best, share) if share >= SPECIFIC_SHARE else (None, 0.0)


def _others(raw: Matrix, confidence: Matrix) -> list[list[tuple[str, float]]]:
    """For each row the likeliest genres after the first, with what their share of the rest makes them."""
    likeliest = np.argsort(-raw, axis=1, kind="stable")[:, :SHOWN]
    likely = np.take_along_axis(raw, likeliest, axis=1)
    rest = (1.0 - confidence) / np.maximum(1e-6, 1.0 - likely[:, 0])
    shares = (likely * rest[:, None])[:, 1:].tolist()
    return [
        [(general(FAMILIES[at]), p) for at, p in zip(which, ps, strict=True) if p >= SHOWN_FROM]
        for which, ps in zip(likeliest[:, 1:].tolist(), shares, strict=True)
    ]


def _spoke(strengths: Matrix) -> list[tuple[str, ...]]:
    """For each row the three sources that spoke loudest for it. strengths: (sources, n)."""
    order = np.argsort(-strengths, axis=0, kind="stable")[:3]
    loud = np.take_along_axis(strengths, order, axis=0) > HEARD_FROM
    return [
        tuple(SOURCES[at] for at, is_loud in zip(which, are_loud, strict=True) if is_loud)
        for which, are_loud in zip(order.T.tolist(), loud.T.tolist(), strict=True)
    ]


def _guess(name: str, sure: float, others: list[tuple[str, float]], spoke: tuple[str, ...]) -> Guess:
    candidates = tuple(sorted(((name, sure), *others), key=lambda one: -one[1]))
    return Guess(name if sure >= SPEAKS_FROM else None, sure, candidates, spoke)
