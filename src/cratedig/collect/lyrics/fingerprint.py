"""Numbers by which lyrics of nearly the same words are found: minhash of word triples, in bands (Broder 1997)."""

from __future__ import annotations

from functools import cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cratedig.music.lyric import Lyric
from cratedig.music.text import fold

BANDS: Final = 10
ROWS: Final = 6
"""Two texts that share a share s of their word triples share a number with 1 - (1 - s^ROWS)^BANDS: 0.95 at s = 0.8,
0.15 at 0.5, 0.01 at 0.3."""
WORDS_AT_ONCE: Final = 3
LEAST_WORDS: Final = 12
"""Shorter texts have no numbers: their triples are phrases that many songs share."""
_PRIME: Final = (1 << 31) - 1


def fingerprint(lyric: Lyric) -> tuple[int, ...]:
    """BANDS numbers of 63 bits; none for a text of less than LEAST_WORDS words. Order and repeats of lines do not
    matter, and neither do punctuation, case and accents."""
    words = fold(lyric.text).split()
    if len(words) < LEAST_WORDS:
        return ()
    triples = {" ".join(words[at : at + WORDS_AT_ONCE]) for at in range(len(words) - WORDS_AT_ONCE + 1)}
    hashes = np.fromiter((crc32(triple.encode()) % _PRIME for triple in triples), dtype=np.uint64, count=len(triples))
    factors, offsets = _permutations()
    least = np.min((factors[:, None] * hashes[None, :] + offsets[:, None]) % np.uint64(_PRIME), axis=1)
    return tuple(_band(number, least[number * ROWS : (number + 1) * ROWS]) for number in range(BANDS))


def _band(number: int, least: NDArray[np.uint64]) -> int:
    """One number for a band; which band it is of is part of it."""
    data = bytes([number]) + least.tobytes()
    return (crc32(data) << 31 | crc32(data[::-1]) >> 1) & ((1 << 63) - 1)


@cache
def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Fixed for ever: stored numbers are compared with new ones."""
    drawn = np.random.default_rng(20261121).integers(1, _PRIME, size=(2, BANDS * ROWS), dtype=np.uint64)
    return drawn[0], drawn[1]
