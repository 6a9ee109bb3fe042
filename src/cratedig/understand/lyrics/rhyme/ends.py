"""The ends of words as numbers, as the rhyme head reads them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import numpy as np

from cratedig.models.rhyme import NO_VOWEL, SPELLED, VARIANTS, WIDTH, Cluster, Codes, shipped
from cratedig.understand.lyrics.phonemes import Pronunciation, pronounce
from cratedig.understand.lyrics.phonemes.syllables import VOWELS

KEPT: Final = 65_536
"""Words whose codes are kept; then they are forgotten together."""
_VOWEL_CODES: Final = {vowel: at for at, vowel in enumerate(VOWELS)}
_SPELLED_VOWELS: Final = re.compile(r"[aeiouyа-я]+")
_NOT_SPELLED: Final = re.compile(r"[^a-zа-яё]")


class EndCoder:
    """Codes of words, kept once they are known. codas: the code of each cluster that may end a word."""

    def __init__(self, codas: Mapping[Cluster, int]) -> None:
        self._codas = codas
        self._kept: dict[str, tuple[int, ...]] = {}

    def codes(self, words: Sequence[str]) -> Codes:
        """One row for each word, shape (n, WIDTH). Words are in lower case."""
        rows = [self._kept.get(word) or self._keep(word) for word in words]
        return np.array(rows, dtype=np.int32).reshape(len(words), WIDTH)

    def _keep(self, word: str) -> tuple[int, ...]:
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[word] = row = self._row(word)
        return row

    def _row(self, word: str) -> tuple[int, ...]:
        said = [one for one in pronounce(word) if one.syllables][:VARIANTS]
        ways = [code for one in said for code in self._way(one)]
        empty = [0] * ((VARIANTS - len(said)) * 7)
        spelled = _NOT_SPELLED.sub("", word)
        letters = [ord(letter) for letter in spelled[: -SPELLED - 1 : -1]]
        spelling = [*letters, *([0] * (SPELLED - len(letters)))]
        known = int(bool(said) and said[0].known)
        return (*ways, *empty, len(said), *spelling, _vowel_spelling(spelled), known, _number(word))

    def _way(self, said: Pronunciation) -> tuple[int, ...]:
        last = said.syllables[-1]
        before = said.syllables[-2] if len(said.syllables) > 1 else None
        return (
            _VOWEL_CODES[last.nucleus],
            self._coda(last.coda),
            _number(*last.onset),
            int(last.stress > 0 or before is None),
            _VOWEL_CODES[before.nucleus] if before else NO_VOWEL,
            _number(*before.coda, *last.onset) if before else 0,
            int(before is not None and before.stress > 0),
        )

    def _coda(self, coda: Cluster) -> int:
        """The code of the longest known end of the cluster."""
        while coda not in self._codas:
            coda = coda[1:]
        return self._codas[coda]


def _number(*parts: str) -> int:
    return zlib.crc32(" ".join(parts).encode()) & 0x7FFFFFFF


def _vowel_spelling(spelled: str) -> int:
    """Which letters write the last vowel, a silent e aside."""
    found = _SPELLED_VOWELS.findall(spelled.rstrip("e") if len(spelled) > 3 else spelled)
    return _number(found[-1]) if found else 0


@cache
def shipped_coder() -> EndCoder:
    """The codes of the shipped head."""
    return EndCoder(shipped().coda_codes)
