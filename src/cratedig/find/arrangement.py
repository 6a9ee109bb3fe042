"""The fifth stage: from scores to the list that is shown. Every recording once, then variety, then spacing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.find.aggregation import once_each
from cratedig.find.candidates import NOBODY, Candidates, Ids
from cratedig.find.codes import artist_code
from cratedig.find.finder import Manner
from cratedig.find.query import Query
from cratedig.find.request import Request
from cratedig.find.rerank import Kinship, mmr
from cratedig.find.spread import spread
from cratedig.music.recording import DURATION_TOLERANCE_S

SPREAD_OVER = 4  # times top_k ranked tracks take part in spacing
CHANCE = 0.1
"""The scale of chance at variance 1: a tenth of a score's range."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """ranked: every recording once, by score.  shown: what is shown, in its order.  twins: a shown candidate -> other
    tracks of its recording. All are positions among the candidates."""

    ranked: Sequence[int]
    shown: Sequence[int]
    twins: Mapping[int, Sequence[int]]


def arrange(query: Query, found: Candidates, scores: Scores, request: Request, manner: Manner) -> Arrangement:
    """The first `top_k` of a list in which no artist comes too often or too close, and little is too alike."""
    every, twins = _once(found, scores)
    order = every
    if request.variance > 0.0:
        scores = scores + CHANCE * request.variance * chance(found.tie, request.seed)
        among = found.take(np.array(every))
        order = [every[at] for at in ranked(among, scores[every])]
    makers = apart(query, found.artist)
    trade = 1.0 if asked_for(query) else manner.lambdas[query.type]
    varied = _varied(found, makers, scores, order, trade, most=request.top_k)
    head = np.array(varied[: SPREAD_OVER * request.top_k], dtype=np.intp)
    artists, albums = _keys(makers[head]), _keys(found.album[head])
    spaced = spread(artists, albums, gap=manner.gap, cap=manner.artist_cap, most=request.top_k)
    return Arrangement(every, head[spaced].tolist(), twins)


def alone(found: Candidates, scores: Scores, at: int) -> Arrangement:
    """One candidate, in its rank; where another track of its recording stands for it, in that one's."""
    every, twins = _once(found, scores)
    stands = next((first for first, others in twins.items() if at in others), at)
    every[every.index(stands)] = at
    return Arrangement(every, [at], {at: [one for one in (stands, *twins.get(stands, ())) if one != at]})


def _once(found: Candidates, scores: Scores) -> tuple[list[int], dict[int, list[int]]]:
    return once_each(found.recording, found.seconds, ranked(found, scores), tolerance_s=DURATION_TOLERANCE_S)


def ranked(found: Candidates, scores: Scores) -> list[int]:
    """Positions by falling score; what ties stands in the order of its title and artist, then of its id, so that the
    order in which tracks came in does not matter."""
    order: list[int] = np.lexsort((found.ids, found.tie, -np.round(scores, 12))).tolist()
    return order


def asked_for(query: Query) -> list[int]:
    """Codes of the artists who were asked for: they are neither capped nor kept apart, only their albums are, and
    variety does not count."""
    if query.type != "artist" or query.liked is not None:
        return []
    return [artist_code(name) for name in query.artists]


def apart(query: Query, artist: Ids) -> Ids:
    """Whom to keep apart: nobody without a name, and not the artists that were asked for."""
    return np.where(np.isin(artist, asked_for(query)), NOBODY, artist)


def _keys(codes: Ids) -> list[int | None]:
    return [None if code == NOBODY else code for code in codes.tolist()]


def _varied(
    found: Candidates, makers: Ids, scores: Scores, order: Sequence[int], trade: float, *, most: int
) -> Sequence[int]:
    """The order with its first `most` places given by MMR."""
    if trade >= 1.0 or not order:
        return order
    rows = np.array(order)
    sounds = found.embeddings.audio(found.rows[rows])
    kinship = Kinship.of(makers[rows], sounds, found.valence[rows], found.arousal[rows])
    first = mmr(scores[rows], kinship, trade=trade, most=most)
    taken = set(first)
    return [order[at] for at in first] + [one for at, one in enumerate(order) if at not in taken]


def chance(keys: NDArray[np.uint64], seed: int) -> Scores:
    """Gumbel noise of scale 1 that depends on each key and the seed alone: a track's luck is its own, whichever others
    there are. SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators") mixes the bits.

    keys: shape (n,).  Adding it to scores draws without replacement by the softmax of the scores (Gumbel's trick).
    """
    bits = _mixed(keys ^ _mixed(np.array([seed], dtype=np.uint64)))
    uniform = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53
    noise: Scores = -np.log(-np.log(uniform))
    return noise


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
