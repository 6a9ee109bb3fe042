"""The lexical baseline: Okapi BM25 over plain words (Robertson & Zaragoza 2009, "The probabilistic relevance
framework", section 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.text import fold

SATURATION: Final = 1.2  # k1
LENGTH_PULL: Final = 0.75  # b


class Bm25:
    """An index of texts in memory, as large as an evaluation needs."""

    def __init__(self, texts: Sequence[str]) -> None:
        words = [fold(text).split() for text in texts]
        lengths = np.array([len(said) for said in words], dtype=np.float64)
        mean = max(1.0, lengths.sum() / max(1, len(texts)))
        self._slowing = SATURATION * (1 - LENGTH_PULL + LENGTH_PULL * lengths / mean)
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for at, said in enumerate(words):
            for word, count in Counter(said).items():
                self._postings.setdefault(word, []).append((at, count))

    def scores(self, query: str) -> NDArray[np.float64]:
        """Of every text, shape (n,), 0 or more; 0 where it has no word of the query."""
        found = np.zeros(len(self._slowing))
        for word in fold(query).split():
            if postings := self._postings.get(word):
                at, counts = np.array(postings).T
                rareness = np.log1p((len(found) - len(at) + 0.5) / (len(at) + 0.5))
                found[at] += rareness * counts * (SATURATION + 1) / (counts + self._slowing[at])
        return found
