"""The mood of a query: the lexicon's words and the head's sentence, fused."""

from __future__ import annotations

import pytest

from cratedig.find.query import read
from cratedig.find.understanding.feeling import feeling
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.music.mood import Mood

TOLERANCE = 0.15


def mood(text: str, embedder: TextEmbedder, head: MoodHead) -> Mood:
    reading = read(text)
    return feeling(reading, embedder.embed([reading.meaning])[0], head)[0]


@pytest.mark.parametrize(
    ("text", "valence", "arousal"),
    [
        ("i miss my ex", -0.6, -0.2),
        ("upbeat morning workout", 0.5, 0.67),
        ("chill evening music", 0.4, -0.5),
    ],
)
def test_the_queries_of_the_specification_land_where_it_says(
    text: str, valence: float, arousal: float, embedder: TextEmbedder, head: MoodHead
) -> None:
    assert mood(text, embedder, head).distance(Mood(valence, arousal)) <= TOLERANCE


@pytest.mark.parametrize(
    ("text", "quadrant"),
    [
        ("pump me up", "excited"),
        ("can't get over you", "sad"),
        ("feel good", "excited"),
        ("cheer me up", "excited"),
        ("help me sleep", "calm"),
        ("so angry i could scream", "tense"),
        ("sad but not depressing", "sad"),
        ("грустная песня", "sad"),
    ],
)
def test_phrases_land_in_their_quarter(text: str, quadrant: str, embedder: TextEmbedder, head: MoodHead) -> None:
    assert mood(text, embedder, head).quadrant == quadrant


@pytest.mark.parametrize("word", ["sad", "happy", "calm", "angry"])
def test_intensity_orders_the_moods(word: str, embedder: TextEmbedder, head: MoodHead) -> None:
    axis = "arousal" if word == "calm" else "valence"
    said = [abs(getattr(mood(f"{how} {word}".strip(), embedder, head), axis)) for how in ("a bit", "", "very")]
    assert said == sorted(said)


def test_not_too_sad_is_not_happy(embedder: TextEmbedder, head: MoodHead) -> None:
    sad, soft, happy = (mood(text, embedder, head).valence for text in ("sad", "not too sad", "happy"))
    assert sad < 0 < soft < happy / 2
