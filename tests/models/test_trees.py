"""Forests of trees: what is stored is what was grown, and no tree falls where it must rise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cratedig.lab.deezer_trees import RISING, grown
from cratedig.models.trees import Forest

SONGS = 80

Matrix = NDArray[np.float64]


@pytest.fixture(scope="module")
def inputs() -> Matrix:
    return np.random.default_rng(4).normal(size=(SONGS, 14)).astype(np.float32).astype(np.float64)


@pytest.fixture(scope="module")
def forest(inputs: Matrix) -> Forest:
    return grown(inputs, np.stack([inputs[:, 9] - inputs[:, 0], inputs[:, 1] ** 2], axis=1))


def test_a_forest_survives_storage(forest: Forest, inputs: Matrix) -> None:
    again = Forest.from_arrays(forest.arrays())
    assert np.array_equal(again.judged(inputs), forest.judged(inputs))
    assert np.corrcoef(again.judged(inputs)[:, 0], inputs[:, 9] - inputs[:, 0])[0, 1] > 0.8


def test_a_single_leaf_says_its_value() -> None:
    leaf = Forest(np.array([0]), np.zeros(1, np.float32), np.array([0]), np.array([0.25]), np.array([[0]]))
    assert leaf.judged(np.ones((3, 1))).tolist() == [[0.25]] * 3


def test_above_the_threshold_is_right_and_at_it_left() -> None:
    split = Forest(np.array([0, 0, 0]), np.array([1.0, 0, 0], np.float32), np.array([2, 1, 2]),
                   np.array([0.0, -1.0, 1.0]), np.array([[0]]))  # fmt: skip
    assert split.judged(np.array([[0.5], [1.0], [1.5]])).ravel().tolist() == [-1.0, -1.0, 1.0]


def test_the_row_alone_decides(forest: Forest, inputs: Matrix) -> None:
    assert np.array_equal(forest.judged(inputs[5:6]), forest.judged(inputs)[5:6])


@given(st.integers(0, 1), st.integers(0, SONGS - 1), st.floats(-3, 3), st.floats(-3, 3))
def test_an_axis_never_falls_where_it_must_rise(
    forest: Forest, inputs: Matrix, axis: int, row: int, one: float, other: float
) -> None:
    low, high = np.array(inputs[row]), np.array(inputs[row])
    low[RISING[axis]], high[RISING[axis]] = sorted((one, other))
    found = forest.judged(np.stack([low, high]))[:, axis]
    assert found[0] <= found[1]
