"""How rich a lyric's words are, by measures that a longer text does not raise by itself, and one score of 0..1."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.lyrics.words.taken import Words, share_of
from cratedig.understand.lyrics.words.vocabulary import Column

MTLD_FACTOR: Final = 0.72
MTLD_FROM: Final = 50  # words; McCarthy & Jarvis use texts of 100 and more, a song's verse has fewer
HDD_SAMPLE: Final = 42
MATTR_WINDOW: Final = 50
Ids = NDArray[np.int64]


def mtld(ids: Ids) -> float | None:
    """The mean length of runs that keep a type-token ratio above 0.72, forwards and backwards; None below 50 words.

    McCarthy & Jarvis 2010, "MTLD, vocd-D, and HD-D", Behavior Research Methods 42.
    """
    if len(ids) < MTLD_FROM:
        return None
    before, after = _last_seen(ids), _last_seen(ids[::-1])
    return (_factor_length(before.tolist()) + _factor_length(after.tolist())) / 2


def _factor_length(before: list[int]) -> float:
    factors, start, types, n = 0.0, 0, 0, len(before)
    for at, last in enumerate(before, start=1):
        if last < start:
            types += 1
        elif types < MTLD_FACTOR * (at - start):
            factors, start, types = factors + 1, at, 0
    if start < n:
        factors += (1 - types / (n - start)) / (1 - MTLD_FACTOR)
    return n / factors if factors else float(n)


def _last_seen(ids: Ids) -> Ids:
    """(n,): where each word stood last before, -1 where it is new."""
    before = np.full(len(ids), -1)
    order = np.argsort(ids, kind="stable")
    same = ids[order][1:] == ids[order][:-1]
    before[order[1:][same]] = order[:-1][same]
    return before


def hdd(often: Ids) -> float | None:
    """How many of 42 words drawn from the lyric are different ones, on average, over 42: 0..1; None below 42 words.

    often: how often each type stands. HD-D of McCarthy & Jarvis 2007, "vocd: A theoretical and empirical evaluation",
    which vocd-D approximates by drawing.
    """
    total = int(often.sum())
    if total < HDD_SAMPLE:
        return None
    sizes = Counter(often.tolist())
    return math.fsum(types * (1 - _absent(total, size)) for size, types in sizes.items()) / HDD_SAMPLE


def _absent(total: int, often: int) -> float:
    """The chance that none of `often` words is among HDD_SAMPLE drawn from `total` (hypergeometric)."""
    if total - often < HDD_SAMPLE:
        return 0.0
    return math.exp(
        math.lgamma(total - often + 1)
        - math.lgamma(total - often - HDD_SAMPLE + 1)
        - math.lgamma(total + 1)
        + math.lgamma(total - HDD_SAMPLE + 1)
    )


def yules_k(often: Ids) -> float:
    """10,000 times the chance that two words drawn are the same; about 50 rich, 200 repetitive; Yule 1944."""
    total = int(often.sum())
    return float(1e4 * ((often.astype(np.float64) ** 2).sum() - total) / total**2) if total else 0.0


def mattr(ids: Ids) -> float | None:
    """Mean type-token ratio of all runs of 50 words, 0..1; None below 50 words.

    Covington & McFall 2010, "Cutting the Gordian Knot: The Moving-Average Type-Token Ratio". Counted without moving the
    window: a word is the first of its kind in every window that begins after the last time it stood.
    """
    n, window = len(ids), MATTR_WINDOW
    if n < window:
        return None
    at = np.arange(n)
    first_start = np.maximum(_last_seen(ids) + 1, at - window + 1)
    firsts = np.maximum(0, np.minimum(at, n - window) - first_start + 1)
    return float(firsts.sum() / (n - window + 1) / window)


@dataclass(frozen=True)
class Complexity:
    """What is measured of the words. None: the lyric is too short, or nothing of it can be spoken."""

    words: int
    types: int
    hapax_share: float
    mtld: float | None
    hdd: float | None
    yules_k: float
    mattr: float | None
    letters_per_word: float
    syllables_per_word: float | None
    words_per_line: float
    syllables_per_line: float | None
    long_word_share: float | None

    @property
    def score(self) -> float | None:
        """0..1: the mean of what is known of four, each 0 at its low mark and 1 at its high one, straight between.

        Different words (MATTR 0.50..0.90), syllables a word (1.1..1.6), syllables a line (4..14), words of three
        syllables or more (0..0.12). The marks are about the 5th and 95th of 100 verses (docs/lyrics.md). None without
        words.
        """
        known = [_between(value, *marks) for value, marks in self._parts() if value is not None]
        return sum(known) / len(known) if known else None

    def _parts(self) -> tuple[tuple[float | None, tuple[float, float]], ...]:
        return (
            (self.mattr, MATTR_MARKS),
            (self.syllables_per_word, SYLLABLE_MARKS),
            (self.syllables_per_line, LINE_MARKS),
            (self.long_word_share, LONG_MARKS),
        )

    def as_data(self) -> dict[str, float | int | None]:
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}


MATTR_MARKS: Final = (0.50, 0.90)
SYLLABLE_MARKS: Final = (1.1, 1.6)
LINE_MARKS: Final = (4.0, 14.0)
LONG_MARKS: Final = (0.0, 0.12)


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def complexity(words: Words) -> Complexity:
    """Of a lyric; all shares are 0 where it has no word."""
    _, _, often = words.types
    n, lines = len(words), max(1, int(np.count_nonzero(words.words_of_line)))
    syllables = words.column(Column.SYLLABLES)
    spoken = int(syllables.sum()) if n and words.language != "other" else None
    return Complexity(
        words=n,
        types=len(often),
        hapax_share=float((often == 1).sum() / max(1, len(often))),
        mtld=mtld(words.ids),
        hdd=hdd(often),
        yules_k=yules_k(often),
        mattr=mattr(words.ids),
        letters_per_word=float(words.column(Column.LETTERS).sum()) / max(1, n),
        syllables_per_word=None if spoken is None else spoken / n,
        words_per_line=n / lines,
        syllables_per_line=None if spoken is None else spoken / lines,
        long_word_share=None if spoken is None else share_of(syllables >= 3),
    )
