"""How hard a lyric is to read, by five formulas made for English prose.

In verse few full stops stand. A sentence is here what a line holds: it ends with its line, and at . ! ? ... inside one.
Of less than LEAST_WORDS nothing is said.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from cratedig.understand.lyrics.words.taken import Words
from cratedig.understand.lyrics.words.vocabulary import Column

MANY_SYLLABLES: Final = 3
LEAST_WORDS: Final = 100
"""The samples that these formulas were made on: 100 words each for Flesch 1948 and for Coleman & Liau 1975, more for
the others. Of one word they say grades such as -22."""
_END: Final = re.compile(r"[.!?…]")
_INNER_END: Final = re.compile(r"(?<![.!?…])[.!?…]+[\"')\]]*\s+(?=\S)")


@dataclass(frozen=True)
class Counts:
    """What the formulas are made of; words and sentences are 1 or more."""

    words: int
    sentences: int
    syllables: int
    letters: int
    long_words: int

    @property
    def words_per_sentence(self) -> float:
        return self.words / self.sentences

    @property
    def syllables_per_word(self) -> float:
        return self.syllables / self.words


def counts(words: Words) -> Counts:
    """Of a lyric with a word or more."""
    syllables = words.column(Column.SYLLABLES)
    inner = sum([len(_INNER_END.findall(line)) for line in words.lines if _END.search(line, 0, len(line) - 1)])
    return Counts(
        words=len(words),
        sentences=int(np.count_nonzero(words.words_of_line)) + inner,
        syllables=max(1, int(syllables.sum())),
        letters=int(words.column(Column.LETTERS).sum()),
        long_words=int(np.count_nonzero(syllables >= MANY_SYLLABLES)),
    )


def flesch_reading_ease(of: Counts) -> float:
    """Higher is easier: 60..70 plain English, above 90 a comic; Flesch 1948, "A new readability yardstick"."""
    return 206.835 - 1.015 * of.words_per_sentence - 84.6 * of.syllables_per_word


def flesch_kincaid_grade(of: Counts) -> float:
    """US school grade; Kincaid et al. 1975, Navy Research Branch Report 8-75."""
    return 0.39 * of.words_per_sentence + 11.8 * of.syllables_per_word - 15.59


def smog_grade(of: Counts) -> float:
    """US school grade from words of three syllables or more, as of 30 sentences; McLaughlin 1969."""
    return 1.0430 * math.sqrt(of.long_words * 30 / of.sentences) + 3.1291


def automated_readability_index(of: Counts) -> float:
    """US school grade from letters alone; Senter & Smith 1967, AMRL-TR-66-220."""
    return 4.71 * of.letters / of.words + 0.5 * of.words_per_sentence - 21.43


def coleman_liau_index(of: Counts) -> float:
    """US school grade from letters and sentences per 100 words; Coleman & Liau 1975."""
    return 5.88 * of.letters / of.words - 29.6 * of.sentences / of.words - 15.8


FORMULAS: Final = (
    flesch_reading_ease,
    flesch_kincaid_grade,
    smog_grade,
    automated_readability_index,
    coleman_liau_index,
)


def as_data(words: Words) -> dict[str, float | None]:
    """Each formula by its name; None for what is not English, and below LEAST_WORDS."""
    if words.language != "en" or len(words) < LEAST_WORDS:
        return {formula.__name__: None for formula in FORMULAS}
    of = counts(words)
    return {formula.__name__: round(formula(of), 3) for formula in FORMULAS}
