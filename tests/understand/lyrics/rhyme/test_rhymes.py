"""Laws of the rhyme engine."""

from __future__ import annotations

import json
import tracemalloc

import numpy as np
import pytest

from cratedig.music.lyric import Lyric, Section
from cratedig.understand.lyrics.rhyme import Measures, parts, rhymes, to_html, to_text, together
from cratedig.understand.lyrics.rhyme.chances import Standing, chances_of, hopes_of
from cratedig.understand.lyrics.rhyme.echoes import Stream, agreement, echoes
from cratedig.understand.lyrics.rhyme.tokens import last_words, words_of

VERSE = """I tried to sell some oranges while leaning on a door hinge
I went back home with more cringe than a sofa with a torn fringe
The night was long, the road was wide
I had a lantern at my side
I was late at the gate with a plate of bread
And the child in the yard had bowed its head"""
MIXED = """Мой старый друг Иван
He always has a plan
Сосед ушёл в туман
He dances like a fan"""


def heard(text: str) -> set[frozenset[str]]:
    """What rhymes, as sets of words."""
    found = rhymes(Lyric.of(text))
    return {
        frozenset(found.lines[span.line][span.start : span.end].lower() for span in group.spans)
        for group in found.groups
    }


def test_a_higher_sensitivity_never_loses_a_pair() -> None:
    for text in (VERSE, MIXED):
        lyric = Lyric.of(text)
        before = rhymes(lyric, sensitivity=0.0).pairs
        for step in range(1, 11):
            now = rhymes(lyric, sensitivity=step / 10).pairs
            assert before <= now
            before = now
        assert before


def test_the_same_lyric_has_the_same_rhymes() -> None:
    lyric = Lyric.of(VERSE)
    assert rhymes(lyric) == rhymes(lyric)


def test_mosaics_are_heard_across_the_borders_of_words() -> None:
    assert any("door hinge" in group and any("oranges" in span for span in group) for group in heard(VERSE))


def test_orange_has_a_rhyme() -> None:
    (group,) = rhymes(Lyric.of("I tried to sell some oranges\nwhile leaning on a door hinge")).groups
    assert (group.kind, [span.line for span in group.spans]) == ("mosaic", [0, 1])


def test_rhymes_are_heard_inside_a_line() -> None:
    assert frozenset({"late", "gate", "plate"}) in heard(VERSE)


def test_russian_and_english_rhyme_with_each_other() -> None:
    assert any({"туман", "иван"} <= {span.split()[-1] for span in group} for group in heard(MIXED))


@pytest.mark.parametrize(
    ("text", "letters", "name"),
    [
        ("The cat\nThe night\nThe hat\nThe light", "ABAB", "alternate"),
        ("I go away\nI see the sun\nI want to stay\nI have to run\n", "ABAB", "alternate"),
        ("The cat\nThe hat\nThe night\nThe light", "AABB", "couplets"),
    ],
)
def test_a_scheme_has_its_letters_and_its_name(text: str, letters: str, name: str) -> None:
    (scheme,) = rhymes(Lyric.of(text)).schemes
    assert (scheme.letters, scheme.name) == (letters, name)


def test_lines_that_end_on_the_same_word_are_one_group() -> None:
    assert rhymes(Lyric.of("Turn it up\nI was walking home\nTurn it up\nShe had a silver comb")).schemes[0].letters[
        ::2
    ] in (
        "AA",
        "BB",
    )


def test_every_span_is_where_it_says_and_in_one_group_only() -> None:
    found = rhymes(Lyric.of(VERSE), sensitivity=0.9)
    seen = set()
    for group in found.groups:
        assert 0.0 <= group.strength <= 1.0
        assert len(group.spans) > 1
        for span in group.spans:
            line = found.lines[span.line]
            said = " ".join(line.split()[span.first : span.last + 1])
            assert line[span.start : span.end] in said
            assert span.word not in seen
            seen.add(span.word)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "word",
        "🔥🔥🔥\n💀",
        "שלום עולם\nשלום",
        "\x00\x01\x02 hey\n\x7f",
        "...\n---",
        "a" * 5000,
        "‮abc\u0000",
        "1 2 3\n7",
    ],
)
def test_whatever_stands_there_there_is_an_answer(text: str) -> None:
    found = rhymes(Lyric.of(text))
    assert sum(len(scheme.letters) for scheme in found.schemes) == len(found.lines)
    assert json.dumps(found.as_data())


def test_a_lyric_of_half_a_megabyte_has_an_answer() -> None:
    lines = [
        f"the {word} went to the {other} all {number}" for number in range(120) for word, other in [("cat", "hat")]
    ]
    found = rhymes(Lyric((Section(tuple(lines) * 100),)))
    assert len(found.schemes[0].letters) == 12_000


def test_a_sensitivity_is_a_share() -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        rhymes(Lyric.of(VERSE), sensitivity=1.5)


def test_measures_are_within_their_ranges() -> None:
    measures = rhymes(Lyric.of(VERSE)).measures
    assert measures.density > 0
    assert 0 < measures.share <= 1
    assert 0 < measures.end <= 1
    assert measures.longest >= 2
    assert measures.internal > 0


def test_an_artists_figures_lie_between_those_of_the_songs() -> None:
    one, other = (rhymes(Lyric.of(text)).measures for text in (VERSE, "a quiet room\nthe clock is slow"))
    both = together([one, other])
    assert min(one.density, other.density) <= both.density <= max(one.density, other.density)
    assert both.words == one.words + other.words
    assert both.longest == max(one.longest, other.longest)
    assert together([]) == Measures()


def test_data_holds_no_line_of_the_lyric() -> None:
    data = json.dumps(rhymes(Lyric.of(VERSE)).as_data())
    assert "leaning" not in data


def test_runs_put_together_are_the_lines() -> None:
    found = rhymes(Lyric.of(VERSE + "\n\n" + MIXED), sensitivity=0.8)
    lines = ["".join(run.text for run in line.runs) for part in parts(found) for line in part.lines]
    assert tuple(lines) == found.lines


def test_the_page_escapes_what_it_shows_and_names_each_group() -> None:
    page = to_html(rhymes(Lyric.of("<script>alert(1)</script> night\nthe & light")), title="<b>")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<title>&lt;b&gt;</title>" in page
    assert "<sup>a</sup>" in page


def test_a_terminal_shows_letters_beside_colours() -> None:
    text = to_text(rhymes(Lyric.of("The cat\nThe hat"))).plain
    assert "cat(a)" in text
    assert text.startswith("A ")


def test_what_a_place_hopes_for_is_never_less_than_its_chance() -> None:
    """So that leaving the others out loses no rhyme."""
    words = words_of(Lyric.of(VERSE).lines)
    stream = Stream.of(words)
    heard = echoes(stream)
    ends = np.zeros(len(words), dtype=np.bool_)
    ends[[at for at in last_words(words, 6) if at >= 0]] = True
    standing = Standing.of(stream, heard, ends)
    chances = chances_of(heard, standing, agreement(stream, heard))
    assert (hopes_of(heard, standing) >= chances - 1e-12).all()
    assert (chances >= 0.5).any()


def test_the_memory_of_a_long_lyric_is_bounded() -> None:
    """50,000 lines took 0.9 GB once: all pairs of lines were weighed at the same time."""
    lyric = Lyric.of("\n".join(("cat", "day", "light", "hat", "way", "night") * 1_000))
    rhymes(Lyric.of(VERSE))
    tracemalloc.start()
    try:
        rhymes(lyric)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40 * 2**20
