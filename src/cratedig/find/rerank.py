"""Maximal marginal relevance: each place goes to the track that fits best and is least like those already chosen.

Carbonell & Goldstein 1998, "The use of MMR, diversity-based reranking for reordering documents and producing
summaries"; similarity and lambda as in the recommender's specification, section 6.1. A track's nearest chosen
neighbour is kept from step to step, so that k places among n tracks cost k passes over n, never n x k comparisons.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import NOBODY
from cratedig.find.query import QueryType

LAMBDA = 0.7
"""The specification's trade: 1 looks at relevance alone, 0 at variety alone."""
_CHOSEN = 0.85
LAMBDAS: Mapping[QueryType, float] = {
    "attribute": _CHOSEN,
    "mood": _CHOSEN,
    "genre": _CHOSEN,
    "artist": 0.9,
    "default": _CHOSEN,
}
"""Query type -> lambda. Chosen on half of the playlists of unheard artists, as much variety as costs little: at 0.7 the
lists shown for the other half's names have nDCG at 20 0.079, at 0.85 0.088, at 1 0.097; 50 results for a mood come
from 50 artists at 0.7, 49.8 at 0.85, 41 at 1. Of type artist are lists like given
tracks; who names an artist gets relevance alone (arrangement.py)."""
SAME_ARTIST, SOUND, MOOD = 0.5, 0.3, 0.2
"""What two tracks' likeness consists of (the specification, section 6.1)."""
_UNKNOWN_MOOD = 0.5  # neither near nor far
_FAR = 2.0  # the distance on the plane that counts as 0
_NARROWED_AFTER = (1, 6, 20)  # places: then those that cannot have one any more are left out
_ROUNDING = 1e-5  # of likenesses in single precision
_SHORTEST = 1e-6  # a sound shorter than this has no direction

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Kinship:
    """What the likeness of n tracks rests on.

    artist: codes, shape (n,), NOBODY is like nobody.  sound: directions of length sqrt(SOUND), shape (n, d), all 0
    where it is not known.  mood: valence + i arousal, shape (n,), MOOD apart where they are _FAR apart.  no_mood:
    where they are not known, rising.
    """

    artist: NDArray[np.int64]
    sound: Floats
    mood: NDArray[np.complex64]
    no_mood: NDArray[np.intp]

    @classmethod
    def of(
        cls,
        artist: NDArray[np.int64],
        audio: NDArray[np.floating],
        valence: NDArray[np.floating],
        arousal: NDArray[np.floating],
    ) -> Self:
        """From a crate's columns; audio of any length, shape (n, d), NaN rows where there is none."""
        length = np.sqrt(np.einsum("nd,nd->n", audio, audio))
        known = length > _SHORTEST  # NaN is not
        scale = (math.sqrt(SOUND) / np.where(known, length, 1.0)).astype(np.float32)
        sound = np.multiply(audio, scale[:, None], dtype=np.float32)
        sound[~known] = 0.0
        mood = np.empty(len(valence), dtype=np.complex64)
        mood.real, mood.imag = valence, arousal
        mood *= MOOD / _FAR
        return cls(artist, sound, mood, np.flatnonzero(np.isnan(mood)))

    def take(self, positions: NDArray[np.intp]) -> Kinship:
        """Of these tracks alone; positions rise."""
        unknown = np.zeros(len(self.artist), dtype=bool)
        unknown[self.no_mood] = True
        return Kinship(
            self.artist[positions],
            self.sound[positions],
            self.mood[positions],
            np.flatnonzero(unknown[positions]),
        )

    def to(self, chosen: int) -> Floats:
        """How like `chosen` each track is, shape (n,), -0.3..1."""
        likeness: Floats = self.sound @ self.sound[chosen]
        likeness -= self._apart(chosen)
        likeness += MOOD
        if self.artist[chosen] != NOBODY:
            np.add(likeness, SAME_ARTIST, out=likeness, where=self.artist == self.artist[chosen])
        return likeness

    def _apart(self, chosen: int) -> Floats:
        """0 where the moods are one, rising to MOOD at _FAR."""
        apart: Floats = np.abs(self.mood - self.mood[chosen])
        if len(self.no_mood):
            apart[self.no_mood] = MOOD * _UNKNOWN_MOOD
            if apart[chosen] != 0.0:
                apart[:] = MOOD * _UNKNOWN_MOOD
        return np.minimum(apart, MOOD, out=apart)


def mmr(scores: NDArray[np.float64], kinship: Kinship, *, trade: float = LAMBDA, most: int = 50) -> list[int]:
    """The first `most` places, as positions into `scores`; of what is equal the earlier position comes first.

    scores: shape (n,), 0..1.  trade: lambda, 0..1. Raises ValueError where it is not.
    """
    if not 0.0 <= trade <= 1.0:
        raise ValueError(f"lambda {trade} is not in 0..1")
    worth = trade * scores
    nearest = np.full(len(scores), -1.0, dtype=np.float32)
    places = np.arange(len(scores))
    taken: list[int] = []
    while len(taken) < min(most, len(scores)):
        at = int(np.argmax(worth - (1.0 - trade) * nearest if taken else worth))
        worth[at] = -np.inf
        np.maximum(nearest, kinship.to(at), out=nearest)
        taken.append(int(places[at]))
        if len(taken) in _NARROWED_AFTER:
            left = _within_reach(worth, (1.0 - trade) * nearest, 1.0 - trade, min(most, len(scores)) - len(taken))
            worth, nearest, places, kinship = worth[left], nearest[left], places[left], kinship.take(left)
    return taken


def _within_reach(
    worth: NDArray[np.float64], cost: NDArray[np.floating], most_it_costs: float, places: int
) -> NDArray[np.intp]:
    """Which may still have one of so many places left. cost: by what each is like that was chosen; it only grows.

    The last place goes to one that is worth more than the least of the `places` best would be if they were as like as
    can be; what is worth less than that already never has one.
    """
    worst = worth - most_it_costs
    least = np.partition(worst, len(worst) - places)[len(worst) - places] if places else np.inf
    return np.flatnonzero(worth - cost >= least - _ROUNDING)
