"""Signals: what the candidates have to say to a query, one named column each, 0..1, NaN where one cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cratedig.find.blend import Values
from cratedig.find.candidates import Candidates, Floats
from cratedig.find.query import Query, Years
from cratedig.models.style import shipped
from cratedig.music.mood import Mood

YEARS_FADE = 5.0  # years outside the span at which the signal is gone

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
"""Feature -> the range that counts as the whole way from least to most (tempo in BPM, loudness in dB). Candidates have
their features in this order."""


def text_signals(found: Candidates) -> dict[str, Values]:
    """Meaning and words: what search ranks by."""
    return {
        "meaning": np.maximum(found.meaning, 0.0).astype(np.float64),
        "words": found.words.astype(np.float64),
    }


def find_signals(query: Query, found: Candidates) -> dict[str, Values]:
    """Every signal this query asks for."""
    signals = text_signals(found)
    if query.facets:
        signals["names"] = found.named.astype(np.float64)
    if query.years:
        signals["years"] = in_years(found.year, query.years)
    if query.styles:
        signals["style"] = style_signal(query.styles, found)
    if sound := query.sound:
        signals["sound"] = sounds_like(found.features, sound)
    if query.mood is not None:
        signals["mood"] = _mood(query.mood, found)
    signals["heard"] = heard_signal(found)
    if query.reading.unwanted:
        signals["free of the unwanted"] = 1.0 - found.unwanted.astype(np.float64)
    return signals


def style_signal(meant: Mapping[str, float], found: Candidates) -> Values:
    """The share of each track's probable styles that the query means; NaN where the track's text was not studied."""
    wanted = np.array([meant.get(style, 0.0) for style in shipped().styles])
    shares: Values = found.styles.astype(np.float64) @ wanted
    return shares


def heard_signal(found: Candidates) -> Values:
    """How widely known each is; NaN where nothing says."""
    return found.heard.astype(np.float64)


def sounds_like(features: Floats, wanted: Mapping[str, float]) -> Values:
    """1 - the mean distance of the wanted features, each over its spread; NaN where a track has none of them.

    features: (n, 9) in the order of SPREADS.

    >>> energy_and_nothing_else = np.array([[np.nan, 0.75] + [np.nan] * 7], dtype=np.float32)
    >>> sounds_like(energy_and_nothing_else, {"energy": 1.0, "tempo": 120.0}).tolist()
    [0.75]
    """
    at = [place for place, name in enumerate(SPREADS) if name in wanted]
    low, high = np.array(list(SPREADS.values()))[at].T
    target = np.array([wanted[name] for name in SPREADS if name in wanted])
    away = np.abs(_within(features[:, at].astype(np.float64), low, high) - _within(target, low, high))
    known = ~np.isnan(away)
    counts = known.sum(axis=1)
    near = np.where(known, 1.0 - np.minimum(1.0, away), 0.0).sum(axis=1)
    return np.where(counts > 0, near / np.maximum(counts, 1), np.nan)


def _within(values: Values, low: Values, high: Values) -> Values:
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def _mood(target: Mood, found: Candidates) -> Values:
    """1 / (1 + distance) on the plane (the specification, section 5.1)."""
    aside = found.valence.astype(np.float64) - target.valence
    above = found.arousal.astype(np.float64) - target.arousal
    return 1.0 / (1.0 + np.hypot(aside, above))


def in_years(year: Floats, spans: Sequence[Years]) -> Values:
    """1 inside any span, fading to 0 over YEARS_FADE years outside; 0 without a year: no sign of being in it."""
    away: NDArray[np.float64] = np.full(len(year), np.inf)
    for span in spans:
        early = -np.inf if span.first is None else span.first
        late = np.inf if span.last is None else span.last
        away = np.fmin(away, np.maximum(np.maximum(early - year, year - late), 0.0))
    return np.maximum(0.0, 1.0 - away / YEARS_FADE)
