"""Russian words of a query speak as their English ones; names stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.query import read
from cratedig.find.understanding.russian import gloss


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("грустный рок 80-х без барабанов", "sad rock 80s without drums"),
        ("весёлая музыка для пробежки", "happy music for running"),
        ("хип-хоп девяностых", "hip-hop nineties"),
        ("не слишком грустное", "not too sad"),
        ("как Земфира, но веселее", "like Земфира, but more happy"),
        ("Виктор Цой", "Виктор Цой"),
    ],
)
def test_known_words_are_glossed_and_names_stay(text: str, english: str) -> None:
    assert gloss(text) == english


def test_a_russian_query_reads_as_its_english_one() -> None:
    russian, english = read("грустный рок 80-х без барабанов"), read("sad rock 80s without drums")
    for name in ("years", "unwanted", "mood_words", "mood_weight", "meaning"):
        assert getattr(russian, name) == getattr(english, name)


def test_the_words_as_written_are_looked_up_too() -> None:
    assert {"rock", "рок"} <= set(read("рок").words)


@given(st.text(alphabet=st.characters(max_codepoint=0x3FF), max_size=60))
def test_a_text_without_cyrillic_is_kept(text: str) -> None:
    assert gloss(text) == text
