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

from cratedig.catalogue.candidates import Candidate, embeddings_of
from cratedig.find.query import Liked, Query, Years
from cratedig.find.signals import SPREADS
from cratedig.models.style import Heard, shipped
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


def like(query: Query, tracks: Sequence[Candidate]) -> Query:
    """The query, asking for these tracks' artists, styles, years, mood and sound where it does not ask itself."""
    mood = query.mood if _aims(query) else _mood(tracks) or query.mood
    receipt = query.mood_receipt
    if mood is not query.mood:
        receipt = Receipt(source="liked tracks", method="mean of their moods", confidence=0.8)
    return replace(
        query,
        type="artist" if query.type == "default" else query.type,
        mood=mood,
        mood_receipt=receipt,
        artists=query.artists or _artists(tracks),
        styles=query.styles or _styles(tracks),
        liked=Liked(sound=_sound(tracks), years=_years(tracks)),
        explanation=f"Like the {len(tracks)} tracks given."
        if query.type == "default"
        else f"{query.explanation} Like the {len(tracks)} tracks given.",
    )


def _aims(query: Query) -> bool:
    """Did somebody set a mood: by its words, or by a point of the plane?"""
    given = query.mood_receipt is not None and query.mood_receipt.kind == "given"
    return given or bool(query.reading.mood_words)


def _mood(tracks: Sequence[Candidate]) -> Mood | None:
    points = [(t.valence, t.arousal) for t in tracks if t.valence is not None and t.arousal is not None]
    return Mood.clipped(*np.mean(points, axis=0).tolist()) if points else None


def _artists(tracks: Sequence[Candidate]) -> tuple[str, ...]:
    names = Counter(name for track in tracks if (name := fold(track.artist or "")))
    return tuple(name for name, _ in names.most_common(MOST_ARTISTS))


def _styles(tracks: Sequence[Candidate]) -> dict[str, float]:
    """The mean of the tracks' style shares, the largest 1."""
    has, embeddings = embeddings_of(tracks)
    if not has:
        return {}
    head = shipped()
    heard = [Heard(tracks[at].audio_features, tracks[at].year) for at in has]
    mean = head.predict(heard, embeddings).mean(axis=0)
    return dict(zip(head.styles, (mean / mean.max()).tolist(), strict=True))


def _sound(tracks: Sequence[Candidate]) -> dict[str, float]:
    known = {name: [_value(track, name) for track in tracks] for name in SPREADS}
    found = {name: [value for value in values if value is not None] for name, values in known.items()}
    return {name: float(np.mean(values)) for name, values in found.items() if values}


def _value(track: Candidate, name: str) -> float | None:
    value = (track.audio_features or {}).get(name)
    return float(value) if isinstance(value, int | float) else None


def _years(tracks: Sequence[Candidate]) -> Years | None:
    """The middle four fifths of the tracks' years."""
    years = [track.year for track in tracks if track.year is not None]
    if not years:
        return None
    first, last = np.percentile(years, [10, 90]).round().astype(int).tolist()
    return Years(first, last)
