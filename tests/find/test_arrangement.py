"""From scores to the list shown: every recording once, artists apart, chance only where it was asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.arrangement import Arrangement, arrange, chance, ranked
from cratedig.find.candidates import NOBODY, Candidates
from cratedig.find.codes import artist_code
from cratedig.find.finder import Manner
from cratedig.find.query import Query, read, understand
from cratedig.find.request import Request
from tests.columns import candidates_of

QUERY = understand(read("piano"), {}, None, None, has_words=True)
BY_SCORE = Manner(lambdas=dict.fromkeys(Manner().lambdas, 1.0), gap=1, artist_cap=1000)


def scores(n: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random(n)


def arranged(
    found: Candidates, *, query: Query = QUERY, manner: Manner | None = None, seed: int = 1, **wish: object
) -> Arrangement:
    request = replace(Request(top_k=10), **wish)  # type: ignore[arg-type]
    return arrange(query, found, scores(len(found), seed), request, manner or Manner())


@given(st.integers(0, 80), st.integers(1, 100), st.integers(0, 5))
def test_what_is_shown_is_shown_once_and_is_all_there_is(n: int, top_k: int, seed: int) -> None:
    shown = arranged(candidates_of(n), top_k=top_k, seed=seed).shown
    assert len(set(shown)) == len(shown) == min(n, top_k)


@given(st.integers(2, 60), st.integers(0, 5))
def test_two_tracks_of_an_artist_stand_apart_while_others_are_left(n: int, seed: int) -> None:
    found = candidates_of(n, artist=np.arange(n) // 2)
    shown = arranged(found, top_k=max(1, n // 2 - 1), seed=seed).shown
    makers = found.artist[shown].tolist()
    assert all(maker not in makers[max(0, at - 2) : at] for at, maker in enumerate(makers))


@given(st.integers(1, 60), st.integers(0, 5))
def test_without_variety_the_order_is_that_of_the_scores(n: int, seed: int) -> None:
    found = candidates_of(n)
    assert arranged(found, manner=BY_SCORE, top_k=n, seed=seed).shown == ranked(found, scores(n, seed))


def test_a_recording_is_shown_once_with_its_twins() -> None:
    found = candidates_of(6, recording=np.array([1, 1, 2, 3, 1, 4]), seconds=np.array([200.0, 201, 90, 90, 320, 90]))
    result = arrange(QUERY, found, np.array([0.5, 0.9, 0.3, 0.2, 0.1, 0.0]), Request(), BY_SCORE)
    assert list(result.shown) == list(result.ranked) == [1, 2, 3, 4, 5]
    assert result.twins == {1: [0]}


def test_an_artist_who_was_asked_for_is_not_kept_apart() -> None:
    query = replace(QUERY, type="artist", artists=("neon ptarmigan",))
    found = candidates_of(8, artist=np.array([artist_code("Neon Ptarmigan")] * 4 + [5, 6, 7, NOBODY]))
    falling = np.linspace(0.9, 0.2, 8)
    manner = replace(Manner(), lambdas=BY_SCORE.lambdas)
    assert arrange(query, found, falling, Request(), manner).shown[:4] == [0, 1, 2, 3]
    assert arrange(QUERY, found, falling, Request(), manner).shown[:4] != [0, 1, 2, 3]


def test_albums_of_an_artist_who_was_asked_for_are_kept_apart() -> None:
    query = replace(QUERY, type="artist", artists=("neon ptarmigan",))
    artist = np.full(6, artist_code("Neon Ptarmigan"))
    found = candidates_of(6, artist=artist, album=np.array([1, 1, 1, 2, 3, NOBODY]))
    manner = replace(Manner(), lambdas=BY_SCORE.lambdas)
    assert arrange(query, found, np.linspace(0.9, 0.2, 6), Request(), manner).shown == [0, 3, 4, 1, 5, 2]


@given(st.integers(2, 60), st.integers(0, 2**32 - 1), st.floats(0.01, 1.0), st.data())
def test_the_luck_of_a_track_is_its_own(n: int, seed: int, variance: float, data: st.DataObject) -> None:
    found, all_scores = candidates_of(n), scores(n)
    gone = data.draw(st.integers(0, n - 1))
    rest = np.delete(np.arange(n), gone)
    request = Request(top_k=n, variance=variance, seed=seed)
    with_it = arrange(QUERY, found, all_scores, request, BY_SCORE).shown
    without_it = arrange(QUERY, found.take(rest), all_scores[rest], request, BY_SCORE).shown
    assert [int(rest[at]) for at in without_it] == [at for at in with_it if at != gone]


def test_the_seed_decides_and_without_variance_says_nothing() -> None:
    found = candidates_of(50)
    assert arranged(found, seed=1, variance=1.0).shown == arranged(found, seed=1, variance=1.0).shown
    drawn = [arrange(QUERY, found, scores(50), Request(variance=1.0, seed=seed), Manner()).shown for seed in (1, 2)]
    plain = [arrange(QUERY, found, scores(50), Request(seed=seed), Manner()).shown for seed in (1, 2)]
    assert drawn[0] != drawn[1]
    assert plain[0] == plain[1]


def test_more_variance_strays_farther_from_the_scores() -> None:
    found, falling = candidates_of(200), np.linspace(1, 0, 200)

    def strayed(variance: float) -> float:
        """The mean place by score of what is shown."""
        requests = [Request(top_k=10, variance=variance, seed=seed) for seed in range(20)]
        return float(np.mean([arrange(QUERY, found, falling, request, BY_SCORE).shown for request in requests]))

    assert strayed(0.0) < strayed(0.3) < strayed(1.0)


def test_chance_is_gumbels() -> None:
    noise = chance(np.arange(200_000, dtype=np.uint64), seed=3)
    assert noise.mean() == pytest.approx(np.euler_gamma, abs=0.02)
    assert noise.var() == pytest.approx(np.pi**2 / 6, abs=0.05)
    assert not np.array_equal(noise, chance(np.arange(200_000, dtype=np.uint64), seed=4))
