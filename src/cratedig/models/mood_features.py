"""What the mood head looks at in a text, beside its embedding: the lexicon, its shape, its words. numpy only.

The same functions run when the head is trained (lab/train_emobank.py) and when it is used, so the two cannot differ.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cratedig.music.lexicon import LexiconReading, read_words

Matrix = NDArray[np.float32]

LEXICON_FEATURES = 6
SHAPE_FEATURES = 12
MAX_CHARS = 16_384  # as the embedder: what follows is not seen

_TERM = re.compile(r"[a-z']+|[!?]+")


def lexicon_features(readings: Iterable[LexiconReading | None]) -> Matrix:
    """(n, 6): valence, arousal, weight, whether it spoke, and valence and arousal by how much it said."""
    rows = [[0.0] * LEXICON_FEATURES if reading is None else _spoken(reading) for reading in readings]
    return np.asarray(rows, dtype=np.float32).reshape(-1, LEXICON_FEATURES)


def _spoken(reading: LexiconReading) -> list[float]:
    mood, much = reading.mood, min(reading.weight, 3.0)
    return [mood.valence, mood.arousal, min(reading.weight, 10.0), 1.0, mood.valence * much, mood.arousal * much]


def shape_features(texts: Sequence[str]) -> Matrix:
    """(n, 12): lengths, marks, capitals, digits, and whether it speaks of I and you. Each is 0..20."""
    rows = np.asarray([_shape(text[:MAX_CHARS]) for text in texts], dtype=np.float32).reshape(-1, SHAPE_FEATURES)
    return np.clip(rows, 0.0, 20.0)


def _shape(text: str) -> list[float]:
    words = text.split()
    return [
        math.log1p(len(text)),
        math.sqrt(len(words)),
        text.count("!"),
        text.count("?"),
        '"' in text,
        text.count("..."),
        sum(word.isupper() and len(word) > 1 for word in words),
        sum(char.isdigit() for char in text) / max(len(text), 1),
        sum(map(len, words)) / max(len(words), 1),
        text.count(","),
        text.endswith("."),
        ("I" in words) + ("you" in words),
    ]


def terms(text: str) -> list[str]:
    """Words and marks, and every two of them that follow each other.

    >>> terms("Oh no!")
    ['oh', 'no', '!', 'oh no', 'no !']
    """
    words = _TERM.findall(text[:MAX_CHARS].lower())
    return words + [f"{first} {second}" for first, second in pairwise(words)]


@dataclass(frozen=True)
class WordTable:
    """A learned lexicon: each term's inverse document frequency and its weights.

    A text's row is the sum of its terms' weights by sublinear tf-idf of unit length (Salton & Buckley 1988, section 2).
    """

    index: dict[str, int]
    idf: Matrix  # (terms,)
    weights: NDArray[np.int8]  # (terms, k), in steps of `step`
    step: Matrix  # (k,)

    def rows(self, texts: Sequence[str]) -> Matrix:
        """(n, k); zeros where no term is known."""
        found = np.zeros((len(texts), len(self.step)), dtype=np.float32)
        for row, text in enumerate(texts):
            known = Counter(self.index[term] for term in terms(text) if term in self.index)
            if known:
                at = np.fromiter(known, dtype=np.int64)
                tf_idf = (1 + np.log(np.fromiter(known.values(), dtype=np.float32))) * self.idf[at]
                found[row] = (tf_idf / np.linalg.norm(tf_idf)) @ self.weights[at]
        return found * self.step


def readings_of(texts: Sequence[str]) -> list[LexiconReading | None]:
    return [read_words(text[:MAX_CHARS]) for text in texts]
