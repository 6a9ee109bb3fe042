"""Journeys: what a person may rely on, whatever the crate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cratedig.catalogue.stops import Stop
from cratedig.errors import NotFound
from cratedig.find.cheapest import cheapest, greedy
from cratedig.find.journey import APART, TOLERANCE_S, Plan, plan
from cratedig.find.layers import layers
from cratedig.find.route import route
from cratedig.music.mixing import Key
from cratedig.music.mood import Mood
from cratedig.music.recording import lead_artist

SAD, HOPEFUL = Mood(-0.7, -0.3), Mood(0.5, -0.2)
unit = st.floats(-1.0, 1.0)
moods = st.builds(Mood, unit, unit)
seeds = st.integers(0, 2**32 - 1)


def crate(seed: int, tracks: int = 300, artists: int = 120) -> list[Stop]:
    """Tracks anywhere on the plane; of a fifth each tempo, key, artist and length are not known."""
    chance = np.random.default_rng(seed)

    def maybe(value: Any) -> Any:
        return value if chance.random() < 0.8 else None

    return [
        Stop(
            track_id=track_id,
            title=f"Track {track_id}",
            artist=maybe(f"Artist {chance.integers(artists)}"),
            album=None,
            year=2000,
            genre=None,
            url=None,
            mood=Mood(*chance.uniform(-1.0, 1.0, 2).tolist()),
            duration_s=maybe(float(chance.uniform(120.0, 330.0))),
            tempo=maybe(float(chance.uniform(60.0, 180.0))),
            key=maybe(Key(int(chance.integers(12)), bool(chance.integers(2)))),
            confidence=float(chance.random()),
            song=None,
        )
        for track_id in range(1, tracks + 1)
    ]


def ids(found: Plan) -> list[int]:
    return [step.stop.track_id for step in found.steps]


@settings(max_examples=10, deadline=None)
@given(seeds, moods, moods, st.sampled_from([20.0, 45.0, 70.0]), st.booleans())
def test_a_journey_keeps_its_laws(seed: int, start: Mood, end: Mood, minutes: float, eased: bool) -> None:
    pool = crate(seed)
    found = plan(pool, [start, end], minutes=minutes, eased=eased, seed=seed)
    assert len(set(ids(found))) == len(found.steps)
    assert abs(found.length_s - minutes * 60.0) <= TOLERANCE_S
    assert found.apart == APART
    names = [lead_artist(step.stop.artist or "") for step in found.steps]
    for at, name in enumerate(names):
        assert not name or name not in names[max(0, at - APART) : at]
    for step in found.steps:
        assert sum(term.contribution for term in step.why) == pytest.approx(step.cost, abs=1e-9)
        assert all(term.weight * term.value == term.contribution for term in step.why)
        assert all(0.0 <= term.value <= 1.0 for term in step.why)


@settings(max_examples=10, deadline=None)
@given(seeds, moods, moods)
def test_the_ends_are_near_the_moods_that_were_asked_for(seed: int, start: Mood, end: Mood) -> None:
    assume(start.distance(end) > 0.5)
    pool = crate(seed)
    first, *_, last = plan(pool, [start, end], minutes=30.0).steps
    for step, mood in ((first, start), (last, end)):
        nearer = [stop for stop in pool if stop.mood.distance(mood) < step.stop.mood.distance(mood)]
        assert len(nearer) < 0.15 * len(pool)
    assert first.stop.mood.distance(start) < first.stop.mood.distance(end)
    assert last.stop.mood.distance(end) < last.stop.mood.distance(start)


@settings(max_examples=15, deadline=None)
@given(seeds, moods, moods, st.integers(2, 20), st.integers(0, 3))
def test_a_journey_never_costs_more_than_a_greedy_one(
    seed: int, start: Mood, end: Mood, steps: int, apart: int
) -> None:
    graph = layers(crate(seed, tracks=150), route([start, end], steps), seed=seed).graph
    way, step_by_step = cheapest(graph, apart=apart), greedy(graph, apart=apart)
    assert way is not None
    assert step_by_step is None or graph.cost(way) <= graph.cost(step_by_step) + 1e-9


def test_what_is_told_is_what_was_compared() -> None:
    pool = crate(3)
    graph = layers(pool, route([SAD, HOPEFUL], 12), seed=0).graph
    found = plan(pool, [SAD, HOPEFUL], minutes=45.0)
    same = layers(pool, route([SAD, HOPEFUL], len(found.steps)), seed=0)
    way = [[stop.track_id for stop in step].index(chosen) for step, chosen in zip(same.stops, ids(found), strict=True)]
    assert same.graph.cost(way) == pytest.approx(found.cost, abs=1e-9)
    assert all(np.isfinite(own).all() for own in graph.own)


def test_on_the_whole_it_is_cheaper_than_greedy() -> None:
    exact, step_by_step = [], []
    for seed in range(12):
        graph = layers(crate(seed), route([SAD, HOPEFUL], 13), seed=seed).graph
        ways = cheapest(graph, apart=APART), greedy(graph, apart=APART)
        if ways[0] and ways[1]:
            exact.append(graph.cost(ways[0]))
            step_by_step.append(graph.cost(ways[1]))
    assert len(exact) >= 8
    assert np.mean(exact) < 0.98 * np.mean(step_by_step)


@settings(max_examples=6, deadline=None)
@given(seeds)
def test_the_order_of_the_crate_and_far_away_tracks_change_nothing(seed: int) -> None:
    pool = crate(5)
    before = plan(pool, [SAD, HOPEFUL], minutes=45.0, seed=seed)
    shuffled = [pool[at] for at in np.random.default_rng(seed).permutation(len(pool))]
    assert plan(shuffled, [SAD, HOPEFUL], minutes=45.0, seed=seed) == before
    dealt = {stop.track_id for step in layers(pool, [s.target for s in before.steps], seed=seed).stops for stop in step}
    away = [stop for stop in pool if stop.track_id not in dealt and stop.duration_s is None]
    assert away
    left = [stop for stop in pool if stop.track_id != away[0].track_id]
    assert ids(plan(left, [SAD, HOPEFUL], minutes=45.0, seed=seed)) == ids(before)


def test_the_seed_decides_between_equals_and_replays() -> None:
    twins = [Stop(at, None, None, None, None, None, None, SAD, 200.0, 100.0, None, 1.0, None) for at in range(1, 200)]
    lists = {seed: ids(plan(twins, [SAD, SAD], minutes=45.0, seed=seed)) for seed in range(8)}
    assert len({tuple(found) for found in lists.values()}) > 1
    assert all(ids(plan(twins, [SAD, SAD], minutes=45.0, seed=seed)) == found for seed, found in lists.items())


def test_no_song_comes_twice_in_two_recordings() -> None:
    songs = [
        Stop(at, None, None, None, None, None, None, SAD, 200.0, None, None, 1.0, f"song {at // 2}") for at in range(60)
    ]
    found = plan(songs, [SAD, HOPEFUL], minutes=40.0)
    assert len({step.stop.song for step in found.steps}) == len(found.steps)


def test_artists_stand_as_far_apart_as_the_crate_allows() -> None:
    two = [
        Stop(at, None, f"Artist {at % 2}", None, None, None, None, SAD, 200.0, None, None, 1.0, None)
        for at in range(1, 100)
    ]
    assert plan(two, [SAD, SAD], minutes=30.0).apart == 1
    one = [Stop(at, None, "One", None, None, None, None, SAD, 200.0, None, None, 1.0, None) for at in range(1, 100)]
    assert plan(one, [SAD, SAD], minutes=30.0).apart == 0


@pytest.mark.parametrize("tracks", [0, 1, 5])
def test_too_few_tracks_say_what_to_do(tracks: int) -> None:
    with pytest.raises(NotFound, match="collect") as refused:
        plan(crate(1, tracks=tracks), [SAD, HOPEFUL], minutes=45.0)
    assert refused.value.hint


def test_waypoints_are_passed() -> None:
    found = plan(crate(2, tracks=2000), [SAD, Mood(0.8, 0.8), HOPEFUL], minutes=60.0)
    nearest = min(step.stop.mood.distance(Mood(0.8, 0.8)) for step in found.steps)
    assert nearest < 0.2
