"""Journeys: a playlist that leads from one mood to another in a given time, and says why each track is where it is.

What a step costs is in find/layers.py; the cheapest playlist is found exactly (find/cheapest.py), not step by step.
Playlists as ways between songs: Flexer, Schnitzer, Gasser & Widmer 2008, "Playlist generation using start and end
songs"; as constrained optimisation: Alghoniemy & Tewfik 2001, "A network flow model for playlist generation".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from cratedig.catalogue.stops import Stop
from cratedig.errors import NotFound
from cratedig.find.cheapest import Costs, Graph, cheapest
from cratedig.find.layers import Layers, Step, explained, layers
from cratedig.find.route import route
from cratedig.music.mood import Mood

APART = 3
"""Tracks between two of one artist, at least, where the candidates allow it."""
TOLERANCE_S = 90.0
"""What a journey may be longer or shorter than asked, where the candidates allow it."""
TYPICAL_S = 210.0
"""Length of a track where no candidate's is known."""

_STEEPEST = 10.0  # cost of a minute too much, where nothing else counts
_HALVINGS = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """typical_s: the length a track counts that has none.  apart: tracks there are between two of one artist."""

    steps: tuple[Step, ...]
    typical_s: float
    apart: int
    candidates: int

    @property
    def cost(self) -> float:
        return sum(step.cost for step in self.steps)

    @property
    def length_s(self) -> float:
        return sum(length_s(step.stop, self.typical_s) for step in self.steps)


def plan(pool: Sequence[Stop], moods: Sequence[Mood], *, minutes: float, eased: bool = False, seed: int = 0) -> Plan:
    """The cheapest journey through `moods` that takes about `minutes`, from tracks of `pool`.

    The candidates of each step are the nearest of the pool that no other step has; from them the choice is exact. Where
    the cheapest is too long (or short), minutes are given a price, and what is then cheapest is the cheapest of all
    that are no longer (or shorter) than itself (Everett 1963, "Generalized Lagrange multiplier method"). `seed` decides
    between equals. Raises NotFound where the pool has fewer tracks than the minutes need.
    """
    pool = one_of_each_song(pool)
    typical = median([stop.duration_s for stop in pool if stop.duration_s] or [TYPICAL_S])
    best: Plan | None = None
    for steps in _counts(minutes * 60.0 / typical, len(pool), minutes, typical):
        found = _of(layers(pool, route(moods, steps, eased=eased), seed=seed), minutes * 60.0, typical)
        if best is None or abs(found.length_s - minutes * 60.0) < abs(best.length_s - minutes * 60.0):
            best = found
        if abs(best.length_s - minutes * 60.0) <= TOLERANCE_S:
            break
    assert best is not None
    return replace(best, candidates=len(pool))


def one_of_each_song(pool: Sequence[Stop]) -> list[Stop]:
    """The pool by id, with the first recording of each song only."""
    seen: set[str] = set()
    kept = []
    for stop in sorted(pool, key=lambda stop: stop.track_id):
        if stop.song is None or stop.song not in seen:
            kept.append(stop)
            seen |= {stop.song} if stop.song is not None else set()
    return kept


def length_s(stop: Stop, typical_s: float) -> float:
    return stop.duration_s or typical_s


def _counts(ideal: float, there_are: int, minutes: float, typical: float) -> list[int]:
    """Numbers of steps to try, the likeliest first. Raises NotFound where there are too few tracks."""
    likeliest = max(2, round(ideal))
    if there_are == 0:
        raise NotFound(
            "No track with a mood can be played on a journey.",
            hint="Collect music (`cratedig collect csv FILE`) and run `cratedig study`.",
        )
    if there_are < likeliest:
        enough = f"enough for about {there_are * typical / 60.0:.0f} minutes" if there_are > 1 else "too few for a way"
        raise NotFound(
            f"{minutes:g} minutes take about {likeliest} tracks, and {there_are} with a mood and a living link "
            f"{'are' if there_are > 1 else 'is'} near that way: {enough}.",
            hint="Ask for fewer minutes, or collect and study more music.",
        )
    nearby = sorted({likeliest, likeliest - 1, likeliest + 1}, key=lambda count: (abs(count - ideal), count))
    return [likeliest, *(count for count in nearby if 2 <= count <= there_are and count != likeliest)]


def _of(found: Layers, wanted_s: float, typical: float) -> Plan:
    """The cheapest journey through these layers, with artists as far apart as the candidates allow."""
    lengths = [np.array([length_s(stop, typical) for stop in step]) for step in found.stops]
    for apart in range(APART, -1, -1):
        way = cheapest(found.graph, apart=apart)
        if way is not None:
            way = timed(found.graph, lengths, way, wanted_s, apart=apart)
            return Plan(explained(found.chosen(way), found.targets), typical, apart, candidates=0)
    raise AssertionError("every layer has a candidate, and none is in two")


def timed(graph: Graph, lengths: Sequence[Costs], cheapest_way: list[int], wanted_s: float, *, apart: int) -> list[int]:
    """A way that takes `wanted_s` within TOLERANCE_S, as cheap as such ways are; the nearest found where none does."""

    def over(way: Sequence[int]) -> float:
        return sum(float(lengths[at][chosen]) for at, chosen in enumerate(way)) - wanted_s

    best = cheapest_way
    if abs(over(best)) <= TOLERANCE_S:
        return best
    free, dear = 0.0, math.copysign(_STEEPEST, over(best))
    price = dear
    for _ in range(_HALVINGS):
        way = cheapest(_priced(graph, lengths, price), apart=apart)
        assert way is not None
        best = min(best, way, key=lambda one: abs(over(one)))
        if abs(over(best)) <= TOLERANCE_S or (price == dear and over(way) * dear > 0.0):
            break
        free, dear = (price, dear) if over(way) * dear > 0.0 else (free, price)
        price = (free + dear) / 2.0
    return best


def _priced(graph: Graph, lengths: Sequence[Costs], a_minute: float) -> Graph:
    return replace(
        graph, own=[own + a_minute * seconds / 60.0 for own, seconds in zip(graph.own, lengths, strict=True)]
    )
