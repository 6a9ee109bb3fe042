"""More like these: what a handful of tracks have in common, turned into a query."""

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


def middle(tracks: Sequence[Candidate]) -> NDArray[np.float32] | None:
    """The mean direction of the tracks' texts, of length 1; None where none was studied."""
    _, embeddings = embeddings_of(tracks)
    if not len(embeddings):
        return None
    mean = embeddings.mean(axis=0)
    return np.asarray(mean / max(1e-9, float(np.linalg.norm(mean))), dtype=np.float32)


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
