"""The candidates of a journey's steps, and what each costs: a sum of named terms, as a score is.

A step costs by how far the track is from the mood it should have, whether the mood moves as planned from the track
before, whether tempo and key go on, and how unsure the track's mood is.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cratedig.catalogue.stops import Stop
from cratedig.find.blend import Term
from cratedig.find.cheapest import Costs, Graph
from cratedig.find.route import deal
from cratedig.music.mixing import key_distance, tempo_distance
from cratedig.music.mood import Mood
from cratedig.music.recording import lead_artist

LINKS = ("stride", "tempo", "key")
WEIGHTS = {"mood": 1.0, "stride": 0.4, "tempo": 0.25, "key": 0.2, "doubt": 0.15}
"""Term -> weight. mood: distance from the step's mood (at most 1). stride: distance between how the mood moved and how
it should have (at most 1). tempo, key: see music/mixing.py. doubt: 1 - the confidence of the track's mood."""
ENDS = 3.0
"""Times the weight of mood for the first and the last step, whose moods somebody named."""
UNKNOWN = 0.5
"""Value of tempo and key between tracks where one has none: what two tracks drawn at random have, near enough."""

_WIDEST, _NARROWEST, _TOTAL = 24, 8, 480  # candidates of a step, and of all steps together


@dataclass(frozen=True, slots=True)
class Step:
    """One track of a journey. `why` adds up to `cost` within 1e-9."""

    stop: Stop
    target: Mood
    cost: float
    why: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """The candidates of each step, no track in two, with their costs."""

    stops: tuple[tuple[Stop, ...], ...]
    targets: tuple[Mood, ...]
    graph: Graph

    def chosen(self, way: Sequence[int]) -> list[Stop]:
        return [self.stops[at][candidate] for at, candidate in enumerate(way)]


def width_of(steps: int) -> int:
    """How many candidates each of so many steps may have: fewer for a long journey, whose time they cost."""
    return max(_NARROWEST, min(_WIDEST, _TOTAL // steps))


def layers(pool: Sequence[Stop], targets: Sequence[Mood], *, seed: int) -> Layers:
    """The candidates of each step with what they cost; within a step in an order that the seed draws for each track."""
    points = np.array([(stop.mood.valence, stop.mood.arousal) for stop in pool], dtype=np.float64).reshape(-1, 2)
    shares = deal(targets, points, width=width_of(len(targets)))
    dealt = [sorted((pool[at] for at in share), key=lambda stop: _drawn(seed, stop)) for share in shares]
    names: dict[str, int] = {}
    graph = Graph(
        own=[_own_costs(dealt, targets, at) for at in range(len(dealt))],
        links=[_link_costs(dealt, targets, at) for at in range(1, len(dealt))],
        artists=[np.array([_artist(stop, names) for stop in step], dtype=np.int64) for step in dealt],
    )
    return Layers(tuple(tuple(step) for step in dealt), tuple(targets), graph)


def _drawn(seed: int, stop: Stop) -> bytes:
    """A sort key that depends on the seed and the track alone, so that no other track changes it."""
    return hashlib.blake2b(f"{seed} {stop.track_id}".encode(), digest_size=8).digest()


def _artist(stop: Stop, names: dict[str, int]) -> int:
    """A number for the first name of the credit; -1 for nobody."""
    name = lead_artist(stop.artist or "")
    return names.setdefault(name, len(names)) if name else -1


def _own(stop: Stop, target: Mood) -> tuple[float, float]:
    """Values of mood and doubt, 0..1."""
    return min(1.0, stop.mood.distance(target)), 1.0 - stop.confidence


def _link(before: Stop, stop: Stop, planned: tuple[float, float]) -> tuple[float, float, float]:
    """Values of stride, tempo and key, 0..1; planned: how valence and arousal should move."""
    valence = stop.mood.valence - before.mood.valence - planned[0]
    arousal = stop.mood.arousal - before.mood.arousal - planned[1]
    tempo, key = tempo_distance(before.tempo, stop.tempo), key_distance(before.key, stop.key)
    return (
        min(1.0, math.hypot(valence, arousal)),
        UNKNOWN if tempo is None else tempo,
        UNKNOWN if key is None else key,
    )


def _planned(targets: Sequence[Mood], at: int) -> tuple[float, float]:
    before, now = targets[at - 1], targets[at]
    return now.valence - before.valence, now.arousal - before.arousal


def _mood_weight(at: int, steps: int) -> float:
    return WEIGHTS["mood"] * (ENDS if at in (0, steps - 1) else 1.0)


_LINK_WEIGHTS = np.array([WEIGHTS[name] for name in LINKS])


def _own_costs(dealt: Sequence[Sequence[Stop]], targets: Sequence[Mood], at: int) -> Costs:
    values = np.array([_own(stop, targets[at]) for stop in dealt[at]])
    return np.asarray(values @ np.array([_mood_weight(at, len(targets)), WEIGHTS["doubt"]]))


def _link_costs(dealt: Sequence[Sequence[Stop]], targets: Sequence[Mood], at: int) -> Costs:
    planned = _planned(targets, at)
    values = np.array([[_link(before, stop, planned) for stop in dealt[at]] for before in dealt[at - 1]])
    return np.asarray(values @ _LINK_WEIGHTS)


def explained(stops: Sequence[Stop], targets: Sequence[Mood]) -> tuple[Step, ...]:
    """The steps of a journey with what each cost."""
    steps = []
    for at, stop in enumerate(stops):
        mood, doubt = _own(stop, targets[at])
        terms = [("mood", _mood_weight(at, len(stops)), mood), ("doubt", WEIGHTS["doubt"], doubt)]
        if at > 0:
            values = _link(stops[at - 1], stop, _planned(targets, at))
            terms += [
                (name, WEIGHTS[name], value) for name, value in zip(("stride", "tempo", "key"), values, strict=True)
            ]
        why = tuple(Term(name, weight, value, weight * value) for name, weight, value in terms)
        steps.append(Step(stop, targets[at], sum(term.contribution for term in why), why))
    return tuple(steps)
