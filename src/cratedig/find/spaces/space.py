"""What each space is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cratedig.catalogue import vectors
from cratedig.models.index.contract import Metric

RECALL = 0.97
"""Of the exact 500 nearest to vectors of its own an index is tuned to find; the promise is 0.95. Of queries, which lie
elsewhere, it finds less (docs/find.md, "What is weak")."""


@dataclass(frozen=True, slots=True)
class Space:
    """Vectors of `dim` numbers, compared by `metric` on their `into` main axes where it is given."""

    name: vectors.Space
    dim: int
    metric: Metric
    into: int | None = None
    recall: float = RECALL


TEXT = Space("text", 384, "direction")
"""What a track's words mean: embeddings of length 1."""
AUDIO = Space("audio", 128, "direction", into=64)
"""How it sounds, on the 64 axes along which the catalogue's sounds reach furthest."""
MOOD = Space("mood", 2, "distance")
"""How it feels: valence and arousal, -1 .. 1 each."""

SPACES: Mapping[str, Space] = {space.name: space for space in (TEXT, AUDIO, MOOD)}
