"""Strategy C: the nearest track of the catalogue stands in for one whose link is dead. No network."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cratedig.catalogue.recoveries import Lost, Neighbour, Recovery
from cratedig.music.recording import Recording, distance
from cratedig.music.text import fold

STRATEGY = "nearest track"
SAME_RECORDING = 0.95
"""Confidence in a track that is the same recording under another address."""
LEAST = 0.15
"""A track drawn from the catalogue by lot is right in 0.1 of all cases; less than half more is not worth keeping."""


def stand_in(lost: Lost, neighbours: Sequence[Neighbour]) -> Recovery | None:
    """The best stand-in among a track's neighbours: the same recording, else the one that most likely sounds alike."""
    same = [one for one in neighbours if is_same(lost, one)]
    if same:
        best = max(same, key=lambda one: (one.is_checked, one.similarity))
        return Recovery(lost.track_id, lost.url, STRATEGY, SAME_RECORDING, best.url, best.track_id)
    rated = [(confidence(one.similarity, is_same_artist=_same_artist(lost, one)), one) for one in neighbours]
    sure, near = max(rated, key=lambda pair: (pair[0], pair[1].is_checked), default=(0.0, None))
    if near is None or sure < LEAST:
        return None
    return Recovery(lost.track_id, lost.url, STRATEGY, round(sure, 3), stand_in_id=near.track_id)


def is_same(lost: Lost, other: Neighbour) -> bool:
    """True where both are one recording."""
    if not (lost.artist and lost.title and other.artist and other.title):
        return False
    here = Recording(lost.artist, lost.title, lost.duration_s, lost.album)
    return distance(here, Recording(other.artist, other.title, other.duration_s, other.album)).is_same


def _same_artist(lost: Lost, other: Neighbour) -> bool:
    return bool(lost.artist and other.artist and fold(lost.artist) == fold(other.artist))


def confidence(similarity: float, *, is_same_artist: bool) -> float:
    """How likely a track sounds like the lost one: that it is among the tenth of the catalogue nearest to it in sound.

    A logistic curve, fitted on tracks with hidden links of which the sound is known (`benchmarks/links.py --stand-ins`,
    docs/collect.md).
    """
    at, slope, artist = CURVE
    return 1 / (1 + math.exp(-(at + slope * similarity + artist * is_same_artist)))


CURVE = (-2.73, 2.09, 0.59)
"""Intercept, slope by similarity, and what the same artist adds."""
