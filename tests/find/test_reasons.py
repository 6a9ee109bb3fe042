"""What a term did for a place is what blending again without it shows; the sentence says it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cratedig.find.blend import Blend, Term, blend
from cratedig.find.query import Query, read, understand
from cratedig.find.reasons import Standing, moved, ordinal, phrases, ranks_without, scores_without, sentence
from cratedig.music.mood import Mood

TERMS = ("meaning", "words", "sound", "mood", "heard")
tables = arrays(float, (9, len(TERMS)), elements=st.one_of(st.floats(0, 1), st.just(float("nan"))))
weights = st.fixed_dictionaries({name: st.floats(0.01, 1) for name in TERMS})


def blended(table: np.ndarray, wanted: dict[str, float]) -> Blend:
    signals = {name: table[:, at] for at, name in enumerate(TERMS)}
    return blend(wanted, signals, heard=signals["heard"])


def ranking(scores: np.ndarray) -> list[int]:
    return sorted(range(len(scores)), key=lambda at: (-round(float(scores[at]), 12), at))


@given(tables, weights)
def test_a_score_without_a_term_is_the_blend_without_it(table: np.ndarray, wanted: dict[str, float]) -> None:
    found = blended(table, wanted)
    without = scores_without(found)
    for at, name in enumerate(TERMS):
        again = blended(table, {**wanted, name: 0.0}).scores
        left = found.scores > 0.0
        assert without[left, at] == pytest.approx(again[left], abs=1e-9)


@given(tables, weights)
def test_ranks_without_a_term_are_those_of_the_blend_without_it(table: np.ndarray, wanted: dict[str, float]) -> None:
    found = blended(table, wanted)
    ranked = ranking(found.scores)
    ranks = ranks_without(found, ranked, ranked[:4])
    for term in range(len(found.names)):
        again = np.round(scores_without(found)[:, term], 12)
        order = sorted(ranked, key=lambda at: -again[at])
        assert [order.index(at) + 1 for at in ranked[:4]] == ranks[:, term].tolist()


def test_nothing_shown_has_no_ranks() -> None:
    assert ranks_without(blended(np.zeros((9, 5)), dict.fromkeys(TERMS, 1.0)), range(9), []).size == 0


def query(text: str, mood: Mood | None = None) -> Query:
    return understand(read(text), {}, mood, None, has_words=True)


def term(name: str, value: float) -> Term:
    return Term(name, 0.5, value, 0.5 * value)


def test_the_sentence_names_the_strongest_terms_and_what_the_place_hangs_on() -> None:
    why = (term("heard", 1.0), term("meaning", 0.9), term("mood", 0.8), term("words", 0.7))
    said = sentence(
        phrases(query("sad songs", Mood(-0.7, -0.3))), why, Standing(2, 2, {"meaning": 5, "mood": 9, "heard": 1})
    )
    assert said == "Close in meaning to what you asked for and as sad as you wanted; without mood it would be 9th."


def test_a_term_that_does_not_help_is_no_counterfactual() -> None:
    said = sentence(phrases(query("piano")), (term("words", 1.0),), Standing(3, 3, {"words": 3}))
    assert said == "It has your words."


def test_a_place_that_is_not_the_ranks_is_told() -> None:
    assert (
        sentence(phrases(query("piano")), (term("words", 0.2),), Standing(12, 3, {}))
        == "Nothing fits well; this comes nearest."
    )
    assert moved(Standing(12, 3, {})) == "12th by score, 3rd here so that the list varies."
    assert moved(Standing(12, 3, {}, drawn=True)) == "12th by score, 3rd here by chance, as asked."
    assert moved(Standing(3, 3, {})) is None


@given(st.integers(1, 10_000))
def test_an_ordinal_begins_with_its_number(number: int) -> None:
    assert ordinal(number)[:-2] == str(number)
