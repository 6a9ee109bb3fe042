"""The fourth stage: one score for every candidate, from the query's terms and the listener's."""

from __future__ import annotations

import numpy as np

from cratedig.catalogue.listening import Weighed
from cratedig.find.blend import Against, Blend, blend, find_weights
from cratedig.find.candidates import Candidates
from cratedig.find.codes import artist_code
from cratedig.find.fusion import text_weights
from cratedig.find.query import Query, relative
from cratedig.find.request import Request
from cratedig.find.signals import SPREADS, find_signals, text_signals
from cratedig.find.weights import SPEC, Weights
from cratedig.music.mood import Mood

UNWANTED_WEIGHT = 0.25
UNWANTED = "free of the unwanted"


def score(query: Query, found: Candidates, request: Request, table: Weights = SPEC) -> tuple[Blend, Weighed | None]:
    """Every candidate's score with its terms, and how a listener's bandit weighed them, where it did."""
    signals = find_signals(query, found)
    weights = find_weights(query, signals, table)
    if UNWANTED in signals:
        weights[UNWANTED] = UNWANTED_WEIGHT * sum(weights.values())
    weighed = None
    against: dict[str, Against] = {}
    if request.personal is not None:
        against = request.personal.against(found)
        signals |= request.personal.signals(found)
        weighed = request.personal.weighed(query.type, request.query, request.seed)
        weights = request.personal.weights(weights, weighed)
    return blend(weights, signals, heard=signals["heard"], against=against), weighed


def compared(query: Query, found: Candidates) -> Query:
    """A query such as "like Radiohead but calmer", aimed from where the named artists' tracks among these lie."""
    if query.shift is None or query.liked is not None or not query.artists:
        return query
    of_the_named = found.take(np.isin(found.artist, [artist_code(name) for name in query.artists]))
    return relative(query, _mood(of_the_named), _sound(of_the_named))


def _mood(tracks: Candidates) -> Mood | None:
    known = ~np.isnan(tracks.valence + tracks.arousal)
    if not known.any():
        return None
    return Mood.clipped(float(tracks.valence[known].mean()), float(tracks.arousal[known].mean()))


def _sound(tracks: Candidates) -> dict[str, float]:
    known = {name: column[~np.isnan(column)] for name, column in zip(SPREADS, tracks.features.T, strict=True)}
    return {name: float(values.mean()) for name, values in known.items() if len(values)}


def search_score(text: str, found: Candidates) -> Blend:
    """Words and meaning of a search, fused."""
    return blend(text_weights(text), text_signals(found))
