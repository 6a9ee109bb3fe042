"""The sentence under a query is for whoever asked."""

from __future__ import annotations

import pytest

from cratedig.find.query import read, understand
from cratedig.music.facet import ARTIST, GENRE, facet
from cratedig.music.mood import Mood

KNOWN = {facet(GENRE, "hip hop"): 3, facet(GENRE, "r&b"): 3, facet(ARTIST, "radiohead"): 3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sad calm 90s hip-hop, no country", "Heard as: sad, calm; hip hop; 1990s. Not: country."),
        ("like radiohead but calmer", "Heard as: by radiohead; calmer."),
        ("r&b from the early 2000s", "Heard as: r&b; 2000 to 2003."),
        ("something to study to, 90 bpm", "Heard as: for study; 90 bpm."),
        ("chill, not too sleepy", "Heard as: chill. Not too: sleepy."),
        ("hip hop, not the 80s", "Heard as: hip hop. Not: 1980s."),
        ("never gonna give you up", "Heard as plain words: the nearest in words and meaning."),
    ],
)
def test_a_query_is_said_back_in_plain_words(text: str, said: str) -> None:
    assert understand(read(text), KNOWN, None, None, has_words=True).explanation == said


def test_a_mood_is_said_as_a_feeling_and_not_as_numbers() -> None:
    said = understand(read("sad"), {}, Mood(-0.7, -0.3), None, has_words=True).explanation
    assert said.endswith("feels sad and quiet.")
    assert not any(character.isdigit() for character in said)


def test_a_query_that_only_negates_says_so() -> None:
    assert understand(read("no rap"), {}, None, None, has_words=True).explanation.startswith("It only says what is not")
