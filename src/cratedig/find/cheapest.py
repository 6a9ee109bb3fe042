"""The cheapest way through layers of candidates, one of each layer, exactly; and the greedy way, to compare with.

Exactly: dynamic programming over layers (Viterbi 1967; Bellman 1957), whose state is the last `apart` candidates
chosen. Whether an artist may come again depends on nothing else, and what a step costs only on the candidate before, so
by Bellman's principle the cheapest way to each state is all that later layers need. Nothing is cut off: the answer is
the cheapest of all ways that keep artists apart. Time: layers x width^(apart + 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Graph:
    """Layers of candidates with costs, all finite.

    own[i]: of the candidates of layer i, shape (k_i,).  links[i]: of going from layer i to layer i + 1, shape
    (k_i, k_{i+1}).  artists[i]: who made each candidate, shape (k_i,); below 0 is nobody in particular.
    """

    own: Sequence[Costs]
    links: Sequence[Costs]
    artists: Sequence[NDArray[np.int64]]

    def cost(self, way: Sequence[int]) -> float:
        """Of a way: the candidate chosen in each layer."""
        own = sum(float(self.own[at][chosen]) for at, chosen in enumerate(way))
        return own + sum(float(links[way[at], way[at + 1]]) for at, links in enumerate(self.links))

    def keeps_apart(self, way: Sequence[int], apart: int) -> bool:
        """Is no artist of the way among the `apart` before it?"""
        names = [int(self.artists[at][chosen]) for at, chosen in enumerate(way)]
        return not any(name >= 0 and name in names[max(0, at - apart) : at] for at, name in enumerate(names))


def cheapest(graph: Graph, *, apart: int) -> list[int] | None:
    """The cheapest way on which no artist is among the `apart` before it; None where there is none.

    Of several, the one whose candidates come first in their layers, the last layer deciding first.
    """
    held = max(1, apart)
    best = graph.own[0]
    came_from: list[NDArray[np.intp]] = []
    for at in range(1, len(graph.own)):
        through = best[..., None] + (graph.links[at - 1] + graph.own[at])
        for back in range(1, min(apart, best.ndim) + 1):
            through = through + _again(graph, at, back, best.ndim)
        if best.ndim == held:
            came_from.append(through.argmin(axis=0))
            best = through.min(axis=0)
        else:
            best = through
    if not np.isfinite(best.min()):
        return None
    return _traced(best, came_from, held)


def _again(graph: Graph, at: int, back: int, ndim: int) -> Costs:
    """Infinite where layer `at` repeats the artist of the layer `back` before it, else 0; shaped to be added to costs
    whose last axes are the layers up to `at`."""
    before, now = graph.artists[at - back], graph.artists[at]
    same = (before[:, None] == now[None, :]) & (now >= 0)[None, :]
    shape = [1] * (ndim + 1)
    shape[ndim - back], shape[ndim] = same.shape
    return np.where(same, np.inf, 0.0).reshape(shape)


def _traced(best: Costs, came_from: Sequence[NDArray[np.intp]], held: int) -> list[int]:
    """The way that ends in the cheapest state, read backwards."""
    way = [int(chosen) for chosen in np.unravel_index(int(best.argmin()), best.shape)]
    for before in reversed(came_from):
        way.insert(0, int(before[tuple(way[:held])]))
    return way


def greedy(graph: Graph, *, apart: int) -> list[int] | None:
    """The way that takes the cheapest next step each time; None where it runs into an end."""
    way: list[int] = []
    for at, own in enumerate(graph.own):
        costs = own if at == 0 else own + graph.links[at - 1][way[-1]]
        recent = {int(graph.artists[back][way[back]]) for back in range(max(0, at - apart), at)} - {-1}
        costs = np.where(np.isin(graph.artists[at], sorted(recent)), np.inf, costs)
        if not np.isfinite(costs.min()):
            return None
        way.append(int(costs.argmin()))
    return way
