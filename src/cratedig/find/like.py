"""More like these, less like those: what a handful of tracks have in common, turned into a query.

"Like A plus B minus C" is Rocchio's relevance feedback (1971, "Relevance feedback in information retrieval"): the
target moves to the middle of what is liked and away from the middle of what is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import Candidates
from cratedig.find.query import Liked, Query, Years
from cratedig.find.signals import SPREADS
from cratedig.find.understanding.comparison import shifted
from cratedig.models.style import shipped
from cratedig.music.mood import Mood
from cratedig.music.receipt import Receipt
from cratedig.music.text import fold

MOST_ARTISTS = 10
UNLIKED = 0.5
"""Weight of what is not liked, the query and the liked tracks having 1 each: no is less sure a direction than yes."""
_NOWHERE = 1e-6

Vectors = NDArray[np.float32]


def middle(embeddings: Vectors) -> Vectors | None:
    """The mean direction of embeddings, shape (n, d), of length 1; None where there is none or they cancel out."""
    return _direction(embeddings.mean(axis=0)) if len(embeddings) else None


def _direction(vector: NDArray[np.floating]) -> Vectors | None:
    length = float(np.linalg.norm(vector))
    return None if length < _NOWHERE else np.asarray(vector / length, dtype=np.float32)


def towards(asked: Vectors | None, liked: Vectors, unliked: Vectors) -> Vectors | None:
    """Where to look, of length 1: the query's direction, if any, and the middle of the liked, less UNLIKED of the
    middle of the unliked. Where those cancel out, the unliked say nothing; None where nothing says anything.

    asked: shape (d,).  liked, unliked: shape (n, d).
    """
    wanted = middle(liked)
    both = [direction for direction in (asked, wanted) if direction is not None]
    away = middle(unliked)
    if not both:
        return None if away is None else -away
    target = np.sum(both, axis=0)
    less = target if away is None else target - UNLIKED * away
    found = _direction(less)
    return found if found is not None else _direction(target)


def like(query: Query, tracks: Candidates, artists: Sequence[str]) -> Query:
    """The query, asking for these tracks' artists, styles, years, mood and sound where it does not ask itself.

    artists: the tracks' artists by name. Comparatives ("but calmer") lead a step from where the tracks are.
    """
    mood, sound, target = _mood(tracks), sound_of(tracks), sounding(tracks)
    if query.shift is not None:
        mood, sound = shifted(mood, sound, query.shift)
    keeps_its_own = mood is None or query.aims
    return replace(
        query,
        type="artist" if query.type == "default" else query.type,
        mood=query.mood if keeps_its_own else mood,
        mood_receipt=query.mood_receipt if keeps_its_own else _RECEIPT,
        artists=query.artists or _most_common(artists),
        styles=query.styles or _styles(tracks),
        liked=Liked(sound=sound, years=_years(tracks)),
        sound_target=query.sound_target if target is None else target,
        explanation=f"Like the {len(tracks)} tracks given."
        if query.type == "default"
        else f"{query.explanation} Like the {len(tracks)} tracks given.",
    )


_RECEIPT = Receipt(source="liked tracks", method="mean of their moods", confidence=0.8)


def _mood(tracks: Candidates) -> Mood | None:
    points = np.stack([tracks.valence, tracks.arousal], axis=1)
    points = points[~np.isnan(points).any(axis=1)]
    return Mood.clipped(*points.mean(axis=0, dtype=np.float64).tolist()) if len(points) else None


def _most_common(artists: Sequence[str]) -> tuple[str, ...]:
    names = Counter(name for artist in artists if (name := fold(artist)))
    return tuple(name for name, _ in names.most_common(MOST_ARTISTS))


def _styles(tracks: Candidates) -> dict[str, float]:
    """The mean of the tracks' style shares, the largest 1."""
    shares = tracks.styles[~np.isnan(tracks.styles).any(axis=1)]
    if not len(shares):
        return {}
    mean = shares.mean(axis=0, dtype=np.float64)
    return dict(zip(shipped().styles, (mean / mean.max()).tolist(), strict=True))


def sound_of(tracks: Candidates) -> dict[str, float]:
    """The mean of each feature over the tracks that have it."""
    known = {name: column[~np.isnan(column)] for name, column in zip(SPREADS, tracks.features.T, strict=True)}
    return {name: float(values.mean(dtype=np.float64)) for name, values in known.items() if len(values)}


def sounding(tracks: Candidates) -> Vectors | None:
    """The middle of the tracks' sounds, shape (128,); None where none was heard."""
    return middle(tracks.audio[~np.isnan(tracks.audio).any(axis=1)])


def _years(tracks: Candidates) -> Years | None:
    """The middle four fifths of the tracks' years."""
    years = tracks.year[~np.isnan(tracks.year)]
    if not len(years):
        return None
    first, last = np.percentile(years, [10, 90]).round().astype(int).tolist()
    return Years(first, last)
