"""Tracks that the same people hear lie near each other, and a track that hardly anybody heard has no place."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from cratedig.find.taste.factors import Fit, factorise
from cratedig.find.taste.leaning import Described, Directions, leaning, taste_signal
from cratedig.find.taste.listeners import LEAST_ROWS, ListenersSpace, is_enough, listeners_space


def crowds(listeners: int = 60, tracks: int = 20) -> csr_matrix:
    """Even listeners hear even tracks, odd ones odd; the last track is heard by one."""
    same = (np.arange(listeners)[:, None] + np.arange(tracks)[None, :]) % 2 == 0
    heard = (same & (np.random.default_rng(2).random((listeners, tracks)) < 0.6)).astype(float)
    heard[:, -1] = 0.0
    heard[1, -1] = 1.0
    return csr_matrix(heard)


def space_of(weights: csr_matrix) -> ListenersSpace:
    return listeners_space(np.arange(weights.shape[1]), factorise(weights, Fit(rank=2, pull=0.5)), weights)


def test_a_like_lifts_what_the_same_people_hear_and_leaves_the_unknown_out() -> None:
    space = space_of(crowds()).rows(np.arange(20))
    here = Described({"listeners": Directions(space)}, np.full((20, 2), np.nan))
    liked = Described({"listeners": Directions(space[[0]])}, np.full((1, 2), np.nan))
    found = taste_signal(leaning({0: 1.0}, liked), here)
    assert found[2:19:2].min() > found[1:19:2].max()
    assert np.isnan(found[19])


def test_a_place_is_at_most_1_long_and_the_firmest_are() -> None:
    lengths = np.linalg.norm(space_of(crowds()).vectors, axis=1)
    assert (lengths > 0.0).all()
    assert lengths.max() == pytest.approx(1.0)


def test_a_track_without_a_place_has_none_whatever_is_asked() -> None:
    space = space_of(crowds())
    assert 19 not in space.ids
    found = space.rows(np.array([19, 3, 500, -1]))
    assert np.isnan(found).all(axis=1).tolist() == [True, False, True, True]
    assert ListenersSpace(space.ids[:0], space.vectors[:0]).rows(np.array([3])).shape == (1, 2)


@pytest.mark.parametrize(("rows", "enough"), [(LEAST_ROWS - 1, False), (LEAST_ROWS, True)])
def test_only_rows_that_join_tracks_count(rows: int, enough: bool) -> None:
    joining, lone = np.ones((rows, 2)), np.tile([1.0, 0.0], (500, 1))
    assert is_enough(csr_matrix(np.vstack([joining, lone]))) is enough
