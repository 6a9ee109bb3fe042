"""Like these, unlike those: where the target goes, and what then comes first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.errors import NotFound
from cratedig.find.like import Vectors, middle, towards
from tests.find.conftest import Door

NONE = np.zeros((0, 8), dtype=np.float32)


def vectors(seed: int, count: int) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=(count, 8))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5))
def test_the_target_is_nearer_to_the_liked_and_farther_from_the_unliked(seed: int, likes: int, unlikes: int) -> None:
    drawn = vectors(seed, 1 + likes + unlikes)
    asked, liked, unliked = drawn[0], drawn[1 : 1 + likes], drawn[1 + likes :]
    plain, less = towards(asked, liked, NONE), towards(asked, liked, unliked)
    away = middle(unliked)
    assert plain is not None
    assert less is not None
    assert away is not None
    assert np.linalg.norm(less) == pytest.approx(1.0, abs=1e-5)
    assert less @ away <= plain @ away + 1e-5
    assert towards(None, liked, NONE) == pytest.approx(middle(liked), abs=1e-5)


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_tracks_says_nothing(seed: int) -> None:
    liked, unliked = vectors(seed, 3), vectors(seed + 1, 3)
    assert towards(None, liked[::-1], unliked[::-1]) == pytest.approx(towards(None, liked, unliked), abs=1e-5)


def test_what_cancels_out_says_nothing() -> None:
    one = vectors(1, 1)
    assert middle(np.concatenate([one, -one])) is None
    assert towards(None, NONE, NONE) is None
    assert towards(one[0], NONE, np.concatenate([one, -one])) == pytest.approx(one[0], abs=1e-6)
    assert towards(None, NONE, one) == pytest.approx(-one[0], abs=1e-6)


async def meaning(find: Door, track_id: int, **wish: Any) -> float:
    """How near in meaning a track is to a request."""
    judged = await find.why(track_id, **wish)
    return next(term.value for term in judged.why if term.term == "meaning")


async def test_a_track_is_less_near_when_its_like_is_not_wanted(find: Door, studied: dict[str, int]) -> None:
    liked = (studied["Glass Harbour"], studied["Without You the Rain"])
    near, unlike = studied["Last Letter"], (studied["Without You the Rain"],)
    assert await meaning(find, near, like=liked, unlike=unlike) < await meaning(find, near, like=liked)


async def test_words_can_be_taken_away_from_a_track(find: Door, studied: dict[str, int]) -> None:
    liked, drums = (studied["Neon Stampede"],), studied["Drum Circle at Dawn"]
    plain, minus = await meaning(find, drums, like=liked), await meaning(find, drums, like=liked, query="minus drums")
    assert minus < plain or minus == 0.0


async def test_neither_liked_nor_unliked_tracks_come_back(find: Door, studied: dict[str, int]) -> None:
    given_tracks = {studied["Glass Harbour"], studied["Concrete Sun"]}
    found = await find(like=(studied["Glass Harbour"],), unlike=(studied["Concrete Sun"],))
    assert found.results
    assert given_tracks.isdisjoint({int(result.track_id) for result in found.results})
    assert "Unlike the 1 tracks given." in found.metadata.explanation


async def test_dislikes_alone_are_an_answer_too(find: Door, studied: dict[str, int]) -> None:
    found = await find(unlike=(studied["Glass Harbour"],))
    assert found.results
    assert all(np.isfinite(result.score) for result in found.results)


async def test_an_unliked_track_that_is_not_there_is_named(find: Door, studied: dict[str, int]) -> None:
    with pytest.raises(NotFound, match="999999"):
        await find(unlike=(999_999,))
