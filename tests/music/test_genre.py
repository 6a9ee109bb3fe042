"""The tree of genres: one place for every spelling, none for what is no genre."""

from __future__ import annotations

import pytest

from cratedig.music import genre
from cratedig.music.genre import FAMILIES, general, named_in, place, tree


def test_the_tree_is_small_and_no_genre_stands_in_two_families() -> None:
    names = [name for genres in tree().values() for name in genres]
    assert 15 <= len(FAMILIES) <= 25
    assert len(names) == len(set(names))


def test_no_spelling_means_two_things() -> None:
    names: dict[str, set[tuple[str, str]]] = {}
    for spelling, placed in genre._spellings():
        names.setdefault(spelling, set()).add(placed)
    # a pair that SoundCloud's menu joins is the only name of two genres
    assert {spelling for spelling, places in names.items() if len(places) > 1} <= {"folk singer songwriter"}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_genre_stands_where_its_name_says(family: str) -> None:
    assert {place(name).family for name in tree()[family] if place(name)} == {family}  # type: ignore[union-attr]
    assert place(general(family)).is_general  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Nhạc Trẻ", "pop"), ("VINAHOUSE", "electronic"), ("شعبي", "arabic"), ("힙합", "hip hop"), ("рок", "rock"),
        ("Sertanejo Universitário", "latin"), ("DeepHouse", "electronic"), ("Audiobooks", "spoken"),
    ],
)  # fmt: skip
def test_spellings_of_many_places_are_known(given: str, family: str) -> None:
    found = place(given)
    assert found is not None
    assert found.family == family


@pytest.mark.parametrize(
    "given", ["London", "sad", "2015", "free download", "my playlist of rock songs for the road", ""]
)
def test_cities_moods_and_sentences_are_no_genres(given: str) -> None:
    assert place(given) is None


def test_a_text_names_its_genres() -> None:
    assert [found.name for found in named_in("Drum & Bass / Jungle? No: jazz")] == ["drum & bass", "jazz"]
