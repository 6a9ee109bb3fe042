"""What a query does not want, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.understanding.negation import negated

KNOWN = st.sampled_from(["drums", "vocals", "rap", "metal", "hip hop", "depressing", "loud", "gym"])
WANTED = st.sampled_from(["calm piano", "jazz", "sad songs", "music for the rain", "Radiohead"])


@pytest.mark.parametrize(
    ("text", "left", "unwanted"),
    [
        ("calm piano without drums, no vocals", "calm piano", ("drums", "vocals")),
        ("sad but not depressing", "sad", ("depressing",)),
        ("anything but country", "", ("country",)),
        ("everything except hip hop", "", ("hip hop",)),
        ("nothing loud", "", ("loud",)),
        ("no rap or metal", "", ("rap", "metal")),
        ("no drums and sad", "sad", ("drums",)),
        ("rock -metal", "rock", ("metal",)),
        ("rock without Red Hot Chili Peppers please", "rock please", ("red hot chili peppers",)),
        ("upbeat, no taylor swift", "upbeat", ("taylor swift",)),
        ("don't play drake", "", ("drake",)),
        ("nothing by drake", "", ("drake",)),
    ],
)
def test_what_is_not_wanted_is_taken_out(text: str, left: str, unwanted: tuple[str, ...]) -> None:
    found = negated(text)
    assert (found.left, found.unwanted) == (left, unwanted)


@pytest.mark.parametrize(
    "title",
    [
        "never gonna give you up",
        "no woman no cry",
        "nothing else matters",
        "without me",
        "i can't live without you",
        "ain't no sunshine",
        "no scrubs",
        "you're not alone",
        "don't stop believin'",
        "i don't want to miss a thing",
        "I can't get no satisfaction",
        '"No Surprises"',
        "lo-fi beats",
        "Jay-Z",
    ],
)
def test_a_title_is_no_negation(title: str) -> None:
    assert negated(title).left == title
    assert not negated(title).is_any


def test_not_too_is_softly_and_not_unwanted() -> None:
    found = negated("chill but nothing too sleepy")
    assert (found.left, found.unwanted, found.softly) == ("chill", (), ("sleepy",))


def test_years_can_be_unwanted() -> None:
    assert negated("rock, not from the 80s").years == ("80s",)


@given(WANTED, KNOWN, st.sampled_from(["without", "no", "except", "but not"]))
def test_a_negated_word_is_unwanted_and_the_rest_stays(wanted: str, word: str, operator: str) -> None:
    found = negated(f"{wanted} {operator} {word}")
    assert (found.left, found.unwanted) == (wanted, (word,))


@given(WANTED, KNOWN, KNOWN)
def test_the_order_of_negations_does_not_matter(wanted: str, one: str, other: str) -> None:
    first, second = (negated(f"{wanted}, no {a}, without {b}") for a, b in ((one, other), (other, one)))
    assert set(first.unwanted) == set(second.unwanted)
    assert first.left == second.left


@given(st.text(max_size=200))
def test_nothing_is_invented(text: str) -> None:
    found = negated(text)
    assert len(found.left) <= len(text)
