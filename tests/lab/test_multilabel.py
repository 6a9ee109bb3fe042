"""Learning many labels at once: on data whose truth is known."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from cratedig.lab.multilabel import Recipe, f1_of, logistic, network, platt, thresholds
from cratedig.models.emotion import odds


def drawn(rows: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (n, 6), and two labels that hang on the first and on the product of two others."""
    inputs = np.random.default_rng(seed).normal(size=(rows, 6)).astype(np.float32)
    return inputs, np.stack([inputs[:, 0] > 0.2, inputs[:, 1] * inputs[:, 2] > 0.3], axis=1).astype(np.float32)


def test_logistic_regression_finds_the_line_between_two_classes() -> None:
    inputs, labels = drawn(600)
    found = logistic(csr_array(inputs), labels, penalty=0.1, rounds=100)
    judged = inputs @ found.weights + found.bias
    assert ((judged[:, 0] > 0) == (labels[:, 0] > 0)).mean() > 0.97
    assert abs(found.weights[0, 0]) > 5 * np.abs(found.weights[1:, 0]).max()


def test_a_network_learns_what_no_line_can_part() -> None:
    inputs, labels = drawn(3000)
    learned = network(inputs, labels, Recipe(neurons=64, epochs=60, batch=64, rate=5e-3))
    fresh, truth = drawn(1000, seed=6)
    assert ((learned(fresh) > 0) == (truth > 0)).mean(axis=0).min() > 0.85


def test_the_same_seed_gives_the_same_network() -> None:
    inputs, labels = drawn(200)
    recipe = Recipe(neurons=8, epochs=2)
    np.testing.assert_array_equal(network(inputs, labels, recipe).hidden, network(inputs, labels, recipe).hidden)


def test_calibration_undoes_a_stretch_and_a_shift() -> None:
    random = np.random.default_rng(7)
    true = random.normal(size=(20_000, 1)).astype(np.float32)
    labels = (random.random(true.shape) < odds(true)).astype(np.float32)
    slope, shift = platt((true - 1) / 2, labels)
    np.testing.assert_allclose([slope[0], shift[0]], [2, 1], atol=0.15)


def test_a_threshold_is_where_f1_is_best() -> None:
    random = np.random.default_rng(8)
    shares = random.random((5000, 1)).astype(np.float32)
    labels = (random.random(shares.shape) < shares**2).astype(np.float32)
    chosen = f1_of(shares > thresholds(shares, labels), labels)[0]
    assert chosen > max(f1_of(shares > at, labels)[0] for at in np.linspace(0.05, 0.95, 50)) - 0.01


def test_f1_of_a_label_that_is_neither_given_nor_true_is_0() -> None:
    labels = np.array([[1, 0], [0, 0]])
    assert f1_of(np.array([[True, False], [True, False]]), labels).tolist() == [2 / 3, 0]
