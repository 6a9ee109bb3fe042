"""The Find page's address is its whole state."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from cratedig.music.mood import Mood
from cratedig.web.asked import Asked

names = st.text(st.characters(exclude_characters="\x00;", exclude_categories=("Cs",)), min_size=1, max_size=20).map(
    str.strip
)
ids = st.lists(st.integers(1, 2**31 - 1), max_size=4, unique=True).map(tuple)
asked_things = st.builds(
    Asked,
    query=names,
    mood=st.none() | st.builds(Mood, st.sampled_from([-1.0, -0.25, 0.0, 0.5]), st.sampled_from([-0.5, 0.0, 1.0])),
    min_year=st.none() | st.integers(1000, 2100),
    max_year=st.none() | st.integers(1000, 2100),
    genres=st.lists(names.filter(bool), max_size=3, unique=True).map(tuple),
    without=st.lists(names.filter(bool), max_size=3, unique=True).map(tuple),
    like=ids,
    exclude=ids,
    top_k=st.integers(1, 100),
)


def read(address: str) -> Asked:
    return Asked.read(QueryParams(urlsplit(address).query))


@given(asked_things)
def test_an_address_read_back_asks_the_same(asked: Asked) -> None:
    assert read(asked.url()) == asked


@given(asked_things)
def test_hidden_fields_and_the_asked_one_make_the_whole_question(asked: Asked) -> None:
    form = QueryParams([("q", asked.query), *((name, str(value)) for name, value in asked.kept("q"))])
    assert Asked.read(form) == asked


@given(st.dictionaries(st.sampled_from(["q", "valence", "arousal", "from", "to", "genre", "like", "k"]), st.text()))
def test_no_address_is_refused(fields: dict[str, str]) -> None:
    asked = Asked.read(QueryParams(fields))
    assert "\x00" not in asked.query
    assert 1 <= asked.top_k <= 100


@pytest.mark.parametrize(
    ("address", "mood"),
    [
        ("/?valence=0.5&arousal=-0.25", Mood(0.5, -0.25)),
        ("/?valence=7&arousal=-7", Mood(1.0, -1.0)),
        ("/?valence=nan&arousal=0", None),
        ("/?valence=inf&arousal=0", None),
        ("/?valence=0.5", None),
        ("/?valence=half&arousal=0", None),
    ],
)
def test_a_point_is_on_the_plane_or_absent(address: str, mood: Mood | None) -> None:
    assert read(address).mood == mood


def test_an_artist_with_a_comma_stays_one_artist() -> None:
    assert read("/?without=Tyler%2C+The+Creator%3B+Adele").without == ("Tyler, The Creator", "Adele")


def test_an_untouched_page_asks_nothing() -> None:
    assert read("/").nothing
    assert read("/?k=50").nothing
    assert not read("/?genre=Pop").nothing
