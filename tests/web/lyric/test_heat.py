"""The heat-map keeps every character of a lyric and shows each group once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.lyric import Lyric, Section
from cratedig.understand.lyrics.rhyme.result import Group, Rhymes, Scheme, Span
from cratedig.web.lyric.heat import heat

LINES = ("The light came in", "the night grew thin", "and nothing else was said")


def span(line: int, word: str) -> Span:
    start = LINES[line].index(word)
    return Span(line, start, start + len(word), 0, 0, 0)


def rhymed(*groups: Group, letters: str = "AAX") -> Rhymes:
    return Rhymes(LINES, (3,), groups, (Scheme(letters, "", (0, 0, 1)),))


LIGHT = Group(0, "a", "perfect", 0.9, (span(0, "light"), span(1, "night")))
THIN = Group(1, "b", "slant", 0.6, (span(0, "in"), span(1, "thin")))


def test_runs_of_a_line_are_the_line() -> None:
    (part,) = heat(Lyric.of("\n".join(LINES)), rhymed(LIGHT, THIN)).parts
    assert ["".join(run.text for run in line.runs) for line in part.lines] == list(LINES)
    assert [[(run.text, run.letter) for run in line.runs if run.letter] for line in part.lines] == [
        [("light", "a"), ("in", "b")],
        [("night", "a"), ("thin", "b")],
        [],
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(1, 9)).map(
            lambda at: Span(at[0], min(at[1], len(LINES[at[0]]) - 1), min(at[1] + at[2], len(LINES[at[0]])), 0, 0, 0)
        ),
        max_size=8,
    )
)
def test_whatever_overlaps_no_character_is_lost_or_doubled(spans: list[Span]) -> None:
    groups = [
        Group(at, "a", "slant", 0.5, (one,)) for at, one in enumerate(one for one in spans if one.start < one.end)
    ]
    (part,) = heat(Lyric((Section(LINES),)), rhymed(*groups)).parts
    assert ["".join(run.text for run in line.runs) for line in part.lines] == list(LINES)


def test_a_group_of_which_one_member_is_left_is_not_drawn() -> None:
    longer = Group(2, "c", "mosaic", 0.9, (span(0, "light came"), span(1, "night grew")))
    half = Group(1, "b", "slant", 0.6, (span(0, "light"), span(2, "said")))
    drawn = heat(Lyric((Section(LINES),)), rhymed(half, longer))
    assert [entry.letter for entry in drawn.legend] == ["c"]
    assert not any(run.letter for run in drawn.parts[0].lines[2].runs)


def test_the_margin_shows_the_scheme_and_nothing_where_nothing_rhymes() -> None:
    drawn = heat(Lyric((Section(LINES, "chorus"),)), rhymed(LIGHT))
    assert [line.letter for line in drawn.parts[0].lines] == ["A", "A", ""]
    assert (drawn.parts[0].title, drawn.parts[0].scheme) == ("Chorus", "AAX")
    assert heat(Lyric((Section(LINES),)), rhymed(letters="XXX")).parts[0].scheme == ""


def test_the_legend_names_each_group_with_the_words_it_has() -> None:
    (entry,) = heat(Lyric((Section(LINES),)), rhymed(LIGHT)).legend
    assert (entry.letter, entry.kind, entry.words, entry.members) == ("a", "perfect", "light · night", 2)


def test_a_lyric_longer_than_the_alphabet_keeps_its_letters() -> None:
    lines = tuple(f"line {number}" for number in range(3))
    found = Rhymes(lines, (3,), (), (Scheme("A2A2X", "", (0, 0, 1)),))
    assert [line.letter for line in heat(Lyric((Section(lines),)), found).parts[0].lines] == ["A2", "A2", ""]
