"""The mood a query asks for: its words by the lexicon, its sentence by the head, fused."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cratedig.find.understanding.reading import Reading
from cratedig.models.mood import MoodHead, mood_of_text
from cratedig.music.mood import Mood
from cratedig.music.receipt import Receipt


def feeling(
    reading: Reading, vector: NDArray[np.float32], head: MoodHead, *, source: str = "query"
) -> tuple[Mood, Receipt]:
    """The mood of a query and where it came from. vector: (384,), the embedding of `reading.meaning`.

    The lexicon has w / (w + 0.1) of the say, at most 0.95, w being the weight of what spoke: the inverse-variance mean
    of two readers of whom the head, for so few words, errs by ten times the variance of one mood word (docs/query.md).
    """
    return mood_of_text(reading.feeling, vector, head, reading=reading.felt, source=source)
