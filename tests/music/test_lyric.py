"""A lyric is sections of lines, and what it writes it reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.lyric import KINDS, Lyric, Section, heading

WORDS = st.text(alphabet="abc ", min_size=1, max_size=12).map(str.strip).filter(bool)
SECTIONS = st.builds(Section, lines=st.lists(WORDS, min_size=1, max_size=4).map(tuple), kind=st.sampled_from(KINDS))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("[Verse 2: Ada]", ("verse", "Verse 2: Ada")),
        ("[Pre Chorus]", ("pre-chorus", "Pre Chorus")),
        ("[Prechorus]", ("pre-chorus", "Prechorus")),
        ("(Refrain)", ("chorus", "Refrain")),
        ("[Ada & Bo]", ("part", "Ada & Bo")),
        ("(come on)", None),
        ("Verse one is about you", None),
    ],
)
def test_headings_stand_in_brackets(line: str, found: tuple[str, str] | None) -> None:
    assert heading(line) == found


@given(st.lists(SECTIONS, max_size=5).map(tuple))
def test_what_a_lyric_writes_it_reads_back(sections: tuple[Section, ...]) -> None:
    lyric = Lyric(sections)
    again = Lyric.of(lyric.marked_text)
    assert again.lines == lyric.lines
    assert [section.kind for section in again.sections] == [section.kind for section in sections]


@given(st.text(max_size=200))
def test_any_text_is_a_lyric_and_its_text_reads_the_same_again(text: str) -> None:
    lyric = Lyric.of(text)
    assert Lyric.of(lyric.text).lines == lyric.lines
    assert bool(lyric) == bool(lyric.lines)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": ("",)},
        {"lines": ("a\nb",)},
        {"lines": ("a",), "kind": "song"},
        {"lines": ("a",), "starts_s": (1.0, 2.0)},
    ],
)
def test_a_section_refuses_to_be_wrong(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"line|cannot be|times"):
        Section(**wrong)
