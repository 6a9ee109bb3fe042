"""Maximal marginal relevance picks what the specification's loop picks, and trades as lambda says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.candidates import NOBODY
from cratedig.find.rerank import LAMBDAS, Kinship, mmr


def crate(seed: int, n: int, *, gaps: bool = True) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Scores, best first, and the columns of n tracks, some of which lack sound or mood or an artist."""
    draw = np.random.default_rng(seed)
    audio = draw.normal(size=(n, 6)).astype(np.float32)
    valence, arousal = draw.uniform(-1, 1, (2, n))
    artist = draw.integers(NOBODY if gaps else 0, max(1, n // 3), n)
    if gaps:
        audio[draw.random(n) < 0.2] = np.nan
        valence[draw.random(n) < 0.2] = np.nan
    scores = np.sort(draw.uniform(0, 1, n))[::-1].copy()
    return scores, {"artist": artist, "audio": audio, "valence": valence, "arousal": arousal}


def likeness(columns: dict[str, np.ndarray], one: int, other: int) -> float:
    """The specification's similarity of two tracks (section 6.1), a pair at a time."""
    artist, audio = columns["artist"], columns["audio"]
    same = 1.0 if artist[one] == artist[other] != NOBODY else 0.0
    lengths = np.linalg.norm(audio[one]) * np.linalg.norm(audio[other])
    sound = 0.0 if np.isnan(lengths) else float(audio[one] @ audio[other]) / float(lengths)
    apart = math.hypot(*(columns[of][one] - columns[of][other] for of in ("valence", "arousal")))
    near = 0.5 if math.isnan(apart) else max(0.0, 1.0 - apart / 2.0)
    return 0.5 * same + 0.3 * sound + 0.2 * near


def one_by_one(scores: np.ndarray, columns: dict[str, np.ndarray], trade: float, most: int) -> list[int]:
    """The specification's loop: for every place every remaining track against every chosen one."""
    chosen = [0] if len(scores) else []
    remaining = list(range(1, len(scores)))
    while remaining and len(chosen) < most:
        worth = {
            at: trade * scores[at] - (1 - trade) * max(likeness(columns, at, taken) for taken in chosen)
            for at in remaining
        }
        chosen.append(max(remaining, key=lambda at: worth[at]))
        remaining.remove(chosen[-1])
    return chosen


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.floats(0.05, 1.0), st.integers(1, 15))
def test_the_picks_are_those_of_the_specifications_loop(seed: int, n: int, trade: float, most: int) -> None:
    scores, columns = crate(seed, n)
    assert mmr(scores, Kinship.of(**columns), trade=trade, most=most) == one_by_one(scores, columns, trade, most)


@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.floats(0.0, 1.0), st.integers(0, 50))
def test_no_track_comes_twice_and_the_best_comes_first(seed: int, n: int, trade: float, most: int) -> None:
    scores, columns = crate(seed, n)
    picks = mmr(scores, Kinship.of(**columns), trade=trade, most=most)
    assert len(picks) == len(set(picks)) == min(n, most)
    assert not picks or picks[0] == 0


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_relevance_alone_keeps_the_order_of_scores(seed: int, n: int) -> None:
    scores, columns = crate(seed, n)
    assert mmr(scores, Kinship.of(**columns), trade=1.0, most=n) == list(range(n))


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 10))
def test_fewer_places_are_the_beginning_of_more(seed: int, n: int, most: int) -> None:
    scores, columns = crate(seed, n)
    kinship = Kinship.of(**columns)
    assert mmr(scores, kinship, most=n)[:most] == mmr(scores, kinship, most=most)


def test_variety_brings_another_artist_forward() -> None:
    alike = {"audio": np.ones((3, 2)), "valence": np.zeros(3), "arousal": np.zeros(3)}
    kinship = Kinship.of(artist=np.array([1, 1, 2]), **alike)
    scores = np.array([0.9, 0.8, 0.7])
    assert mmr(scores, kinship, trade=0.7) == [0, 2, 1]
    assert mmr(scores, kinship, trade=0.9) == [0, 1, 2]


def test_scores_are_left_as_they_were() -> None:
    scores, columns = crate(3, 20)
    before = scores.copy()
    mmr(scores, Kinship.of(**columns))
    assert np.array_equal(scores, before)


@pytest.mark.parametrize("trade", [-0.1, 1.1, math.nan])
def test_a_trade_outside_its_range_is_refused(trade: float) -> None:
    with pytest.raises(ValueError, match="lambda"):
        mmr(np.array([1.0]), Kinship.of(**crate(0, 1)[1]), trade=trade)


def test_every_lambda_is_one() -> None:
    assert all(0.0 <= trade <= 1.0 for trade in LAMBDAS.values())
