"""The algorithmic analyzer keeps to the list of its measures, and says the same of the same lyric."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.errors import InputRejected
from cratedig.music.lyric import Lyric, Section
from cratedig.understand.lyrics.algorithmic import Algorithmic, finding
from cratedig.understand.lyrics.measures import fingerprint, listed, themes

DOCUMENT = Path(__file__).parents[3] / "docs" / "lyrics.md"
SONG = """[Verse]
I left the porch light burning for the moth
and the moth came home in a coat of smoke
you said that a promise is only a cloth
and I wore it like a coat until it broke

[Chorus]
Hold on, hold on, the morning is a thief
it steals the dark and calls the theft relief

[Verse]
Who counts the bottles when the party is done?
Brooklyn is a bruise and the river is a gun

[Chorus]
Hold on, hold on, the morning is a thief
it steals the dark and calls the theft relief
"""
LYRICS = {
    "song": SONG,
    "word": "rain",
    "emoji": "🔥🔥\n😭",
    "russian": "Я помню старый двор и нашу ночь\nя не могу тебе ничем помочь",
    "spanish": "yo te quiero mucho mi corazón\nno me dejes solo en la noche",
    "hebrew": "שלום לך ארץ נהדרת",
}
LINES = st.lists(
    st.text(alphabet=st.sampled_from("abcdeinostr ' ,.!?éяж\u200f😭"), min_size=1, max_size=40).filter(str.strip),
    min_size=1,
    max_size=12,
)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    elif value != {}:
        yield path, value


def measure_of(path: str) -> listed.Measure | None:
    parts = path.split(".")
    starred = ".".join("*" if at == 1 and parts[0] in ("reasons", "devices") else part for at, part in enumerate(parts))
    return listed.MEASURES.get(starred)


@pytest.mark.parametrize("lyric", LYRICS.values(), ids=LYRICS)
def test_every_number_is_listed_and_in_its_range(lyric: str) -> None:
    for path, value in leaves(finding(Lyric.of(lyric), tempo_bpm=92.0).data):
        if value is None:
            continue
        measure = measure_of(path)
        assert measure is not None, path
        if measure.low is not None and measure.high is not None:
            assert measure.low <= value <= measure.high, path
        else:
            assert isinstance(value, str | bool), path


def test_every_listed_measure_is_found_in_some_lyric() -> None:
    timed = Lyric((Section(("one two three", "four five six"), starts_s=(0.0, 2.0)),))
    found = [finding(Lyric.of(lyric), tempo_bpm=92.0).data for lyric in LYRICS.values()] + [finding(timed).data]
    seen = {name for data in found for path, _ in leaves(data) for name, one in [(path, measure_of(path))] if one}
    stars = {
        ".".join(
            "*" if at == 1 and path.split(".")[0] in ("reasons", "devices") else part
            for at, part in enumerate(path.split("."))
        )
        for path in seen
    }
    assert set(listed.MEASURES) - stars == set()


def test_what_could_not_be_judged_has_a_reason() -> None:
    for lyric in LYRICS.values():
        found = finding(Lyric.of(lyric))
        for name in ("mood", "sentiment", "readability"):
            value = found.mood if name == "mood" else found.data[name]
            silent = value is None or (isinstance(value, dict) and all(one is None for one in value.values()))
            is_english_mood = name == "mood" and found.data["language"] == "en"
            assert not silent or name in found.data["reasons"] or is_english_mood, (lyric, name)


def test_of_few_words_no_grade_and_no_foot_is_named() -> None:
    found = finding(Lyric.of("rain"))
    assert set(found.data["readability"].values()) == {None}
    assert found.data["flow"]["foot"] == "free"
    enough = finding(Lyric.of("hold on my love the night is long\n" * 13))
    assert None not in enough.data["readability"].values()
    assert "readability" not in enough.data["reasons"]


def test_rhymes_by_the_rules_of_another_language_are_marked() -> None:
    assert "rhyme" in finding(Lyric.of(LYRICS["spanish"])).data["reasons"]
    assert not {"rhyme"} & {
        *finding(Lyric.of(SONG)).data["reasons"],
        *finding(Lyric.of(LYRICS["russian"])).data["reasons"],
    }


def test_no_theme_is_named_that_is_one_among_many() -> None:
    shares = [theme.share for lyric in LYRICS.values() for theme in finding(Lyric.of(lyric)).themes]
    assert shares
    assert min(shares) >= themes.SHOWN_FROM


@settings(max_examples=30, deadline=None)
@given(LINES)
def test_the_same_lyric_has_the_same_finding(lines: list[str]) -> None:
    lyric = Lyric((Section(tuple(lines)),))
    once, again = (replace(finding(lyric), processing_ms=0.0) for _ in range(2))
    assert once == again


@settings(max_examples=30, deadline=None)
@given(LINES)
def test_the_embedding_has_length_one(lines: list[str]) -> None:
    embedding = finding(Lyric((Section(tuple(lines)),))).embedding
    assert len(embedding) == len(fingerprint.NAMES) == 256
    assert np.linalg.norm(embedding) == pytest.approx(1.0, abs=1e-4)


def test_a_lyric_lies_nearer_to_its_double_than_to_another() -> None:
    song, twice, other = (
        np.array(finding(Lyric.of(text)).embedding)
        for text in (SONG, f"{SONG}\n{SONG}", "Money, money\nI want it all!")
    )
    assert song @ twice > 0.8 > song @ other


@pytest.mark.parametrize("text", ["", "\n \n", "[Chorus]\n"])
def test_a_lyric_without_a_line_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputRejected) as refused:
        finding(Lyric.of(text))
    assert "\n" not in str(refused.value)


def test_what_is_no_text_is_refused_and_a_stray_mark_is_not() -> None:
    with pytest.raises(InputRejected, match="control characters"):
        finding(Lyric((Section(("\x01\x02\x03\x04" * 20,)),)))
    assert finding(Lyric((Section(("hello\x00 my love",)),))).sentiment == "positive"


async def test_one_bad_lyric_does_not_keep_the_others_from_being_read() -> None:
    analyzer, good = Algorithmic(), Lyric.of(SONG)
    first, bad, last = analyzer.read([good, Lyric(), good], [None, None, 90.0])
    assert isinstance(bad, InputRejected)
    assert replace(await analyzer.analyze(good), processing_ms=0.0) == replace(first, processing_ms=0.0)  # type: ignore[type-var]
    assert not isinstance(last, InputRejected)
    assert last.data["flow"]["syllables_per_s"] > 0


@pytest.mark.parametrize("mark", [".", "!", ",", "...", "!--", " - ", '"', ")", "…"])
def test_marks_without_words_break_no_line_however_many(mark: str) -> None:
    few, many = (finding(Lyric.of(f"I walk alone{mark * times}\nso am I")).data for times in (2, 50_000))
    assert many["flow"] == few["flow"]
    assert many["readability"] == few["readability"]


def test_no_line_of_the_lyric_is_kept() -> None:
    told = str(finding(Lyric.of(SONG)).data).lower()
    assert not [line for line in Lyric.of(SONG).lines if line.lower() in told]


@pytest.mark.parametrize("table", [listed.table(), fingerprint.table()], ids=["measures", "embedding"])
def test_the_document_shows_the_table(table: str) -> None:
    assert table in DOCUMENT.read_text(encoding="utf-8")
