"""Marks in a verse become spans of words, and a verse that contradicts itself is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.errors import InputRejected
from cratedig.lab.rap_verses import Span, ends, letters, read_verses, verse, words

BLOCK = """# x1 | humour | mosaics | en
> AAX | a mosaic | b perfect
I tried to sell some "{a oranges}" - near
the {b door}, a {b floor}, a {a door hinge},
and nothing more was said.
"""
GOLD = Path(__file__).parents[2] / "evals" / "rap_rhymes"


def test_a_mark_is_a_span_of_whole_words() -> None:
    found = verse(BLOCK.replace("AAX", "XXX"))
    assert found.lines[1] == "the door, a floor, a door hinge,"
    assert found.groups == ((Span(0, 5, 5), Span(1, 5, 6)), (Span(1, 1, 1), Span(1, 3, 3)))
    assert (found.kinds, found.style, found.language) == (("mosaic", "perfect"), "mosaics", "en")


def test_punctuation_alone_is_no_word() -> None:
    assert words("- Grindin', (ya) … know? 5 о'clock!") == ["grindin'", "ya", "know", "5", "о'clock"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (BLOCK, "its marks say"),
        (BLOCK.replace("{a door hinge}", "{a door hinge").replace("AAX", "XXX"), "does not close"),
        (BLOCK.replace("| b perfect", ""), "only marked or only named"),
        (BLOCK.replace("b perfect", "b lovely").replace("AAX", "XXX"), "lovely"),
        (BLOCK.replace("{b floor}", "floor").replace("AAX", "XXX"), "nothing that rhymes"),
        ("# only | two\n> A\nline", "too little"),
    ],
)
def test_a_verse_that_contradicts_itself_is_refused(wrong: str, says: str) -> None:
    with pytest.raises(InputRejected, match=says):
        verse(wrong)


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=16))
def test_letters_part_the_lines_as_the_marks_do(marks: list[int | None]) -> None:
    said = letters(marks)
    assert len(said) == len(marks)
    for one, a in enumerate(marks):
        for other, b in enumerate(marks):
            if one != other:
                assert (said[one] == said[other] != "X") == (a == b and a is not None)


@pytest.mark.parametrize("path", sorted(GOLD.glob("*.txt")), ids=lambda path: path.stem)
def test_every_verse_that_ships_is_read_and_agrees_with_itself(path: Path) -> None:
    verses = read_verses(path)
    assert len({found.id for found in verses}) == len(verses) >= 16
    for found in verses:
        assert 8 <= len(found.lines) <= 16, found.id
        assert letters(ends(found.lines, found.groups)) == found.scheme
        held = [
            (span.line, word) for group in found.groups for span in group for word in range(span.first, span.last + 1)
        ]
        assert len(held) == len(set(held)), f"{found.id}: a word is marked twice"
