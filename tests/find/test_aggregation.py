"""What is worth a score: nothing forbidden, no artist too often, a thousand at most, every recording once."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.aggregation import aggregate, once_each, place_within, promise, worth_scoring
from cratedig.find.candidates import NOBODY
from tests.columns import candidates_of

codes = st.lists(st.integers(NOBODY, 5), max_size=60).map(lambda found: np.array(found, dtype=np.int64))


def promised(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 5, n).astype(float)


@given(codes, st.integers(1, 30), st.integers(1, 4), st.integers(0, 30))
def test_the_cap_holds_unless_too_few_would_be_left(artist: np.ndarray, most: int, cap: int, at_least: int) -> None:
    kept = worth_scoring(promised(len(artist)), artist, np.arange(len(artist)), most=most, cap=cap, at_least=at_least)
    assert list(kept) == sorted(set(kept))
    assert len(kept) <= most
    assert len(kept) >= min(at_least, most, len(artist))
    if len(kept) > at_least:
        assert all(count <= cap for name, count in Counter(artist[kept].tolist()).items() if name != NOBODY)


@given(codes, st.integers(1, 4))
def test_of_an_artist_the_most_promising_stay(artist: np.ndarray, cap: int) -> None:
    worth = promised(len(artist))
    kept = set(worth_scoring(worth, artist, np.arange(len(artist)), cap=cap).tolist())
    for at in set(range(len(artist))) - kept:
        same = [other for other in kept if artist[other] == artist[at]]
        assert len(same) == cap
        assert all(worth[other] >= worth[at] for other in same)


@given(codes, st.randoms())
def test_the_order_candidates_come_in_does_not_matter(artist: np.ndarray, random: object) -> None:
    n = len(artist)
    ids, worth = np.arange(n), promised(n)
    shuffled = np.array(random.sample(range(n), n), dtype=np.int64)  # type: ignore[attr-defined]
    kept = ids[worth_scoring(worth, artist, ids, most=9, cap=2)]
    again = ids[shuffled][worth_scoring(worth[shuffled], artist[shuffled], ids[shuffled], most=9, cap=2)]
    assert sorted(kept) == sorted(again)


def test_an_artist_asked_for_has_no_cap() -> None:
    artist = np.full(20, 7)
    assert len(worth_scoring(promised(20), artist, np.arange(20), cap=3)) == 3
    assert len(worth_scoring(promised(20), artist, np.arange(20), cap=3, asked_for=[7])) == 20


@given(codes)
def test_places_within_a_group_count_up(groups: np.ndarray) -> None:
    seen: Counter[int] = Counter()
    for group, place in zip(groups.tolist(), place_within(groups).tolist(), strict=True):
        assert place == seen[group]
        seen[group] += 1


def test_what_several_channels_brought_promises_more() -> None:
    meaning, twice, once = np.array([0.5, 0.5, np.nan]), np.array([True, False, True]), np.array([True, True, True])
    assert promise([meaning], [twice, once]).tolist() == [2.5, 1.5, 2.0]


@given(codes, st.randoms())
def test_a_recording_comes_once_at_its_best_place(recording: np.ndarray, random: object) -> None:
    ranking = random.sample(range(len(recording)), len(recording))  # type: ignore[attr-defined]
    kept, twins = once_each(recording, np.full(len(recording), np.nan), ranking, tolerance_s=2.0)
    assert sorted([*kept, *(twin for held in twins.values() for twin in held)]) == sorted(ranking)
    named = [code for at in kept if (code := recording[at]) != NOBODY]
    assert len(named) == len(set(named))
    for first, held in twins.items():
        assert all(recording[twin] == recording[first] for twin in held)
        assert all(ranking.index(twin) > ranking.index(first) for twin in held)


def test_recordings_of_known_and_different_lengths_are_two() -> None:
    recording, seconds = np.array([5, 5, 5, 5]), np.array([200.0, 320.0, 201.0, np.nan])
    kept, twins = once_each(recording, seconds, [0, 1, 2, 3], tolerance_s=2.0)
    assert kept == [0, 1]
    assert twins == {0: [2, 3]}


def test_candidates_keep_their_order_and_their_columns() -> None:
    found = candidates_of(40, artist=np.full(40, 3), words=np.linspace(0, 1, 40), meaning=np.zeros(40))
    kept = aggregate(found, cap=5)
    assert kept.ids.tolist() == found.ids[-5:].tolist()
    assert aggregate(found, asked_for=[3]) is found
