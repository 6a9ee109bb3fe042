"""A lyric taken apart once, for all measures: its lines, its words, and what is known of each word.

A word is a run of letters, with apostrophes and hyphens inside it, in lower case ("don't", "uh-huh", "runnin'"); a
figure or an emoji is none. A word is looked up once a process (`Vocabulary`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.words.vocabulary import Column, Vocabulary, current

Language = Literal["en", "ru", "other"]

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*(?:(?<=in)'(?![^\W\d_]))?")
_ASCII_WORD: Final = re.compile(r"[A-Za-z]+(?:['\-][A-Za-z]+)*(?:(?<=in)'(?![A-Za-z]))?")
_APOSTROPHES: Final = re.compile("[’‘ʼ`´]")
_HYPHENS: Final = re.compile("[‐‑]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ud800-\udfff]")
_MOST_CONTROL, _FEW_CONTROL = 0.02, 2  # of the characters: a stray NUL is dropped, a picture or a song is refused
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_NOT_RUSSIAN: Final = re.compile("[іїєґўјљњћђџѓќѕәғқңөұүһ]")
_ENGLISH_FROM: Final = 0.1
"""Share of words that only English has ("the", "you", "don't") from which a lyric is read as English; most have more
than 0.3. With fewer of them it is English where the dictionary knows nearly all of its words."""
_KNOWN_FROM: Final = 0.9


@dataclass(frozen=True)
class Words:
    """The words of a lyric, in order. n words, m lines.

    written: as they stand; ids: (n,) in `vocabulary`; line_of: (n,) the line each stands in; starts: (m + 1,) where the
    words of each line begin, and n.
    """

    lyric: Lyric
    lines: tuple[str, ...]
    written: list[str]
    folded: list[str]
    ids: NDArray[np.int64]
    line_of: NDArray[np.int64]
    starts: NDArray[np.int64]
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.folded)

    @cached_property
    def text(self) -> str:
        """The lines, one below the other."""
        return "\n".join(self.lines)

    @cached_property
    def words_of_line(self) -> NDArray[np.int64]:
        """(m,): how many words each line has."""
        return np.diff(self.starts)

    def column(self, column: Column) -> NDArray[np.float32]:
        """(n,): one number of each word."""
        one: NDArray[np.float32] = self.numbers[column]
        return one

    @cached_property
    def numbers(self) -> NDArray[np.float32]:
        """(columns, n): what is known of each word, by Column."""
        found: NDArray[np.float32] = np.ascontiguousarray(self.vocabulary.numbers[self.ids].T)
        return found

    def share(self, column: Column) -> float:
        """Of words that are of a kind, 0..1; 0 without words."""
        return share_of(self.column(column))

    def line_sums(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """(m,): the sum of values (n,) over each line."""
        sums: NDArray[np.float64] = np.bincount(self.line_of, weights=values, minlength=len(self.lines)).astype(
            np.float64
        )
        return sums

    @cached_property
    def types(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Each distinct word's id; (n,) which of those each word is; and how often each stands there."""
        return np.unique(self.ids, return_inverse=True, return_counts=True)

    @cached_property
    def language(self) -> Language:
        """`ru` and `en` by script and function words; `other` for what is neither."""
        return _language(self)


def share_of(flags: NDArray[Any]) -> float:
    """How many are not 0 or False, 0..1; 0 of none."""
    return int(np.count_nonzero(flags)) / max(1, len(flags))


def taken_apart(lyric: Lyric) -> Words:
    """The words of a lyric.

    Raises InputRejected where it has no line, or is no text but bytes of something else.

    >>> taken_apart(Lyric.of("Don't stop\\nRunnin' home")).folded
    ["don't", 'stop', "runnin'", 'home']
    """
    lines = _readable(lyric.lines)
    per_line = [(_ASCII_WORD if line.isascii() else _WORD).findall(line) for line in lines]
    written = [word for line in per_line for word in line]
    folded = "\n".join(written).lower().split("\n") if written else []
    vocabulary = current()
    counts = np.fromiter(map(len, per_line), dtype=np.int64, count=len(per_line))
    return Words(
        lyric=lyric,
        lines=lines,
        written=written,
        folded=folded,
        ids=vocabulary.ids_of(folded),
        line_of=np.repeat(np.arange(len(lines)), counts),
        starts=np.concatenate([[0], np.cumsum(counts)]),
        vocabulary=vocabulary,
    )


def _readable(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines in one spelling of apostrophes and accents, without control characters."""
    if not lines:
        raise InputRejected("There is no line to read in this lyric.")
    text = "\n".join(lines)
    if not text.isascii():
        text = _HYPHENS.sub("-", _APOSTROPHES.sub("'", unicodedata.normalize("NFC", text)))
    strange = 0 if text.replace("\n", "").isprintable() else len(_CONTROL.findall(text))
    if strange > max(_FEW_CONTROL, _MOST_CONTROL * len(text)):
        raise InputRejected(f"This is no text: {strange:,} of {len(text):,} characters are control characters.")
    return tuple((_CONTROL.sub("", text) if strange else text).split("\n"))


def _language(words: Words) -> Language:
    if not words.text.isascii():
        letters = "".join(words.folded)
        if len(_CYRILLIC.findall(letters)) > 0.5 * len(letters):
            return "ru" if len(_NOT_RUSSIAN.findall(letters)) < 0.01 * len(letters) else "other"
    english, known = (words.share(column) for column in (Column.ENGLISH, Column.KNOWN))
    return "en" if english >= _ENGLISH_FROM or known >= _KNOWN_FROM else "other"
