"""The heads for grooves: what ships is what was grown, and it says something of any performance."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.lab.groove_lessons import ASKED, BOOSTS, LEAST, TREES, boosted, namer
from cratedig.lab.trees import Grown
from cratedig.models.arrays import HEADS
from cratedig.models.grooves import EAR, NAME, GrooveHead, Namer, shipped_ear, shipped_head

ROWS = 120

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def inputs() -> Floats:
    return np.random.default_rng(6).normal(size=(ROWS, 9)).astype(np.float32).astype(np.float64)


def labels(inputs: Floats) -> NDArray[np.str_]:
    names: NDArray[np.str_] = np.array(["rock", "jazz", "funk"])[(inputs[:, 0] > 0).astype(int) + (inputs[:, 1] > 0.5)]
    return names


def test_a_namer_says_what_the_trees_it_was_laid_out_from_say(inputs: Floats) -> None:
    from sklearn.ensemble import ExtraTreesClassifier  # type: ignore[import-untyped]

    grown = ExtraTreesClassifier(
        TREES, min_samples_leaf=LEAST, max_features=ASKED,
        class_weight="balanced_subsample", random_state=3,
    ).fit(inputs, labels(inputs))  # fmt: skip
    laid = namer(inputs, labels(inputs), seed=3)
    assert laid.names == tuple(grown.classes_)
    assert np.allclose(laid.chances(inputs), grown.predict_proba(inputs), atol=1e-6)


def test_boosted_trees_give_the_log_odds_of_the_model(inputs: Floats) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.utils.parallel import _get_threadpool_controller  # type: ignore[import-untyped]

    are_beats = inputs[:, 2] + inputs[:, 3] > 0
    with _get_threadpool_controller().limit(limits=1):
        grown = HistGradientBoostingClassifier(**BOOSTS, random_state=3).fit(inputs.astype(np.float32), are_beats)
        odds = grown.decision_function(inputs.astype(np.float32))
    assert np.allclose(boosted(inputs, are_beats, seed=3).judged(inputs)[:, 0], odds, atol=1e-4)


def test_a_tree_laid_out_has_each_left_child_behind_its_parent() -> None:
    kinds = [("is_leaf", "u1"), ("feature_idx", "i8"), ("num_threshold", "f8"), ("left", "u4"), ("right", "u4"),
             ("value", "f8")]  # fmt: skip
    best_first = np.array([(0, 1, 0.5, 2, 1, 0), (1, 0, 0, 0, 0, 7.0), (0, 0, 1.5, 4, 3, 0), (1, 0, 0, 0, 0, 8.0),
                           (1, 0, 0, 0, 0, 9.0)], dtype=kinds)  # fmt: skip
    found = Grown.depth_first(best_first)
    assert found.feature.tolist() == [1, 0, -1, -1, -1]
    assert found.children_right.tolist() == [4, 3, -1, -1, -1]
    assert found.value.tolist() == [0, 0, 9, 8, 7]


def test_a_namer_survives_storage(inputs: Floats) -> None:
    first = namer(inputs, labels(inputs), seed=1)
    again = Namer.from_arrays(first.arrays("style"), "style")
    assert again.names == first.names
    assert np.array_equal(again.chances(inputs), first.chances(inputs))
    assert np.allclose(first.chances(inputs).sum(axis=1), 1, atol=1e-6)


def test_the_shipped_heads_speak_of_any_performance() -> None:
    head, rows = shipped_head(), np.random.default_rng(0).normal(size=(5, 523))
    assert np.allclose(head.styles.chances(rows).sum(axis=1), 1, atol=1e-5)
    assert {"rock", "jazz", "funk"} <= set(head.styles.names)
    assert len(head.drummers.names) == 9
    assert head.are_beats(rows[:, :58]).shape == (5,)
    assert shipped_ear().names == ("drummer1", "drummer3", "drummer5", "drummer7", "drummer8")


@pytest.mark.parametrize("harm", ["absent", "damaged"])
def test_a_head_that_cannot_be_read_is_unavailable(tmp_path: Path, harm: str) -> None:
    for file in HEADS.glob(f"{NAME}*"):
        shutil.copy(file, tmp_path)
    (weights,) = tmp_path.glob(f"{NAME}-*.npz")
    weights.unlink() if harm == "absent" else weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelUnavailable, match=NAME):
        GrooveHead.load(tmp_path)


def test_the_heads_are_small() -> None:
    assert sum(file.stat().st_size for name in (NAME, EAR) for file in HEADS.glob(f"{name}-*.npz")) < 3_000_000
