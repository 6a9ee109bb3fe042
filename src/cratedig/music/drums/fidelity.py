"""How near a drum part is to the style it is meant to be in, and what may be said of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fidelity:
    """How near a part is to the profile it was drawn from.

    nearness: 0..1, by `terms`, each 0..1. heard_as: drummers a classifier names and their chances, where it knows the
    artist. claims_artist: whether the evidence allows to say that it plays like the artist. says: one sentence.
    """

    nearness: float
    terms: Mapping[str, float]
    heard_as: Mapping[str, float]
    claims_artist: bool
    says: str
