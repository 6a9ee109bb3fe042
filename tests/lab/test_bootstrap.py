"""Intervals cover what they should, as often as they should; lists are measured by laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.lab.bootstrap import mean_interval, ratio_interval
from cratedig.lab.lexical import Bm25
from cratedig.lab.lists import artist_diversity, coverage, intra_list_diversity, mood_alignment, precision
from cratedig.lab.measured import Measured, means
from cratedig.lab.ranking import ndcg, recall

shares = st.lists(st.floats(0, 1), min_size=1, max_size=40)
lists = st.lists(st.integers(0, 30), unique=True, max_size=25)


def test_intervals_cover_the_true_mean_about_as_often_as_they_say() -> None:
    draw = np.random.default_rng(5)
    covered = 0
    for _ in range(200):
        low, high = mean_interval(draw.beta(2.0, 5.0, 60).tolist(), draws=400)
        covered += low <= 2 / 7 <= high
    assert 180 <= covered <= 199


@given(shares)
def test_the_mean_lies_in_its_interval_and_the_interval_among_the_values(values: list[float]) -> None:
    low, high = mean_interval(values, draws=200)
    assert min(values) - 1e-4 <= low <= high <= max(values) + 1e-4
    assert (low, high) == mean_interval(values, draws=200)


@given(shares, st.floats(0.1, 5.0))
def test_the_ratio_to_a_multiple_of_oneself_is_certain(values: list[float], times: float) -> None:
    values = [value + 0.1 for value in values]
    low, high = ratio_interval([times * value for value in values], values, draws=100)
    assert low == pytest.approx(times, abs=1e-4) == pytest.approx(high, abs=1e-4)


def test_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="needs values"):
        mean_interval([])
    assert means({"nothing": []}) == Measured()


def test_figures_add_up_and_take_a_name() -> None:
    both = means({"a": [1.0, 1.0]}) + means({"a": [0.0]}).named("other")
    assert both.figures == {"a": 1.0, "other_a": 0.0}
    assert both.intervals == {"a": (1.0, 1.0), "other_a": (0.0, 0.0)}


@given(lists, st.sets(st.integers(0, 30), min_size=1), st.integers(1, 30))
def test_figures_of_rankings_lie_between_0_and_1_and_are_best_for_the_best(
    ranked: list[int], relevant: set[int], k: int
) -> None:
    best = sorted(relevant)
    gains = dict.fromkeys(relevant, 1.0)
    for value in (ndcg(ranked, gains, k=k), recall(ranked, relevant, k=k), precision(ranked, relevant, k=k)):
        assert 0.0 <= value <= 1.0 + 1e-12
    assert ndcg(best, gains, k=k) == pytest.approx(1.0)
    assert recall(best, relevant, k=k) == 1.0
    assert precision(best, relevant, k=k) == pytest.approx(min(k, len(best)) / k)


def test_one_track_again_and_again_has_no_diversity_and_strangers_all_of_it() -> None:
    one = np.array([[0.6, 0.8]], dtype=np.float32)
    assert intra_list_diversity(np.repeat(one, 5, axis=0)) == pytest.approx(0.0, abs=1e-6)
    assert intra_list_diversity(np.eye(4, dtype=np.float32)) == pytest.approx(1.0)
    assert intra_list_diversity(one) == 0.0


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=2, max_size=12))
def test_diversity_is_the_mean_over_pairs(points: list[tuple[float, float]]) -> None:
    vectors = np.array([[1.0, x, y] for x, y in points])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = [1.0 - vectors[i] @ vectors[j] for i in range(len(points)) for j in range(i)]
    assert intra_list_diversity(vectors) == pytest.approx(float(np.mean(pairs)), abs=1e-9)


def test_artists_count_once_and_nobody_is_nobody_in_particular() -> None:
    assert artist_diversity(["a"] * 50, k=50) == pytest.approx(0.02)
    assert artist_diversity([None] * 3, k=50) == 1.0
    assert artist_diversity([], k=50) == 0.0


def test_alignment_is_1_at_the_mood_itself_and_falls_with_distance() -> None:
    at = np.array([0.5, -0.5])
    assert mood_alignment(at, np.array([[0.5, -0.5], [np.nan, 0.0]])) == 1.0
    assert mood_alignment(at, np.array([[0.2, -0.1]])) == pytest.approx(0.75)
    assert mood_alignment(at, np.array([[0.2, -0.1]]), span=1.0) == pytest.approx(0.5)
    assert mood_alignment(at, np.array([[np.nan, np.nan]])) == 0.0


def test_coverage_counts_a_track_once() -> None:
    assert coverage([[1], [1]], 2) == 0.5
    assert coverage([], 0) == 0.0


def test_rare_words_weigh_more_and_unknown_ones_nothing() -> None:
    texts = ["blue song", "red song", "green song", "blue blue sky"]
    found = Bm25(texts)
    assert found.scores("sky").argmax() == 3
    assert found.scores("blue song").argmax() == 0
    assert not found.scores("purple").any()
    assert not Bm25([]).scores("purple").any()
