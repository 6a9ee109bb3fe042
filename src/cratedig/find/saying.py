"""How much a query's words are said of each track: a BM25-like sum over postings.

ts_rank of one word sums 1/k^2 over its k occurrences, so it saturates as BM25's term frequency does; length counts as
in BM25 (Robertson & Zaragoza 2009, "The probabilistic relevance framework: BM25 and beyond").
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cratedig.find.candidates import Flags, Floats, Ids
from cratedig.find.known import Known
from cratedig.find.segment.segment import impacts_on
from cratedig.find.segment.snapshot import Part, Snapshot

SCORED_WORDS = 40
"""Words of a query that are weighed, the rarest first."""
GATHERED = 300_000
"""Entries of postings that are read through at most, the rarest words' first: about 2 ms. What is left counts for the
tracks that are found otherwise."""
LENGTH_PULL = 0.5
"""BM25's b: how much a longer text must say a word more often (section 3.5)."""
_UNIT = 0.6  # the impact of a word that fills a description; a word's part is scaled so that this is 1


def word_weights(known: Known) -> dict[str, float]:
    """Lexeme -> its share of the words' rareness, by the unit of impact; the rarest first, {} without words."""
    counts = known.words
    scored = sorted(counts, key=lambda lexeme: (counts[lexeme], lexeme))[:SCORED_WORDS]
    total = sum(known.rareness(lexeme) for lexeme in scored)
    return {lexeme: known.rareness(lexeme) / total / _UNIT for lexeme in scored} if total > 0.0 else {}


class Sayings:
    """The words of one query over one snapshot. gathered: entries of postings that are read through at once."""

    def __init__(self, snapshot: Snapshot, known: Known, *, gathered: int = GATHERED) -> None:
        self._snapshot = snapshot
        self._mean_length = known.mean_lexemes
        weights = word_weights(known)
        early = _within(known.words, weights, gathered)
        self._late = {lexeme: weight for lexeme, weight in weights.items() if lexeme not in early}
        self._sums = [_summed(part, early) for part in snapshot.parts] if early else None

    def most(self, k: int, allowed: Flags | None) -> Ids:
        """The at most `k` rows of which the gathered words say most, rising."""
        if self._sums is None:
            return np.empty(0, np.int64)
        found, scores = [], []
        for part, sums in zip(self._snapshot.parts, self._sums, strict=True):
            rows = part.visible(np.flatnonzero(sums > 0.0))
            if allowed is not None:
                rows = rows[allowed[rows + part.first]]
            found.append(rows + part.first)
            scores.append(sums[rows] / self._longer(part, rows))
        return _highest(np.concatenate(found), np.concatenate(scores), k)

    def on(self, rows: Ids) -> Floats:
        """How much the words are said of each of these rising rows, 0..1."""
        pieces = []
        for at, (part, here) in enumerate(self._snapshot.split(rows)):
            said = np.zeros(len(here), np.float32) if self._sums is None else self._sums[at][here]
            for lexeme, weight in self._late.items():
                said = said + np.float32(weight) * impacts_on(part.segment.posting(lexeme), here)
            pieces.append(np.minimum(1.0, said / self._longer(part, here)))
        return np.concatenate(pieces).astype(np.float32)

    def _longer(self, part: Part, rows: Ids) -> Floats:
        length: Floats = part.segment["length"][rows]
        return (1.0 - LENGTH_PULL) + np.float32(LENGTH_PULL / self._mean_length) * length


def _within(counts: Mapping[str, int], weights: Mapping[str, float], gathered: int) -> dict[str, float]:
    """The rarest words whose postings together are within the budget."""
    early: dict[str, float] = {}
    for lexeme, weight in weights.items():
        gathered -= counts[lexeme]
        if gathered < 0:
            break
        early[lexeme] = weight
    return early


def _summed(part: Part, weights: Mapping[str, float]) -> Floats:
    """The weighed impacts on every row of a part."""
    sums = np.zeros(len(part), dtype=np.float32)
    for lexeme, weight in weights.items():
        rows, impacts = part.segment.posting(lexeme)
        sums[rows] += np.float32(weight) * impacts
    return sums


def _highest(rows: Ids, scores: Floats, k: int) -> Ids:
    """The rows of the `k` highest scores, rising; of equal ones at the edge the smaller rows."""
    if len(rows) <= k:
        return np.sort(rows)
    least = np.partition(scores, len(rows) - k)[len(rows) - k]
    above = rows[scores > least]
    return np.sort(np.concatenate([above, np.sort(rows[scores == least])[: k - len(above)]]))
