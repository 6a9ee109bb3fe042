"""Why a track stands where it stands: what each term did for its place, and one sentence that says so.

"Without mood it would be 9th" is the rank the track would have if nobody's score looked at mood: every score is blended
again without that term, its weight moved to the others as where a track lacks it. Plain functions on the blend's table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.find.blend import Blend, Term
from cratedig.find.query import Query
from cratedig.music.mood import Mood

STRONG = 0.5
"""From this value a term counts as met."""
SAID = 2  # strongest terms that a sentence names
OF_ANYBODY = ("heard", "trend")
"""Terms that say nothing of the question: a sentence names them where there is nothing else to name."""
_SAME = 1e-12

_NAMES: Mapping[str, str] = {
    "heard": "how widely it is known",
    "taste": "your taste",
    "hour": "the hour",
    "trend": "the trend",
    "free of the unwanted": "what you did not want",
    "not for you": "what you said of it",
}
"""Term -> what it is called after "without", where its own name would not do."""


def scores_without(blend: Blend) -> NDArray[np.float64]:
    """The score every candidate would have without each term, shape (n, terms), 0..1.

    Of whom what is taken off left nothing stays at nothing: by how much it was too much is not kept.
    """
    parts = blend.weights * blend.values
    added = blend.weights > 0.0
    weights, gains = np.where(added, blend.weights, 0.0), np.where(added, parts, 0.0)
    rest = weights.sum(axis=1, keepdims=True) - weights
    gained = (gains.sum(axis=1, keepdims=True) - gains) / np.where(rest > _SAME, rest, np.inf)
    losses = parts - gains
    scores: NDArray[np.float64] = np.clip(gained + losses.sum(axis=1, keepdims=True) - losses, 0.0, 1.0)
    scores[(blend.scores <= _SAME) & (losses < 0.0).any(axis=1)] = 0.0
    return scores


def ranks_without(blend: Blend, ranked: Sequence[int], shown: Sequence[int]) -> NDArray[np.intp]:
    """The rank by score that each shown candidate would have without each term, shape (shown, terms), from 1.

    ranked: the candidates that count, best first. What ties with a shown one counts as behind it, unless it stands
    before it now.
    """
    order = np.array(ranked, dtype=np.intp)
    places = np.empty(len(blend.scores), dtype=np.intp)
    places[order] = np.arange(len(order))
    table = scores_without(blend)[order]
    at = places[np.array(shown, dtype=np.intp)]
    return 1 + np.stack([_before(column, at) for column in table.T], axis=1) if len(at) else np.zeros((0, 0), np.intp)


def _before(scores: NDArray[np.float64], at: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many come before each of `at` when these scores rank, equal ones keeping their order."""
    rounded = np.round(scores, 12)
    ordered = np.sort(rounded)
    found = len(scores) - np.searchsorted(ordered, rounded[at], side="right")
    tied = np.flatnonzero(len(scores) - np.searchsorted(ordered, rounded[at], side="left") - found > 1)
    for one in tied.tolist():
        found[one] += np.count_nonzero(rounded[: at[one]] == rounded[at[one]])
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a track stands. rank: by score, from 1.  place: in the list shown, from 1.  without: term -> the rank it
    would have without that term, for the terms of its score.  drawn: did chance have a say (variance)?"""

    rank: int
    place: int
    without: dict[str, int]
    drawn: bool = False


def sentence(said: Mapping[str, str], why: Sequence[Term], standing: Standing) -> str:
    """Why a track is shown, and what its rank hangs on. said: what each term says, as `phrases` has it."""
    met = [term.term for term in why if term.value >= STRONG and term.contribution > 0.0]
    met.sort(key=lambda term: term in OF_ANYBODY)
    opening = " and ".join(said.get(term, f"its {term} fits") for term in met[:SAID])
    opening = opening or "nothing fits well; this comes nearest"
    return opening[:1].upper() + opening[1:] + _counterfactual(standing) + "."


def _counterfactual(standing: Standing) -> str:
    worst = max(standing.without, key=lambda term: standing.without[term], default=None)
    if worst is None or standing.without[worst] <= standing.rank:
        return ""
    return f"; without {_NAMES.get(worst, worst)} it would be {ordinal(standing.without[worst])}"


def moved(standing: Standing) -> str | None:
    """Why a track does not stand where its score would put it; None where it does."""
    if standing.place == standing.rank:
        return None
    why = "by chance, as asked" if standing.drawn else "so that the list varies"
    return f"{ordinal(standing.rank)} by score, {ordinal(standing.place)} here {why}."


def phrases(query: Query) -> dict[str, str]:
    """What each term that is met says of a track."""
    liked = query.liked is not None
    return {
        "meaning": "close in meaning to " + ("the tracks you gave" if liked else "what you asked for"),
        "words": "it has your words",
        "names": "it is by who made the tracks you gave" if liked else "it is what you named",
        "years": "it is from the years you asked for",
        "style": "it is in the style you mean",
        "sound": "it sounds " + ("like the tracks you gave" if liked else "as you asked"),
        "mood": _as_felt(query.mood, named=bool(query.reading.mood_words)),
        "heard": "many have heard it",
        "free of the unwanted": f"it is free of {' and '.join(query.reading.unwanted)}",
        "taste": "it is to your taste",
        "hour": "it suits the hour",
        "trend": "more people hear it lately",
    }


def _as_felt(mood: Mood | None, *, named: bool) -> str:
    if mood is None:
        return "its mood fits"
    return f"as {mood.quadrant} as you wanted" if named else f"{mood.quadrant}, as your words suggest"


def ordinal(number: int) -> str:
    """
    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 21, 112, 1003)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '21st', '112th', '1003rd']
    """
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
