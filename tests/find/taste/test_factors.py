"""Factors on data whose answer is known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from cratedig.find.taste.factors import Fit, factorise, loss
from cratedig.find.taste.tagged import Mix, likings, standard

SMALL = Fit(rank=2, pull=0.5, confidence=10.0, rounds=8)


def checkerboard(n: int = 40, m: int = 30, *, kept: float = 0.7) -> tuple[csr_matrix, np.ndarray]:
    """Even listeners hear even tracks, odd ones odd; some pairs are hidden. (what is seen, what is true)"""
    true = (np.arange(n)[:, None] + np.arange(m)[None, :]) % 2 == 0
    seen = true & (np.random.default_rng(3).random((n, m)) < kept)
    return csr_matrix(seen.astype(float)), true


def test_a_checkerboard_is_completed() -> None:
    seen, true = checkerboard()
    found = factorise(seen, SMALL)
    scores = found.rows @ found.columns.T
    assert scores[true].min() > 0.7
    assert scores[~true].max() < 0.2


def test_who_was_not_learned_from_is_folded_in() -> None:
    seen, true = checkerboard()
    found = factorise(seen, SMALL)
    new = csr_matrix((np.arange(30) % 10 == 0).astype(float)[None, :])
    scores = (found.fold_in(new) @ found.columns.T)[0]
    assert scores[true[0]].min() > scores[~true[0]].max()


def test_folding_in_a_learned_row_gives_its_own_factors() -> None:
    seen, _ = checkerboard()
    found = factorise(seen, Fit(rank=2, pull=0.5, rounds=200))
    assert found.fold_in(seen) == pytest.approx(found.rows, abs=1e-3)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_another_round_never_raises_the_loss(seed: int) -> None:
    draw = np.random.default_rng(seed)
    table = csr_matrix((draw.random((12, 9)) < 0.3) * draw.random((12, 9)))
    losses = [loss(table, factorise(table, Fit(rank=3, pull=1.0, rounds=rounds), seed=1)) for rounds in (1, 2, 4, 8)]
    assert all(after <= before * (1 + 1e-9) for before, after in pairwise(losses))


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(0.0, 1.0))
def test_every_row_solves_its_equation_whether_it_has_few_entries_or_many(seed: int, rank: int, full: float) -> None:
    draw = np.random.default_rng(seed)
    fit = Fit(rank=rank, pull=0.7, confidence=4.0, rounds=1)
    found = factorise(csr_matrix(draw.random((8, 10)) * (draw.random((8, 10)) < 0.5)), fit)
    row = draw.random(10) * (draw.random(10) < full)
    columns, confidence = found.columns, 1.0 + fit.confidence * row
    left = (columns.T * confidence) @ columns + fit.pull * np.eye(rank)
    right = columns.T @ (confidence * (row > 0.0))
    assert left @ found.fold_in(csr_matrix(row[None, :]))[0] == pytest.approx(right, abs=1e-8)


def test_the_same_seed_gives_the_same_bytes() -> None:
    seen, _ = checkerboard()
    assert factorise(seen, SMALL, seed=5).columns.tobytes() == factorise(seen, SMALL, seed=5).columns.tobytes()


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        factorise(csr_matrix([[-1.0]]), SMALL)


def test_tags_lift_what_nobody_has_played() -> None:
    seen, _ = checkerboard()
    plays = seen.toarray()
    plays[:, [28, 29]] = 0.0
    tags = np.stack([np.arange(30) % 2 == 0, np.arange(30) % 2 == 1]).astype(float)
    found = likings(csr_matrix(plays), csr_matrix(tags), Mix(SMALL, tags_as_rows=1.0, by_tags=0.5))
    assert (found[0::2, 28] > found[0::2, 29]).all()
    assert (found[1::2, 28] < found[1::2, 29]).all()


def test_standing_scores_keep_their_order_and_equal_ones_are_0() -> None:
    found = standard(np.array([[1.0, 2.0, 4.0], [3.0, 3.0, 3.0]]))
    assert found.mean(axis=1) == pytest.approx([0.0, 0.0])
    assert (np.diff(found[0]) > 0).all()
    assert found[1].tolist() == [0.0, 0.0, 0.0]
