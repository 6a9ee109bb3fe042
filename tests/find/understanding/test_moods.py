"""Wanted moods meet; unwanted ones push away and never pull."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.understanding.moods import felt
from cratedig.music.lexicon import spoken
from cratedig.music.lexicon_words import MOODS
from cratedig.music.mood import Mood

NAMED = [name for name, point in MOODS.items() if name.isalpha() and name.isascii() and min(map(abs, point)) >= 0.2]
words = st.sampled_from(sorted(name for name in NAMED if len(spoken(f"not {name}")) == 1))


def mood(text: str) -> Mood:
    found = felt(spoken(text))
    assert found is not None, text
    return found.mood


@given(words, words)
def test_negating_never_moves_towards_what_is_negated(wanted: str, unwanted: str) -> None:
    before, after, pole = mood(wanted), mood(f"{wanted}, not {unwanted}"), mood(unwanted)
    for was, now, there in (
        (before.valence, after.valence, pole.valence),
        (before.arousal, after.arousal, pole.arousal),
    ):
        assert (now - was) * there <= 1e-9


@given(st.lists(words, min_size=1, max_size=3), st.lists(words, max_size=2), st.randoms())
def test_the_order_of_clauses_does_not_matter(wanted: list[str], unwanted: list[str], random) -> None:
    clauses = [*wanted, *(f"not {word}" for word in unwanted)]
    mixed = random.sample(clauses, len(clauses))
    assert mood(", ".join(clauses)).distance(mood(", ".join(mixed))) == pytest.approx(0.0, abs=1e-5)


def test_sad_but_not_depressing_is_sad_and_less_so() -> None:
    assert mood("sad").valence < mood("sad but not depressing").valence < 0


def test_a_query_that_only_negates_is_turned_around() -> None:
    assert mood("not sad").valence > mood("not too sad").valence > 0
