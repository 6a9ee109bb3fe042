"""Signals: what each candidate has to say to a query, one named array each, 0..1, NaN where it cannot say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue.candidates import Candidate, embeddings_of
from cratedig.find.blend import Values
from cratedig.find.query import Query, Years
from cratedig.models.style import Heard, shipped
from cratedig.music.facet import heard
from cratedig.music.mood import Mood

YEARS_FADE = 5.0  # years outside the span at which the signal is gone
_NAN = math.nan

SPREADS: dict[str, tuple[float, float]] = {
    "danceability": (0.0, 1.0),
    "energy": (0.0, 1.0),
    "loudness": (-30.0, 0.0),
    "speechiness": (0.0, 0.5),
    "acousticness": (0.0, 1.0),
    "instrumentalness": (0.0, 1.0),
    "liveness": (0.0, 1.0),
    "valence": (0.0, 1.0),
    "tempo": (60.0, 180.0),
}
"""Feature -> the range that counts as the whole way from least to most (tempo in BPM, loudness in dB)."""


def text_signals(candidates: Sequence[Candidate]) -> dict[str, Values]:
    """Meaning and words: what search ranks by."""
    return {
        "meaning": np.array([_NAN if c.meaning is None else max(0.0, c.meaning) for c in candidates]),
        "words": np.array([c.words for c in candidates]),
    }


def find_signals(query: Query, candidates: Sequence[Candidate]) -> dict[str, Values]:
    """Every signal this query asks for."""
    signals = text_signals(candidates)
    if query.facets:
        signals["names"] = np.array([c.named for c in candidates])
    if query.years:
        signals["years"] = np.array([_in_years(c.year, query.years) for c in candidates])
    if query.styles:
        signals["style"] = style_signal(query.styles, candidates)
    if sound := query.sound:
        signals["sound"] = np.array([sounds_like(c.audio_features, sound) for c in candidates])
    if query.mood is not None:
        signals["mood"] = _mood(query.mood, candidates)
    signals["heard"] = heard_signal(candidates)
    if query.reading.unwanted:
        signals["free of the unwanted"] = np.array([1.0 - c.unwanted for c in candidates])
    return signals


def style_signal(meant: Mapping[str, float], candidates: Sequence[Candidate]) -> Values:
    """The share of each track's probable styles that the query means; NaN where the track's text was not studied."""
    has, embeddings = embeddings_of(candidates)
    values = np.full(len(candidates), _NAN)
    if has:
        head = shipped()
        tracks = [Heard(candidates[at].audio_features, candidates[at].year) for at in has]
        wanted = np.array([meant.get(style, 0.0) for style in head.styles])
        values[has] = head.predict(tracks, embeddings) @ wanted
    return values


def heard_signal(candidates: Sequence[Candidate]) -> Values:
    """How widely known each is; NaN where nothing says."""
    known = (heard(c.popularity, c.playback_count) for c in candidates)
    return np.array([_NAN if value is None else value for value in known])


def sounds_like(features: dict[str, object] | None, wanted: dict[str, float]) -> float:
    """1 - the mean distance of the wanted features, each over its spread; NaN where the track has none of them.

    >>> sounds_like({"energy": 0.75}, {"energy": 1.0, "tempo": 120.0})
    0.75
    """
    near = []
    for name, target in wanted.items():
        value = (features or {}).get(name)
        if isinstance(value, int | float):
            low, high = SPREADS[name]
            near.append(1.0 - min(1.0, abs(_within(value, low, high) - _within(target, low, high))))
    return sum(near) / len(near) if near else _NAN


def _within(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _mood(target: Mood, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """1 / (1 + distance) on the plane (the specification, section 5.1)."""
    return np.array(
        [
            _NAN
            if c.valence is None or c.arousal is None
            else 1.0 / (1.0 + math.hypot(c.valence - target.valence, c.arousal - target.arousal))
            for c in candidates
        ]
    )


def _in_years(year: int | None, spans: Sequence[Years]) -> float:
    """1 inside any span, fading to 0 over YEARS_FADE years outside; 0 without a year: no sign of being in it."""
    if year is None:
        return 0.0
    away = min(max((span.first or year) - year, year - (span.last or year), 0) for span in spans)
    return max(0.0, 1.0 - away / YEARS_FADE)
