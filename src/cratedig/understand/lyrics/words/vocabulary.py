"""What is known of each word, looked up once a process and kept as rows of tables."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.lexicon import voice
from cratedig.understand.lyrics.measures.theme_table import shipped as theme_table
from cratedig.understand.lyrics.phonemes import pronounce
from cratedig.understand.lyrics.phonemes.dictionary import known
from cratedig.understand.lyrics.phonemes.syllables import CONSONANTS, VOWELS
from cratedig.understand.lyrics.words import lists
from cratedig.understand.lyrics.words.valences import valence

_MOST_WORDS: Final = 200_000  # 60 MB; then a new vocabulary is begun
_FIRST_ROWS: Final = 4_096
PHONES: Final = (*VOWELS, *CONSONANTS)
_HEARD: Final[dict[str, tuple[int, int | None]]] = {
    **{f"{vowel}{stress}": (at, int(stress > 0)) for at, vowel in enumerate(VOWELS) for stress in range(3)},
    **{consonant: (at, None) for at, consonant in enumerate(CONSONANTS, start=len(VOWELS))},
}
"""The place in PHONES of each phone as it is written, and whether it is stressed; None for a consonant."""
_CYRILLIC_FROM: Final = "Ѐ"
_WEAK, _STRONG = b"\0", b"\1"


class Column(IntEnum):
    """The numbers of a word. ONSET: 1 + place in PHONES of the consonant its stressed or first syllable begins with, 0
    without one. VALENCE: -4..4. SPEAKS, BEGINS, FOLLOWS: the lexicon's Voice. The rest are counts, or 1 for yes."""

    SYLLABLES = 0
    LETTERS = 1
    VALENCE = 2
    ONSET = 3
    KNOWN = 4
    FUNCTION = 5
    PROFANE = 6
    FIRST_PERSON = 7
    SECOND_PERSON = 8
    THIRD_PERSON = 9
    SOUND_WORD = 10
    SLANG = 11
    ENGLISH = 12
    COMPARES = 13
    SPEAKS = 14
    BEGINS = 15
    FOLLOWS = 16


class Vocabulary:
    """Words and what is known of them; it only grows, so that an id and its row stay true. Threads may share one.

    numbers: (rows, columns). sounds: (rows, phones), how often each phone of PHONES is heard in the word. themes:
    (rows, themes) in steps of 1/255. stresses: of the syllables of each word, a byte 1 where stressed, else 0.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.stresses: list[bytes] = []
        self.numbers: NDArray[np.float32] = np.zeros((_FIRST_ROWS, len(Column)), dtype=np.float32)
        self.sounds: NDArray[np.uint8] = np.zeros((_FIRST_ROWS, len(PHONES)), dtype=np.uint8)
        self.themes: NDArray[np.uint8] = np.zeros((_FIRST_ROWS, len(theme_table().names)), dtype=np.uint8)
        self._ids: dict[str, int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.words)

    def ids_of(self, folded: Sequence[str]) -> NDArray[np.int64]:
        """(n,): the id of each word in lower case; unknown ones are looked up now."""
        found = list(map(self._ids.get, folded))
        if None in found:
            with self._lock:
                new = [word for word in dict.fromkeys(folded) if word not in self._ids]
                if new:  # another thread may have learned them meanwhile
                    self._learn(new)
            found = list(map(self._ids.get, folded))
        return np.array(found, dtype=np.int64)

    def _learn(self, words: Sequence[str]) -> None:
        first, end = len(self.words), len(self.words) + len(words)
        while end > len(self.numbers):
            self._grow()
        spoken = [_spoken(word) for word in words]
        heard = [at * len(PHONES) + phone for at, (phones, _) in enumerate(spoken) for phone in phones]
        self.sounds[first:end] = np.bincount(heard, minlength=len(words) * len(PHONES)).reshape(-1, len(PHONES))
        self.numbers[first:end] = [_numbers(word, *said) for word, said in zip(words, spoken, strict=True)]
        self.themes[first:end] = [theme_table().of(word) for word in words]
        self.stresses += [stresses for _, stresses in spoken]
        self.words += words
        self._ids.update(zip(words, range(first, end), strict=True))  # last: whoever finds a word finds all of it

    def _grow(self) -> None:
        """Twice the rows, as new arrays: who still reads the old ones reads what was true."""
        self.numbers, self.sounds, self.themes = (
            np.concatenate([table, np.zeros_like(table)]) for table in (self.numbers, self.sounds, self.themes)
        )


def _numbers(word: str, phones: Sequence[int], stresses: bytes) -> tuple[float, ...]:
    """By Column."""
    return (
        len(stresses),
        sum(map(str.isalpha, word)),
        valence(word),
        phones[0] + 1 if phones and phones[0] >= len(VOWELS) else 0,
        _is_known(word),
        *(word in words for words in lists.KINDS),
        *voice(word),
    )


def _spoken(word: str) -> tuple[list[int], bytes]:
    """The places in PHONES of its phones, and the stress of its syllables."""
    ways = pronounce(word)
    said = [_HEARD[phone] for phone in ways[0].phones] if ways else []
    stresses = bytes([stress for _, stress in said if stress is not None])
    if len(stresses) == 1:  # a word of one syllable is as strong as what it says
        stresses = _WEAK if word in lists.FUNCTION else _STRONG
    return [phone for phone, _ in said], stresses


def _is_known(word: str) -> bool:
    if word >= _CYRILLIC_FROM:
        return word in lists.RUSSIAN_KNOWN
    return known(word) or (not word.isalpha() and all(map(known, word.replace("'", "-").split("-"))))


_kept: Vocabulary | None = None


def current() -> Vocabulary:
    """The vocabulary of this process; a full one is left to whoever still reads it, and a new one begun."""
    global _kept
    if _kept is None or len(_kept) >= _MOST_WORDS:
        _kept = Vocabulary()
    return _kept
