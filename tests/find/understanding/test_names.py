"""Names are found as the catalogue spells them."""

from __future__ import annotations

import pytest

from cratedig.find.query import Query, read, understand
from cratedig.find.understanding.names import aimed
from cratedig.music.facet import ARTIST, GENRE, facet


def understood(text: str, *names: str) -> Query:
    reading = read(text)
    return understand(reading, {name: 3 for name in names if name in reading.names}, None, None, has_words=True)


@pytest.mark.parametrize(
    ("text", "genre", "found"),
    [
        ("hiphop", "Hip-Hop", "hip hop"),
        ("rnb classics", "R&B", "r b"),
        ("some d'n'b", "Drum & Bass", "drum bass"),
        ("старый рок", "Rock", "rock"),
        ("хип-хоп", "Hip Hop", "hip hop"),
    ],
)
def test_a_genre_is_known_by_its_other_spellings(text: str, genre: str, found: str) -> None:
    query = understood(text, facet(GENRE, genre))
    assert (query.type, query.genres) == ("genre", (found,))


@pytest.mark.parametrize(
    "text",
    [
        "songs like Radiohead but calmer",
        "similar to radiohead, only happier",
        "by Radiohead from the 90s",
        '"Radiohead"',
        "something darker than Radiohead",
    ],
)
def test_who_a_query_compares_with_is_an_artist(text: str) -> None:
    assert "radiohead" in list(aimed(text))
    assert understood(text, facet(ARTIST, "Radiohead")).type == "artist"


def test_an_artist_in_cyrillic_keeps_the_name() -> None:
    assert understood("как Земфира, но веселее", facet(ARTIST, "Земфира")).artists == ("земфира",)
