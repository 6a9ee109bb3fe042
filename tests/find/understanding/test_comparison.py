"""Comparatives are steps from what a query compares with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.understanding.comparison import Shift, shift_asked, shifted
from cratedig.music.mood import Mood

WORDS = st.sampled_from(["calmer", "happier", "sadder", "darker", "faster", "louder", "more upbeat", "less energetic"])
moods = st.builds(Mood, st.floats(-1, 1), st.floats(-1, 1))


def shift(text: str) -> Shift:
    found = shift_asked(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "valence", "arousal"),
    [
        ("like Radiohead but calmer", 0, -1),
        ("happier", 1, 1),
        ("something darker than this", -1, -1),
        ("less energetic", 0, -1),
        ("less sad", 1, 0),
        ("more upbeat", 1, 1),
    ],
)
def test_a_step_leads_along_the_axes_its_word_is_about(text: str, valence: int, arousal: int) -> None:
    found = shift(text)
    assert ((found.valence > 0) - (found.valence < 0), (found.arousal > 0) - (found.arousal < 0)) == (valence, arousal)


def test_faster_and_slower_cancel() -> None:
    assert shift("faster and slower").tempo == pytest.approx(1.0)
    assert shift("faster").tempo > 1 > shift("slower").tempo


def test_more_and_less_of_a_sound_are_opposite() -> None:
    assert shift("more acoustic").sound["acousticness"] == -shift("less acoustic").sound["acousticness"]


def test_a_degree_lengthens_or_shortens_the_step() -> None:
    little, plain, much = (shift(text).arousal for text in ("a bit calmer", "calmer", "much calmer"))
    assert much < plain < little < 0


@pytest.mark.parametrize("text", ["killer queen", "summer in december", "more of this", "dancer", "the lover", ""])
def test_what_only_ends_like_a_comparative_is_none(text: str) -> None:
    assert shift_asked(text) is None


@given(st.lists(WORDS, min_size=1, max_size=4), st.randoms())
def test_the_order_of_comparatives_does_not_matter(words: list[str], random) -> None:
    mixed = random.sample(words, len(words))
    one, other = shift(" and ".join(words)), shift(" and ".join(mixed))
    assert (one.valence, one.arousal, one.tempo) == pytest.approx((other.valence, other.arousal, other.tempo))
    assert one.sound == pytest.approx(other.sound)


@given(moods, st.floats(40, 240), st.floats(0, 1), WORDS)
def test_a_step_stays_inside_what_is_possible(mood: Mood, tempo: float, energy: float, word: str) -> None:
    moved, sound = shifted(mood, {"tempo": tempo, "energy": energy}, shift(word))
    assert moved is not None
    assert -1 <= moved.valence <= 1
    assert -1 <= moved.arousal <= 1
    assert 40 <= sound["tempo"] <= 240
    assert 0 <= sound["energy"] <= 1


def test_what_is_not_known_is_not_made_up() -> None:
    assert shifted(None, {}, shift("happier and faster")) == (None, {})
