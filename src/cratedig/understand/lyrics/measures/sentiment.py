"""How good or bad a lyric sounds: VADER's rules over single words, in one pass, and how likely the judgement is right.

Hutto & Gilbert 2014 (ICWSM), with their constants: a word of intensity within the three words before adds to a rating
or takes from it, less the further off; a negation there turns it; after "but" a line says more, before it less;
capitals and exclamation marks add. Ours: intensities and negations are those of the mood lexicon; "like" is a verb or
nothing; a line is a sentence, and the valence of a lyric is the mean over its lines, so that length alone changes
nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.finding import Sentiment
from cratedig.music.lexicon import is_negation
from cratedig.music.lexicon_words import INTENSITY
from cratedig.understand.lyrics.measures.sureness import features, sureness
from cratedig.understand.lyrics.words.lists import RUSSIAN_NEGATIONS
from cratedig.understand.lyrics.words.taken import Words, share_of
from cratedig.understand.lyrics.words.vocabulary import Column

BOOST: Final = 0.293
CAPITALS: Final = 0.733
NEGATED: Final = -0.74
EXCLAIMED: Final = 0.292
MOST_EXCLAIMED: Final = 4
ALPHA: Final = 15.0
NEAR: Final = (1.0, 0.95, 0.9)  # of an intensity one, two, three words before
BEFORE_BUT, AFTER_BUT = 0.5, 1.5
NEUTRAL_BELOW: Final = 0.05
"""A valence between -0.05 and 0.05 is neutral, as VADER's authors advise for its compound score."""

_STRENGTH: Final = {word: BOOST if factor > 1 else -BOOST for word, factor in INTENSITY.items() if " " not in word}
_LIKES: Final = frozenset(
    (
        *("i", "you", "we", "they", "ya", "i'd", "you'd", "we'd", "they'd", "would", "wouldn't", "really", "to", "not"),
        *("do", "does", "did", "don't", "dont", "doesn't", "didn't"),
    )
)
_BUT: Final = frozenset({"but", "но"})


ARC: Final = 8
"""Parts of equal length a lyric is cut into to see how it changes."""


@dataclass(frozen=True)
class Felt:
    """lines: (m,) the valence of each line, -1..1. hits: how many words were rated."""

    lines: NDArray[np.float64]
    hits: int
    words: int

    @cached_property
    def valence(self) -> float:
        """-1..1: the mean over the lines."""
        return float(self.lines.mean()) if len(self.lines) else 0.0

    @property
    def label(self) -> Sentiment:
        """positive, negative, or neutral within NEUTRAL_BELOW of 0."""
        if abs(self.valence) < NEUTRAL_BELOW:
            return "neutral"
        return "positive" if self.valence > 0 else "negative"

    @cached_property
    def confidence(self) -> float:
        """How likely the label is right, 0..1: see docs/lyrics.md for the comments it was calibrated on."""
        if not self.words:
            return 0.0
        return sureness(self.label, features(self.valence, self.hits, len(self.lines), self.agreement))

    @property
    def agreement(self) -> float:
        """0..1: lines that lean one way less those that lean the other, over all that lean."""
        positive, negative = self.leaning
        return abs(positive - negative) / (positive + negative) if positive + negative else 0.0

    @cached_property
    def leaning(self) -> tuple[float, float]:
        """Share of lines that are positive, and negative, 0..1."""
        return share_of(self.lines >= NEUTRAL_BELOW), share_of(self.lines <= -NEUTRAL_BELOW)

    @cached_property
    def spread(self) -> float:
        """Standard deviation over the lines, 0..1."""
        return float(self.lines.std())

    @cached_property
    def arc(self) -> list[float]:
        """Mean valence of each eighth of the lyric, -1..1."""
        return by_part(self.lines)

    def as_data(self) -> dict[str, Any]:
        positive, negative = self.leaning
        return {
            "positive_lines": round(positive, 4),
            "negative_lines": round(negative, 4),
            "spread": round(self.spread, 4),
            "rated_words": self.hits,
            "arc": [round(part, 4) for part in self.arc],
        }


def felt(words: Words) -> Felt:
    """The valence of each line."""
    rated = words.column(Column.VALENCE)
    at = np.flatnonzero(rated)
    lines = words.line_of[at]
    starts, ratings = words.starts.tolist(), rated[at].tolist()
    turned = [
        _turned(words, one, starts[line], starts[line + 1], rating)
        for one, line, rating in zip(at.tolist(), lines.tolist(), ratings, strict=True)
    ]
    said = _said_after_but(words, at, turned)
    sums = np.bincount(lines, weights=said, minlength=len(words.lines)) if len(at) else np.zeros(len(words.lines))
    for line in np.flatnonzero(sums):
        exclaimed = words.lines[line].count("!")
        if exclaimed:
            sums[line] += math.copysign(EXCLAIMED * min(exclaimed, MOST_EXCLAIMED), sums[line])
    return Felt(sums / np.sqrt(sums * sums + ALPHA), int(np.count_nonzero(said)), len(words))


def _turned(words: Words, at: int, start: int, end: int, rating: float) -> float:
    """The rating of the word at `at`, by what stands before it in its line, which is from start to end."""
    folded = words.folded
    if folded[at] == "like" and (at == start or folded[at - 1] not in _LIKES):
        return 0.0
    sign = 1.0 if rating > 0 else -1.0
    if folded[at] != words.written[at] and _is_shouted(words.written, at, start, end):
        rating += sign * CAPITALS
    for distance in range(1, min(3, at - start) + 1):
        before = folded[at - distance]
        if before in _STRENGTH:
            rating += sign * _STRENGTH[before] * NEAR[distance - 1]
        if is_negation(before) or before in RUSSIAN_NEGATIONS:
            rating *= NEGATED
    return rating


def _is_shouted(written: list[str], at: int, start: int, end: int) -> bool:
    """Does the word stand in capitals, and a neighbour in its line not?"""
    word = written[at]
    if not word.isupper() or len(word) == 1:
        return False
    return any(not one.isupper() for one in written[max(start, at - 3) : min(end, at + 4)])


def _said_after_but(words: Words, at: NDArray[np.int64], ratings: list[float]) -> NDArray[np.float64]:
    """The ratings of the words at `at`: more after the first "but" of their line, less before it."""
    said = np.array(ratings, dtype=np.float64)
    if not _BUT.isdisjoint(words.folded):
        buts = np.array([place for place, word in enumerate(words.folded) if word in _BUT])
        lines, firsts = np.unique(words.line_of[buts], return_index=True)
        first = np.full(len(words.lines), -1)
        first[lines] = buts[firsts]
        places = first[words.line_of[at]]
        said *= np.where(places < 0, 1.0, np.where(at < places, BEFORE_BUT, AFTER_BUT))
    return said


def by_part(lines: NDArray[np.float64]) -> list[float]:
    """The mean of each of ARC parts of equal length; a part without a line is as the line that would be there."""
    n, sums = len(lines), [0.0, *accumulate(lines.tolist())]
    means = []
    for part in range(ARC):
        first = min(part * n // ARC, n - 1)
        last = max(first + 1, (part + 1) * n // ARC)
        means.append((sums[last] - sums[first]) / (last - first))
    return means
