"""The table of themes: what it is made of, and that the shipped one is whole."""

from __future__ import annotations

import numpy as np

from cratedig.lab.train_themes import LEAST_OFTEN, Lesson, common_words, judged_apart
from cratedig.understand.lyrics.measures.theme_table import FULL, shipped, written
from cratedig.understand.lyrics.measures.theme_words import THEMES
from cratedig.understand.lyrics.words.lists import FUNCTION


def test_only_words_that_are_common_and_say_something_are_learned() -> None:
    texts = ["the lantern"] * LEAST_OFTEN + ["a hapax"]
    assert common_words(texts) == ["lantern"]


def test_themes_that_lie_apart_are_told_apart() -> None:
    chance = np.random.default_rng(5)
    themes = np.repeat([0, 1, len(THEMES)], 40)
    middles = np.eye(384)[[0, 1, 2]].repeat(40, axis=0)
    meanings = (4 * middles + 0.1 * chance.normal(size=middles.shape)).astype(np.float32)
    figures = judged_apart(Lesson([f"word{at}" for at in range(120)], meanings, themes))
    assert figures == {"held_out_precision": 1.0, "held_out_recall": 1.0}


def test_what_was_written_down_speaks_in_full_and_what_was_learned_less() -> None:
    table, ours = shipped(), written()
    assert table.names == tuple(THEMES)
    assert all(table.of(word).max() == FULL for word in ours)
    learned = [row.max() for word, row in table.rows.items() if word not in ours]
    assert 0 < min(learned) <= max(learned) < FULL


def test_no_function_word_speaks_of_a_theme() -> None:
    assert not [word for word in FUNCTION if word in shipped().rows]


def test_an_inflection_speaks_as_its_word() -> None:
    assert np.array_equal(shipped().of("diamonds"), shipped().rows["diamonds"])
    assert shipped().of("hustlin'").any()
    assert not shipped().of("qwertyuiop").any()
