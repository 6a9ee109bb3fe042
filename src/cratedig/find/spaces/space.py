"""What each space is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cratedig.catalogue import vectors
from cratedig.models.index.contract import DEPTH, Metric

RECALL = 0.97
"""Of the exact 500 nearest to vectors of its own an index is tuned to find; the promise is 0.95. Of queries, which lie
elsewhere, it finds less (docs/find.md, "What is weak")."""


@dataclass(frozen=True, slots=True)
class Space:
    """Vectors of `dim` numbers, compared by `metric` on their `into` main axes where it is given.

    recall: of the `depth` nearest, to be found. parts: vectors that a track has at most; their ids are track x parts +
    number. asked_in: the space whose vectors stand for questions when an index is tuned; None: its own, for itself.
    """

    name: vectors.Space
    dim: int
    metric: Metric
    into: int | None = None
    recall: float = RECALL
    depth: int = DEPTH
    parts: int = 1
    asked_in: vectors.Space | None = None


TEXT = Space("text", 384, "direction")
"""What a track's words mean: embeddings of length 1."""
AUDIO = Space("audio", 128, "direction", into=64)
"""How it sounds, on the 64 axes along which the catalogue's sounds reach furthest."""
MOOD = Space("mood", 2, "distance")
"""How it feels: valence and arousal, -1 .. 1 each."""
LINES = Space("lines", 384, "direction", recall=0.98, depth=200, parts=vectors.PARTS, asked_in="text")
"""What a few lines of a lyric mean. Questions are no verses: texts of tracks lie as far from verses as questions do."""

SPACES: Mapping[str, Space] = {space.name: space for space in (TEXT, AUDIO, MOOD, LINES)}
