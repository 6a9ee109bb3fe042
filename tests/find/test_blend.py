"""A score is the sum of its reasons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cratedig.find.blend import blend, find_weights
from cratedig.find.fusion import text_weights
from cratedig.find.query import read, understand
from cratedig.find.weights import SPEC

TERMS = ("meaning", "words", "sound", "mood", "heard")
values = arrays(float, (7, len(TERMS)), elements=st.one_of(st.floats(0, 1), st.just(float("nan"))))
weights = st.fixed_dictionaries({name: st.floats(0.01, 1) for name in TERMS})


def blended(table: np.ndarray, wanted: dict[str, float]):
    signals = {name: table[:, at] for at, name in enumerate(TERMS)}
    return blend(wanted, signals, heard=signals["heard"])


@given(values, weights.map(lambda found: found | {"heard": 1.0}))
def test_contributions_add_up_to_a_score_between_0_and_1(table: np.ndarray, wanted: dict[str, float]) -> None:
    found = blended(table, wanted)
    for at, score in enumerate(found.scores):
        assert 0.0 <= score <= 1.0
        assert sum(term.contribution for term in found.why(at)) == pytest.approx(score, abs=1e-9)
        assert all(term.contribution == term.weight * term.value for term in found.why(at))


@given(values, weights, st.integers(0, 6))
def test_removing_a_candidate_changes_no_other_score(table: np.ndarray, wanted: dict[str, float], gone: int) -> None:
    before = np.delete(blended(table, wanted).scores, gone)
    after = blended(np.delete(table, gone, axis=0), wanted).scores
    assert np.array_equal(before, after)


@given(values, weights)
def test_what_is_missing_moves_its_weight_to_the_rest(table: np.ndarray, wanted: dict[str, float]) -> None:
    found = blended(table, wanted)
    for at, row in enumerate(table):
        positive = [term.weight for term in found.why(at) if term.weight > 0]
        assert sum(positive) == pytest.approx(0.0 if np.isnan(row).all() else 1.0)


def test_a_track_that_lacks_features_is_not_worse_for_it() -> None:
    signals = {"meaning": np.array([0.8, 0.8]), "sound": np.array([0.8, np.nan])}
    found = blend({"meaning": 0.5, "sound": 0.5}, signals)
    assert found.scores[0] == pytest.approx(found.scores[1])
    assert found.confidence.tolist() == [1.0, 0.5]


def test_what_everyone_has_heard_loses_a_little() -> None:
    heard = np.array([0.5, 1.0])
    found = blend({"meaning": 1.0}, {"meaning": np.array([0.5, 0.5])}, heard=heard)
    assert found.scores.tolist() == [0.5, 0.45]


def test_a_score_without_any_term_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one term"):
        blend({"meaning": 1.0}, {"words": np.array([1.0])})


@pytest.mark.parametrize("text", ["i miss my ex", "hip hop", "xyz", "acoustic guitar", "sad hip hop"])
def test_the_text_group_is_shared_by_what_is_present(text: str) -> None:
    query = understand(read(text), {"genre hip hop": 3}, None, None, has_words=True)
    present = {name: np.array([1.0]) for name in ("meaning", "words", "names", "sound", "mood", "heard")}
    found = find_weights(query, present)
    text_group = sum(found[name] for name in ("meaning", "words", "names"))
    assert text_group == pytest.approx(0.25 if text == "sad hip hop" else SPEC.groups[query.type]["text"])


def test_a_sentence_is_understood_and_keywords_are_looked_up() -> None:
    keywords, sentence = text_weights("mellow piano, slow"), text_weights("a song that sounds like rain on the window")
    assert keywords["words"] > keywords["meaning"]
    assert sentence["meaning"] > sentence["words"]
    assert sum(sentence.values()) == pytest.approx(1.0)
