"""Any text is read, and the clauses of a query do not get in each other's way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.query import read, understand

ODD = [
    "",
    "   ",
    "?!... --- ,,,",
    "🔥🔥🔥",
    "😭",
    "悲しい曲が聴きたい",
    "أغاني حزينة",
    "שירים עצובים -רוק",
    "sad\x00songs",
    "<U+1F525>",
    "грустный sad 悲しい",
    "\u202esad\u202c",
    "a" * 10_000,
    "not " * 2_500,
    "no no no but without except - - -",
    '"' * 500,
    "like " * 2_000,
    "before 9999999 since 00s 0s '0",
    "\ud83d",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_read(text: str) -> None:
    query = understand(read(text), {}, None, None, has_words=False)
    assert query.explanation
    assert "\x00" not in query.reading.wanted


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    reading = read(text)
    assert read(text) == reading
    assert reading.mood_weight >= 0


@given(st.permutations(["sad", "no drums", "90s", "without rap", "for a workout", "very fast"]))
def test_the_order_of_clauses_does_not_matter(clauses: list[str]) -> None:
    reading, other = read(", ".join(clauses)), read(", ".join(reversed(clauses)))
    for name in ("unwanted", "years", "contexts", "sounds", "mood_words"):
        assert set(getattr(reading, name)) == set(getattr(other, name))
    assert reading.asked == other.asked
    assert reading.mood_weight == other.mood_weight


def test_unwanted_years_leave_all_others() -> None:
    assert [str(span) for span in read("pop, not the 80s").years] == ["...-1979", "1990-..."]


def test_unwanted_names_are_not_sought() -> None:
    reading = read("without taylor swift")
    assert reading.unwanted == ("taylor swift",)
    assert reading.only_negates
    assert not any("taylor" in name for name in reading.names)
    assert reading.meaning == "music"


def test_a_comparative_alone_names_no_mood() -> None:
    assert not read("like radiohead but calmer").names_a_mood
    assert read("sad, like radiohead but calmer").names_a_mood
