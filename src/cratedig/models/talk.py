"""Talk or music, from the words of a row and its length: a logistic regression over hashed byte n-grams.

Trained by `python evals/music_or_not.py --train` (heads/talk.json is its card). It reads any language it has seen and
is never asked alone: its score is weighed against the named votes (collect/heal/music_or_not.py).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.models.grams import grams_of
from cratedig.music.text import fold
from cratedig.publish import sha256

HEADS = Path(__file__).parent / "heads"
CARD = "talk.json"
BITS = 13
LONG_S, SHORT_S, SONG_S = 1500.0, 20.0, (60.0, 600.0)

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class TalkHead:
    """grams: (2^13,) weights; lengths: (4,) weights of the length's class; votes, own, bias: how the final log-odds of
    music are put together from the sum of the votes and this head's own score."""

    version: str
    grams: Scores
    lengths: Scores
    bias: float
    votes: float
    own: float
    shift: float

    @classmethod
    def load(cls, folder: Path = HEADS) -> TalkHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            data = (folder / str(card["file"])).read_bytes()
            if sha256(data) != card["sha256"]:
                raise ValueError("its SHA-256 is not its card's")
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                parts = [float(value) for value in file["parts"]]
                return cls(f"talk head {card['version']}", file["grams"].astype(np.float32), file["lengths"], *parts)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ModelUnavailable(f"The talk head cannot be read: {error}.", hint="Install Cratedig again.") from error

    def scores(self, texts: Sequence[str], durations_s: Sequence[float | None]) -> Scores:
        """Log-odds of talk, shape (n,), of folded texts and lengths in seconds."""
        return (
            grams_of([fold(text) for text in texts], bits=BITS).sums(self.grams)
            + length_classes(durations_s) @ self.lengths
            + np.float32(self.bias)
        )

    def music(self, votes: Scores, scores: Scores) -> Scores:
        """Probability of music from the sums of the votes and this head's scores, shape (n,)."""
        odds = self.votes * votes - self.own * scores + self.shift
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float32)


@cache
def shipped() -> TalkHead:
    """The shipped head, read once."""
    return TalkHead.load()


def length_classes(durations_s: Sequence[float | None]) -> Scores:
    """(n, 4) zeros and ones: unknown, long, short, as long as a song."""
    lengths = np.array([np.nan if value is None else value for value in durations_s], dtype=np.float64)
    low, high = SONG_S
    classes = [np.isnan(lengths), lengths >= LONG_S, lengths < SHORT_S, (lengths >= low) & (lengths <= high)]
    return np.stack(classes, axis=1).astype(np.float32)
