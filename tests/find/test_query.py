"""Reading queries: moods, names, years, what is not wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.query import content_words, read, relative, understand
from cratedig.music.facet import ARTIST, GENRE, facet
from cratedig.music.mood import Mood


def understood(text: str, *names: str, has_words: bool = True):
    return understand(read(text), dict.fromkeys(names, 3), None, None, has_words=has_words)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("90s rock", ["1990-1999"]),
        ("70's soul and 1980s funk", ["1970-1979", "1980-1989"]),
        ("hits of the nineties", ["1990-1999"]),
        ("2010s", ["2010-2019"]),
        ("20s", ["2020-2029"]),
        ("30s swing", ["1930-1939"]),
        ("from 1994 to 1999", ["1994-1999"]),
        ("1987 - 2002", ["1987-2002"]),
        ("before 1980", ["...-1980"]),
        ("since 2015", ["2015-..."]),
        ("hip hop 1994", ["1994"]),
        ("catalogue number 19945", []),
        ("120 bpm", []),
    ],
)
def test_years_and_decades_are_read_as_people_write_them(text: str, spans: list[str]) -> None:
    assert [str(span) for span in read(text).years] == spans


def test_a_negated_part_is_unwanted_and_not_wanted() -> None:
    reading = read("calm piano without drums, no vocals")
    assert reading.unwanted == ("drums", "vocals")
    assert "drums" not in reading.wanted
    assert "piano" in reading.wanted


def test_a_query_that_only_negates_keeps_its_words() -> None:
    assert read("not sad").wanted == "not sad"


def test_an_artist_is_recognised_in_lower_case() -> None:
    query = understood("songs like radiohead", facet(ARTIST, "Radiohead"))
    assert (query.type, query.artists) == ("artist", ("radiohead",))


def test_capital_letters_make_no_artist() -> None:
    assert understood("Something Calm For Sunday").type == "mood"


def test_a_word_of_mood_is_a_mood_even_where_an_artist_has_the_name() -> None:
    assert understood("happy", facet(ARTIST, "Happy")).type == "mood"


def test_the_same_word_in_quotes_is_the_artist() -> None:
    assert understood('"happy"', facet(ARTIST, "Happy")).type == "artist"
    assert understood("by happy", facet(ARTIST, "Happy")).type == "artist"


def test_a_genre_of_several_words_is_found_whole() -> None:
    query = understood("old school hip hop", facet(GENRE, "Hip-Hop"), facet(GENRE, "Hip"))
    assert (query.type, query.genres) == ("genre", ("hip hop",))


def test_vague_words_say_nothing() -> None:
    assert content_words("Play me some good music, please!") == []
    assert understood("good music", has_words=False).type == "default"


def test_nonsense_gets_the_stated_default() -> None:
    query = understood("qwrtz plmkj", has_words=False)
    assert query.type == "default"
    assert "widely heard" in query.explanation


def test_an_escaped_character_is_the_character() -> None:
    assert read("Trap <U+1F525>").text == "Trap 🔥"


def test_words_of_sound_become_features() -> None:
    assert understood("acoustic instrumental").sound == {"acousticness": 1.0, "instrumentalness": 1.0}


def test_a_genre_says_more_about_the_sound_than_the_occasion() -> None:
    assert "tempo" in understood("workout").sound
    assert "tempo" not in understood("rap workout", facet(GENRE, "rap")).sound


def test_comparatives_lead_from_what_is_compared_with() -> None:
    query = understood("like radiohead but calmer and faster", facet(ARTIST, "Radiohead"))
    moved = relative(query, Mood(0.1, 0.5), {"energy": 0.8, "tempo": 100.0})
    assert moved.mood is not None
    assert moved.mood.arousal < 0.5
    assert moved.mood.valence == 0.1
    assert moved.sound["energy"] < 0.8
    assert moved.sound["tempo"] > 100.0
    assert relative(understood("radiohead", facet(ARTIST, "Radiohead")), Mood(0.1, 0.5), {}).liked is None


def test_a_mood_that_is_named_beside_a_comparative_stays() -> None:
    query = understand(read("sad, like radiohead but faster"), {}, Mood(-0.7, -0.3), None, has_words=True)
    assert relative(query, Mood(0.5, 0.5), {}).mood == Mood(-0.7, -0.3)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    reading = read(text)
    assert all(span.first is None or span.last is None or span.first <= span.last for span in reading.years)
    assert understand(reading, {}, None, None, has_words=False).explanation
