"""The cheapest way is the cheapest: no way of all is cheaper, and greedy never is."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.find.cheapest import Graph, cheapest, greedy

CLOSE = 1e-9


@st.composite
def graphs(draw: st.DrawFn, most_layers: int = 6, widest: int = 4) -> Graph:
    widths = draw(st.lists(st.integers(1, widest), min_size=1, max_size=most_layers))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    artists = draw(st.integers(1, 8))
    return Graph(
        own=[chance.random(width) for width in widths],
        links=[chance.random((one, other)) for one, other in pairwise(widths)],
        artists=[chance.integers(-1, artists, width) for width in widths],
    )


def by_trying_all(graph: Graph, apart: int) -> float:
    ways = product(*(range(len(own)) for own in graph.own))
    return min((graph.cost(way) for way in ways if graph.keeps_apart(way, apart)), default=math.inf)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.integers(0, 4))
def test_no_way_of_all_is_cheaper(graph: Graph, apart: int) -> None:
    way = cheapest(graph, apart=apart)
    found = math.inf if way is None else graph.cost(way)
    assert found == by_trying_all(graph, apart) or math.isclose(found, by_trying_all(graph, apart), abs_tol=CLOSE)


@settings(max_examples=150, deadline=None)
@given(graphs(most_layers=20, widest=8), st.integers(0, 3))
def test_it_keeps_artists_apart_and_never_costs_more_than_greedy(graph: Graph, apart: int) -> None:
    way, step_by_step = cheapest(graph, apart=apart), greedy(graph, apart=apart)
    if step_by_step is not None:
        assert graph.keeps_apart(step_by_step, apart)
        assert way is not None
        assert graph.cost(way) <= graph.cost(step_by_step) + CLOSE
    if way is not None:
        assert len(way) == len(graph.own)
        assert graph.keeps_apart(way, apart)


@settings(max_examples=100, deadline=None)
@given(graphs(most_layers=8, widest=5), st.integers(0, 3), st.data())
def test_a_candidate_off_the_way_can_go_and_nothing_changes(graph: Graph, apart: int, data: st.DataObject) -> None:
    way = cheapest(graph, apart=apart)
    others = [(at, c) for at, own in enumerate(graph.own) for c in range(len(own)) if way and c != way[at]]
    if way is None or not others:
        return
    layer, gone = data.draw(st.sampled_from(others))
    left = cheapest(_without(graph, layer, gone), apart=apart)
    assert left == [c - (at == layer and c > gone) for at, c in enumerate(way)]


def _without(graph: Graph, layer: int, gone: int) -> Graph:
    own, links, artists = list(graph.own), list(graph.links), list(graph.artists)
    own[layer], artists[layer] = np.delete(own[layer], gone), np.delete(artists[layer], gone)
    if layer > 0:
        links[layer - 1] = np.delete(links[layer - 1], gone, axis=1)
    if layer < len(links):
        links[layer] = np.delete(links[layer], gone, axis=0)
    return Graph(own, links, artists)


def test_greedy_can_be_led_astray() -> None:
    graph = Graph(
        own=[np.array([0.0, 0.1]), np.array([0.0])],
        links=[np.array([[9.0], [0.0]])],
        artists=[np.array([0, 1]), np.array([2])],
    )
    assert greedy(graph, apart=1) == [0, 0]
    assert cheapest(graph, apart=1) == [1, 0]


@pytest.mark.parametrize("apart", [1, 2, 3])
def test_one_artist_cannot_be_kept_apart(apart: int) -> None:
    alone = Graph(own=[np.zeros(2)] * 3, links=[np.zeros((2, 2))] * 2, artists=[np.zeros(2, dtype=np.int64)] * 3)
    assert cheapest(alone, apart=apart) is None
    assert greedy(alone, apart=apart) is None
    assert cheapest(alone, apart=0) == [0, 0, 0]
