"""A genre for tracks without one: candidates with calibrated probabilities, or none where too little speaks.

What is learned is learned from the catalogue's own given genres, with whole artists left out (cross-fitting), so that
the weights, the confidence and the tracks on which it abstains are true for that catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.opinions import DEFAULTS, SOURCES, Genres, Known, Sources, artist_counts, named
from cratedig.collect.heal.pooling import Calibration, Curve, Matrix, Pool
from cratedig.collect.heal.rows import Row
from cratedig.models.style import StyleHead
from cratedig.music.genre import FAMILIES, Placed, general, place
from cratedig.music.receipt import Receipt

FOLDS = 4
LEAST_TO_LEARN = 150
"""With fewer given genres the pool keeps its default weights, confidences are the pool's own, and only families are
named."""
SPEAKS_FROM = 0.5
"""A genre is filled in when it is more likely right than wrong; below that the track keeps none."""
TRUST = 20.0
"""How many rows the pool's own probability is worth when it is calibrated: fitted by log loss it is nearly true
already."""
NOT_LEARNED = Calibration(Curve(np.array([0.0, 1.0]), np.array([0.0, 1.0])), {})
NEVER = Calibration(Curve(np.array([0.0, 1.0]), np.array([0.0, 0.0])), {})
SHOWN, SHOWN_FROM = 3, 0.05
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
class GenreHealer:
    """sources: what speaks; pool: how it is put together; family, specific: how far the result can be trusted."""

    sources: Sources
    pool: Pool
    family: Calibration
    specific: Calibration

    @classmethod
    def learned_from(cls, known: Known, fold_of: NDArray[np.int64], genres: Genres, style: StyleHead) -> GenreHealer:
        """known: tracks with a given genre; fold_of: a fold 0..FOLDS-1 for each, the same for all of an artist's."""
        sources = Sources.of(known, style)
        prior = sources.prior
        if len(known.rows) < LEAST_TO_LEARN:
            return cls(sources, Pool(prior, DEFAULTS), NOT_LEARNED, NEVER)
        opinions = _left_out(known, fold_of, genres, style)
        pool = Pool.fitted(prior, opinions, known.families, DEFAULTS)
        raw = pool.combined(opinions)
        best = raw.argmax(axis=1)
        family = Calibration.fitted(raw.max(axis=1), best == known.families, groups_of(opinions), trust=TRUST)
        specific = _specific_calibration(known, genres, raw, groups_of(opinions))
        return cls(sources, pool, family, specific)

    def guesses(
        self, rows: Sequence[Row], embeddings: Matrix, embedded: NDArray[np.bool_], genres: Genres
    ) -> list[Guess]:
        """A guess for each row. embeddings: (n, 384), rows that are not `embedded` are not looked at."""
        opinions = self.sources.opinions(rows, embeddings, embedded, artist_counts(rows, genres))
        raw = self.pool.combined(opinions)
        groups = groups_of(opinions)
        confidence = self.family(raw.max(axis=1), groups)
        details = [_detail(row, genres, FAMILIES[at]) for row, at in zip(rows, raw.argmax(axis=1), strict=True)]
        shares = np.array([share for _, share in details], dtype=np.float32)
        special = self.specific(raw.max(axis=1) * shares, groups)
        return [
            _guess(raw[at], float(confidence[at]), details[at], float(special[at]),
                   self.pool.weights * opinions[:, at, int(raw[at].argmax())])
            for at in range(len(rows))
        ]  # fmt: skip


def groups_of(opinions: Matrix) -> NDArray[np.int64]:
    """By what is there for a row: its artist's genres, its sound; 0..3."""
    said = [np.abs(opinions[SOURCES.index(name)]).max(axis=1) > 0 for name in _GROUPING]
    return np.asarray(sum(there.astype(np.int64) << at for at, there in enumerate(said)))


_GROUPING = ("artist", "sound neighbours")


def _left_out(known: Known, fold_of: NDArray[np.int64], genres: Genres, style: StyleHead) -> Matrix:
    """Opinions on every known row by sources that never saw its artist; the artist's other tracks still speak."""
    artists = artist_counts(known.rows, genres, without=known.places)
    found = np.zeros((len(SOURCES), len(known.rows), len(FAMILIES)), dtype=np.float32)
    for number in range(FOLDS):
        learn, ask = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        if len(ask) and len(learn):
            part = known.part(ask)
            everywhere = np.ones(len(ask), dtype=bool)
            sources = Sources.of(known.part(learn), style)
            found[:, ask] = sources.opinions(part.rows, part.embeddings, everywhere, artists[ask])
    return found


def _specific_calibration(known: Known, genres: Genres, raw: Matrix, groups: NDArray[np.int64]) -> Calibration:
    """How often a genre named within the family is right, learned where one is named."""
    at = raw.argmax(axis=1)
    details = [
        _detail(row, genres, FAMILIES[best], without=placed)
        for row, placed, best in zip(known.rows, known.places, at, strict=True)
    ]
    there = np.array([name is not None for name, _ in details], dtype=bool)
    right = np.array([name == placed.name for (name, _), placed in zip(details, known.places, strict=True)], dtype=bool)
    shares = np.array([share for _, share in details], dtype=np.float32)
    if not there.any():
        return NEVER
    found = Calibration.fitted((raw.max(axis=1) * shares)[there], right[there], groups[there], trust=0.0)
    return Calibration(NEVER.whole, found.groups)


def _detail(row: Row, genres: Genres, family: str, *, without: Placed | None = None) -> tuple[str | None, float]:
    """The genre within a family on which artist and own words agree, and their share; (None, 0) where they do not."""
    said: Counter[str] = Counter()
    for name, times in genres.get(row.artist_key, {}).items() if row.artist_key else ():
        placed = place(name)
        if placed and placed.family == family:
            said[placed.name] += times
    if without is not None and said[without.name] > 0:
        said[without.name] -= 1
    weights = {name: float(times) for name, times in said.items() if times > 0}
    for placed, weight in named(row):
        if placed.family == family:
            weights[placed.name] = weights.get(placed.name, 0.0) + weight
    best = max(weights, key=lambda name: (weights[name], name), default=None)
    if best is None or best == general(family):
        return None, 0.0
    share = weights[best] / sum(weights.values())
    return (best, share) if share >= SPECIFIC_SHARE else (None, 0.0)


def _guess(raw: Matrix, confidence: float, detail: tuple[str | None, float], special: float, strength: Matrix) -> Guess:
    best = int(raw.argmax())
    name, _ = detail
    chosen, sure = (name, special) if name and special >= SPEAKS_FROM else (general(FAMILIES[best]), confidence)
    # the others keep their shares of what the best one leaves
    rest = (1.0 - confidence) / max(1e-6, 1.0 - float(raw[best]))
    likely = sorted(((float(raw[at]) * rest, at) for at in range(len(FAMILIES)) if at != best), reverse=True)[
        : SHOWN - 1
    ]
    others = [(general(FAMILIES[at]), p) for p, at in likely if p >= SHOWN_FROM]
    spoke = [SOURCES[at] for at in np.argsort(-strength).tolist() if strength[at] > 0.1]
    return Guess(
        genre=chosen if sure >= SPEAKS_FROM else None,
        confidence=sure,
        candidates=tuple(sorted(((chosen, sure), *others), key=lambda one: -one[1])),
        sources=tuple(spoke[:3]),
    )
