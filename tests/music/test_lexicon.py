"""The lexicon hears what listeners write, and obeys the laws its docstring states."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.lexicon import contexts, read_styles, read_words, spoken
from cratedig.music.lexicon_words import CONTEXTS, INTENSITY, MOODS, STYLES
from cratedig.music.mood import Mood

SINGLE_WORDS = sorted(name for name in MOODS if name.isalpha() and name.isascii())
FELT = [name for name in SINGLE_WORDS if abs(MOODS[name][0]) >= 0.2]
STRONGER = sorted(name for name, factor in INTENSITY.items() if factor > 1)
WEAKER = sorted(name for name, factor in INTENSITY.items() if factor < 1)
NEUTRAL = st.lists(st.sampled_from(["table", "the", "of", "guitar", "seven", "window", "is", "track"]), max_size=6)


def mood(text: str) -> Mood:
    reading = read_words(text)
    assert reading is not None, text
    return reading.mood


@pytest.mark.parametrize(
    ("query", "valence", "arousal"),
    [
        ("i miss my ex", -0.6, -0.2),
        ("upbeat morning workout", 0.5, 0.67),
        ("chill evening music", 0.4, -0.5),
        ("pump up", 0.5, 0.8),
        ("broken heart", -0.8, -0.2),
    ],
)
def test_the_queries_of_the_spec_land_where_it_says(query: str, valence: float, arousal: float) -> None:
    assert mood(query).distance(Mood(valence, arousal)) <= 0.1


@pytest.mark.parametrize("word", ["happy", "calm", "melancholic", "upbeat", "energetic", "anxious"])
def test_a_word_of_the_spec_keeps_its_point(word: str) -> None:
    assert mood(word) == Mood(*MOODS[word])


@pytest.mark.parametrize("negation", ["not", "never", "isn't", "don't", "dont", "without"])
@given(word=st.sampled_from(FELT))
def test_negation_flips_the_side_of_the_valence(negation: str, word: str) -> None:
    assert mood(f"{negation} {word}").valence * mood(word).valence < 0


@given(word=st.sampled_from(FELT))
def test_two_negations_cancel(word: str) -> None:
    assert mood(f"never not {word}") == mood(word)


def test_negation_ends_at_punctuation_and_at_but() -> None:
    assert mood("no, happy") == mood("not today but happy") == mood("happy")


def test_an_idiom_that_looks_like_a_negation_negates_nothing() -> None:
    assert mood("can't stop loving you") == mood("loving you")


@given(word=st.sampled_from(SINGLE_WORDS), strong=st.lists(st.sampled_from(STRONGER), min_size=1, max_size=3))
def test_more_intensity_never_weakens(word: str, strong: list[str]) -> None:
    said = [mood(" ".join([*strong[:n], word])) for n in range(len(strong) + 1)]
    for less, more in itertools.pairwise(said):
        assert abs(more.valence) >= abs(less.valence) - 1e-9
        assert abs(more.arousal) >= abs(less.arousal) - 1e-9


@given(word=st.sampled_from(SINGLE_WORDS), weak=st.sampled_from(WEAKER))
def test_a_diminisher_weakens_and_keeps_the_side(word: str, weak: str) -> None:
    plain, weakened = mood(word), mood(f"{weak} {word}")
    assert abs(weakened.valence) <= abs(plain.valence)
    assert weakened.valence * plain.valence >= 0


def test_not_very_happy_is_milder_than_not_happy() -> None:
    assert mood("not happy").valence < mood("not very happy").valence < 0


@given(word=st.sampled_from([word for word in SINGLE_WORDS if word != "best"]), tail=NEUTRAL)  # "best of" is an idiom
def test_neutral_words_behind_change_nothing(word: str, tail: list[str]) -> None:
    assert mood(" ".join([word, *tail])) == mood(word)


@pytest.mark.parametrize(
    ("inflected", "word"),
    [
        ("crying", "cry"),
        ("loved", "love"),
        ("missing", "miss"),
        ("happier", "happy"),
        ("SAAAAD", "sad"),
        ("dreams", "dream"),
    ],
)
def test_inflections_speak_as_their_word(inflected: str, word: str) -> None:
    assert mood(inflected) == mood(word)


@pytest.mark.parametrize("text", ["", "track 04", "the of and", "songs like that one", "good music", "Ñandú 東京"])
def test_a_text_without_mood_words_says_nothing(text: str) -> None:
    assert read_words(text) is None


@given(st.text(max_size=200))
def test_any_text_is_read_without_error(text: str) -> None:
    reading = read_words(text)
    assert reading is None or reading.weight >= 0.5
    contexts(text)
    read_styles(text)


def test_context_words_are_kept_apart_from_mood_words() -> None:
    assert contexts("sad songs for a late night drive") == ("night", "drive")
    assert contexts("sad songs") == ()
    reading = read_words("upbeat morning")
    assert reading is not None
    assert reading.matched == ("upbeat", "morning")


def test_a_mood_word_outweighs_the_occasion() -> None:
    assert mood("sad party").valence < 0


def test_styles_speak_only_when_asked() -> None:
    assert read_words("techno") is None
    heard = read_styles("Melodic Techno")
    assert heard is not None
    assert heard.mood.arousal > 0.5


def test_every_value_of_the_tables_is_a_mood() -> None:
    for table in (MOODS, STYLES):
        for valence, arousal in table.values():
            Mood(valence, arousal)
    assert all(point is None or Mood(*point) for _, point in CONTEXTS.values())
    assert len(MOODS) >= 600


@given(word=st.sampled_from(FELT))
def test_not_too_is_mildly_the_other_way(word: str) -> None:
    plain, soft, hard = (mood(f"{said} {word}".strip()).valence for said in ("", "not too", "not"))
    assert soft * plain < 0
    assert abs(soft) <= abs(hard) / 2 + 1e-9


def test_pretty_before_a_mood_is_an_intensity() -> None:
    assert mood("pretty sad").valence < mood("sad").valence
    assert mood("pretty").valence > 0


def test_what_cannot_be_got_over_is_not_negated() -> None:
    assert mood("can't get over you").valence < 0
    assert [entry.negated for entry in spoken("sad but not depressing")] == [False, True]
