"""What each space is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cratedig.catalogue import vectors
from cratedig.models.index.contract import DEPTH, Metric

RECALL = 0.97
"""Of the exact 500 nearest to questions an index is tuned to find; the promise is 0.95."""


@dataclass(frozen=True, slots=True)
class Space:
    """Vectors of `dim` numbers, compared by `metric`.

    recall: of the `depth` nearest, to be found. parts: vectors that a track has at most; their ids are track x parts +
    number. asked_in: the space whose vectors, cleared, stand for questions when an index is tuned; None: `questions`
    knows some, or its own do as they are. coded: dimensions to half a byte of a code, for a space whose vectors a
    segment has too.
    """

    name: vectors.Space
    dim: int
    metric: Metric
    recall: float = RECALL
    depth: int = DEPTH
    parts: int = 1
    asked_in: vectors.Space | None = None
    coded: int | None = None


TEXT = Space("text", 384, "direction", asked_in="text", coded=2)
"""What a track's words mean: embeddings of length 1."""
AUDIO = Space("audio", 128, "direction", coded=1)
"""How it sounds. Questions lie along axes that the catalogue's sounds may hardly use: all 128 are compared."""
MOOD = Space("mood", 2, "distance")
"""How it feels: valence and arousal, -1 .. 1 each."""
LINES = Space("lines", 384, "direction", recall=0.98, depth=200, parts=vectors.PARTS, asked_in="text")
"""What a few lines of a lyric mean. Questions are no verses: texts of tracks lie as far from verses as questions do."""

SPACES: Mapping[str, Space] = {space.name: space for space in (TEXT, AUDIO, MOOD, LINES)}
