"""Tracks that the same people hear lie near each other, and a track that hardly anybody heard has no place."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from cratedig.find.taste.factors import Fit, factorise
from cratedig.find.taste.leaning import Described, leaning, taste_signal
from cratedig.find.taste.listeners import LEAST_ROWS, is_enough, listeners_space


def crowds(listeners: int = 60, tracks: int = 20) -> csr_matrix:
    """Even listeners hear even tracks, odd ones odd; the last track is heard by one."""
    same = (np.arange(listeners)[:, None] + np.arange(tracks)[None, :]) % 2 == 0
    heard = (same & (np.random.default_rng(2).random((listeners, tracks)) < 0.6)).astype(float)
    heard[:, -1] = 0.0
    heard[1, -1] = 1.0
    return csr_matrix(heard)


def test_a_like_lifts_what_the_same_people_hear_and_leaves_the_unknown_out() -> None:
    weights = crowds()
    space = listeners_space(factorise(weights, Fit(rank=2, pull=0.5)), weights)
    here = Described({"listeners": space}, np.full((20, 2), np.nan))
    liked = Described({"listeners": space[[0]]}, np.full((1, 2), np.nan))
    found = taste_signal(leaning({0: 1.0}, liked), here)
    assert found[2:19:2].min() > found[1:19:2].max()
    assert np.isnan(found[19])


def test_rows_of_the_space_have_length_1() -> None:
    weights = crowds()
    space = listeners_space(factorise(weights, Fit(rank=2, pull=0.5)), weights)
    assert np.linalg.norm(space[:19], axis=1) == pytest.approx(np.ones(19))


@pytest.mark.parametrize(("rows", "enough"), [(LEAST_ROWS - 1, False), (LEAST_ROWS, True)])
def test_only_rows_that_join_tracks_count(rows: int, enough: bool) -> None:
    joining, lone = np.ones((rows, 2)), np.tile([1.0, 0.0], (500, 1))
    assert is_enough(csr_matrix(np.vstack([joining, lone]))) is enough
