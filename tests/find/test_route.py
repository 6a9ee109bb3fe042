"""The way through the plane, and how tracks are dealt to its steps."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.route import deal, places, route
from cratedig.music.mood import Mood

unit = st.floats(-1.0, 1.0)
moods = st.builds(Mood, unit, unit)


@given(st.lists(moods, min_size=1, max_size=4), st.integers(2, 40), st.booleans())
def test_a_route_starts_and_ends_where_it_should(through: list[Mood], steps: int, eased: bool) -> None:
    way = route(through, steps, eased=eased)
    assert len(way) == steps
    assert way[0].distance(through[0]) < 1e-9
    assert way[-1].distance(through[-1]) < 1e-9


@given(moods, moods, st.integers(3, 30))
def test_an_even_route_moves_equally_far_each_time(start: Mood, end: Mood, steps: int) -> None:
    way = route([start, end], steps)
    for one, other in pairwise(way):
        assert one.distance(other) == pytest.approx(start.distance(end) / (steps - 1), abs=1e-9)


def test_a_route_passes_its_waypoints() -> None:
    way = route([Mood(-1, 0), Mood(0, 1), Mood(1, 0)], 5)
    assert way[2].distance(Mood(0, 1)) < 1e-9


@pytest.mark.parametrize(("through", "steps"), [([], 3), ([Mood(0, 0)], 0)])
def test_a_route_needs_a_mood_and_a_step(through: list[Mood], steps: int) -> None:
    with pytest.raises(ValueError, match="needs a mood and a step"):
        route(through, steps)


@given(st.lists(moods, min_size=2, max_size=60), st.integers(2, 10))
def test_the_places_looked_at_hold_both_ends(way: list[Mood], most: int) -> None:
    looked_at = places(way, most=most)
    assert len(looked_at) <= most
    assert looked_at[0] == way[0]
    assert way[-1] in looked_at


@given(
    st.lists(moods, min_size=1, max_size=8), st.lists(st.tuples(unit, unit), min_size=8, max_size=60), st.integers(1, 6)
)
def test_no_track_is_dealt_twice_and_no_step_goes_empty(
    targets: list[Mood], points: list[tuple[float, float]], width: int
) -> None:
    dealt = deal(targets, np.array(points), width=width)
    everyone = [at for share in dealt for at in share]
    assert len(everyone) == len(set(everyone))
    assert {len(share) for share in dealt} == {min(width, len(points) // len(targets))}
    nearest = min(math.hypot(v - targets[0].valence, a - targets[0].arousal) for v, a in points)
    first = points[dealt[0][0]]
    assert math.hypot(first[0] - targets[0].valence, first[1] - targets[0].arousal) == pytest.approx(nearest)
