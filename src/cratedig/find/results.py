"""The sixth stage: the chosen tracks with what is known of them, their reasons, and why they stand where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cratedig.catalogue.hydration import Details
from cratedig.catalogue.listening import Weighed
from cratedig.find.arrangement import Arrangement
from cratedig.find.blend import Blend, Term
from cratedig.find.candidates import Candidates
from cratedig.find.query import Query
from cratedig.find.reasons import Standing, moved, phrases, ranks_without, sentence
from cratedig.find.request import Result
from cratedig.music.mood import Mood


@dataclass(frozen=True, slots=True)
class Judged:
    """All candidates of a request with their scores, not yet arranged.  weighed: how a bandit weighed the terms."""

    query: Query
    found: Candidates
    blend: Blend
    weighed: Weighed | None = None


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What is shown, as positions among the candidates, and why each of them is."""

    shown: Sequence[int]
    standings: Sequence[Standing]
    whys: Sequence[tuple[Term, ...]]
    sentences: Sequence[str]


def reasoned(
    judged: Judged,
    arranged: Arrangement,
    shown: Sequence[int],
    *,
    drawn: bool = False,
    places: Sequence[int] | None = None,
) -> Reasoned:
    """The reasons of what is shown.

    drawn: chance had a say.  places: in the list, from 1, where what is shown is not the list's beginning.
    """
    ranks = _ranks(judged, arranged, shown)
    without = ranks_without(judged.blend, arranged.ranked, shown).tolist()
    said = phrases(judged.query)
    standings = [
        Standing(rank, place, terms, drawn)
        for rank, place, terms in zip(
            ranks, places or range(1, len(shown) + 1), _named(judged.blend, shown, without), strict=True
        )
    ]
    whys = judged.blend.whys(shown)
    sentences = [sentence(said, why, standing) for why, standing in zip(whys, standings, strict=True)]
    return Reasoned(shown, standings, whys, sentences)


def results(judged: Judged, arranged: Arrangement, reasons: Reasoned, details: Mapping[int, Details]) -> list[Result]:
    """What is shown, in its order, all of it being among `details`."""
    ids = judged.found.ids.tolist()
    return [
        _result(judged, at, details[ids[at]], standing, why, said, arranged.twins.get(at, ()))
        for at, standing, why, said in zip(
            reasons.shown, reasons.standings, reasons.whys, reasons.sentences, strict=True
        )
    ]


def _ranks(judged: Judged, arranged: Arrangement, shown: Sequence[int]) -> list[int]:
    """By score, from 1, of each that is shown."""
    ranks = np.zeros(len(judged.found), dtype=np.intp)
    ranks[np.array(arranged.ranked, dtype=np.intp)] = np.arange(1, len(arranged.ranked) + 1)
    found: list[int] = ranks[np.array(shown, dtype=np.intp)].tolist()
    return found


def _named(blend: Blend, shown: Sequence[int], without: Sequence[Sequence[int]]) -> list[dict[str, int]]:
    """The ranks by the names of the terms that each track's score has."""
    weights = blend.weights[list(shown)].tolist()
    return [
        {name: rank for name, rank, weight in zip(blend.names, ranks, has, strict=True) if weight != 0.0}
        for ranks, has in zip(without, weights, strict=True)
    ]


def _result(
    judged: Judged,
    at: int,
    details: Details,
    standing: Standing,
    why: tuple[Term, ...],
    said: str,
    twins: Sequence[int],
) -> Result:
    return Result(
        track_id=str(details.track_id),
        title=details.title,
        artist=details.artist,
        year=details.year,
        genre=details.genre,
        permalink_url=details.url,
        score=float(judged.blend.scores[at]),
        mood=_mood_of(details),
        audio_features=_features(details),
        tags=details.tags,
        why=why,
        receipts=details.receipts,
        confidence=round(float(judged.blend.confidence[at]), 4),
        rank=standing.rank,
        without=standing.without,
        sentence=said,
        moved=moved(standing),
        also=tuple(str(judged.found.ids[twin]) for twin in twins),
    )


def _mood_of(details: Details) -> Mood | None:
    if details.valence is None or details.arousal is None:
        return None
    return Mood.clipped(details.valence, details.arousal)


def _features(details: Details) -> dict[str, float | None]:
    """The track's own features, and the specification's three names for what they say."""
    features = details.audio_features or {}
    named = {"bpm": features.get("tempo"), "energy": features.get("energy"), "valence_score": details.valence}
    return {**named, **{name: value for name, value in features.items() if isinstance(value, int | float)}}
