"""The map from words to sounds learns what is there to learn."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.lab.train_sound_target import Measured, Told, likeness_of_unseen, sound_ridge, spearman, text_ridge
from cratedig.models.sound_target import QUANTITIES

RANDOM = np.random.default_rng(7)
WORDS, SOUNDS = 24, 12


def told(worth: np.ndarray) -> Told:
    vectors = RANDOM.normal(size=(len(worth), WORDS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Told(vectors, vectors @ TRUE, worth)


TRUE = RANDOM.normal(size=(WORDS, len(QUANTITIES)))


def test_a_text_map_finds_a_straight_relation() -> None:
    seen, unseen = told(np.ones(2_000)), told(np.ones(50))
    middle, weights = text_ridge(seen)
    said = (unseen.vectors - middle) @ weights
    for at in range(len(QUANTITIES)):
        assert spearman(said[:, at], unseen.quantities[:, at]) > 0.95


def test_a_text_worth_two_counts_as_the_same_text_twice() -> None:
    one = told(np.ones(30))
    twice = Told(np.vstack([one.vectors] * 2), np.vstack([one.quantities] * 2), np.ones(60))
    heavy = Told(one.vectors, one.quantities, np.full(30, 2.0))
    for first, second in zip(text_ridge(twice), text_ridge(heavy), strict=True):
        assert first == pytest.approx(second)


def test_likeness_of_unseen_sounds_is_found_where_quantities_rule_the_sound_and_not_in_noise() -> None:
    quantities = RANDOM.normal(size=(60, len(QUANTITIES)))
    ruled = quantities @ RANDOM.normal(size=(len(QUANTITIES), SOUNDS))
    noise = RANDOM.normal(size=(60, SOUNDS))
    groups = np.arange(60)
    assert likeness_of_unseen(Measured(quantities, ruled, groups)) > 0.9
    assert abs(likeness_of_unseen(Measured(quantities, noise, groups))) < 0.15


def test_the_usual_quantities_are_the_usual_sound() -> None:
    sounds = Measured(RANDOM.normal(size=(40, 4)), RANDOM.normal(size=(40, SOUNDS)), np.arange(40))
    assert np.zeros(4) @ sound_ridge(sounds) == pytest.approx(np.zeros(SOUNDS))


def test_rank_correlation_is_1_for_the_same_order_and_0_for_a_constant() -> None:
    assert spearman(np.array([1.0, 2.0, 9.0]), np.array([0.1, 0.2, 0.3])) == pytest.approx(1.0)
    assert spearman(np.array([1.0, 2.0, 9.0]), np.zeros(3)) == 0.0
