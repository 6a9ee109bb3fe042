"""What a word of mood or an occasion means in measured features: the rules that judge the 500 mood queries.

Valence and energy are cut into thirds of the catalogue at hand, low, middle and high. A word belongs to an octant of
Russell's circumplex (1980, "A circumplex model of affect"), an octant is a set of those nine cells. An occasion is a
condition on thirds of any features. The finder knows no thirds: it works with distances on its own mood plane, from a
lexicon and heads that never saw these rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

LOW, MIDDLE, HIGH = 0, 1, 2

Rule = Mapping[str, frozenset[int]]
"""Feature -> the thirds it may lie in; all of them must hold."""
Mask = NDArray[np.bool_]


def _rule(**thirds: tuple[int, ...]) -> Rule:
    return {name: frozenset(allowed) for name, allowed in thirds.items()}


OCTANTS: Final[Mapping[str, Rule]] = {
    "pleasure": _rule(valence=(HIGH,), energy=(MIDDLE, HIGH)),
    "excitement": _rule(valence=(HIGH,), energy=(HIGH,)),
    "arousal": _rule(energy=(HIGH,)),
    "distress": _rule(valence=(LOW,), energy=(HIGH,)),
    "misery": _rule(valence=(LOW,), energy=(LOW, MIDDLE)),
    "depression": _rule(valence=(LOW,), energy=(LOW,)),
    "sleepiness": _rule(energy=(LOW,)),
    "contentment": _rule(valence=(MIDDLE, HIGH), energy=(LOW,)),
}
MOODS: Final[Mapping[str, tuple[str, ...]]] = {
    "pleasure": ("happy", "cheerful", "joyful", "feel-good"),
    "excitement": ("euphoric", "exciting", "ecstatic", "exuberant"),
    "arousal": ("energetic", "powerful", "wild", "intense"),
    "distress": ("angry", "aggressive", "furious", "tense"),
    "misery": ("sad", "heartbroken", "lonely", "hopeless"),
    "depression": ("depressing", "gloomy", "mournful", "melancholic"),
    "sleepiness": ("quiet", "sleepy", "soft", "slow and dreamy"),
    "contentment": ("calm", "peaceful", "relaxing", "mellow"),
}
OCCASIONS: Final[Mapping[str, Rule]] = {
    "for a workout": _rule(energy=(HIGH,), tempo=(MIDDLE, HIGH)),
    "for running": _rule(energy=(MIDDLE, HIGH), tempo=(HIGH,)),
    "for a party": _rule(danceability=(HIGH,), energy=(MIDDLE, HIGH)),
    "for dancing all night": _rule(danceability=(HIGH,), valence=(MIDDLE, HIGH)),
    "to fall asleep to": _rule(energy=(LOW,), loudness=(LOW,)),
    "for studying": _rule(energy=(LOW, MIDDLE), speechiness=(LOW,)),
    "for a rainy day": _rule(valence=(LOW, MIDDLE), energy=(LOW,)),
    "for a lazy sunday morning": _rule(energy=(LOW,), acousticness=(HIGH,)),
    "for a romantic dinner": _rule(energy=(LOW,), acousticness=(MIDDLE, HIGH), valence=(MIDDLE, HIGH)),
    "for the beach in summer": _rule(valence=(HIGH,), danceability=(MIDDLE, HIGH)),
}
FEATURES: Final = tuple(sorted({name for rule in (*OCTANTS.values(), *OCCASIONS.values()) for name in rule}))


def thirds(rows: Sequence[Mapping[str, float]]) -> dict[str, NDArray[np.intp]]:
    """Feature -> the third of each track, -1 where it lacks the feature; ties lie in the lower third."""
    return {name: _thirds([row.get(name, np.nan) for row in rows]) for name in FEATURES}


def _thirds(values: Sequence[float]) -> NDArray[np.intp]:
    table = np.array(values, dtype=np.float64)
    known = ~np.isnan(table)
    found = np.full(len(table), -1, dtype=np.intp)
    if known.any():
        found[known] = np.searchsorted(np.quantile(table[known], [1 / 3, 2 / 3]), table[known], side="left")
    return found


def meets(rule: Rule, cut: Mapping[str, NDArray[np.intp]]) -> Mask:
    """Which tracks meet a rule; a track that lacks a feature of it does not."""
    met = [np.isin(cut[name], sorted(allowed)) for name, allowed in rule.items()]
    return np.asarray(np.all(met, axis=0), dtype=np.bool_)
