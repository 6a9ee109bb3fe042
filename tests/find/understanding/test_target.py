"""What a query wants to hear, as a point of the space of sounds."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.find.query import read, understand
from cratedig.find.understanding.feeling import feeling
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.understand.audio.embedding import COORDINATES

LOUDNESS, TEMPO = COORDINATES.index("loudness_lufs"), COORDINATES.index("tempo_bpm")


@pytest.fixture
def target(embedder: TextEmbedder, head: MoodHead):
    def found(text: str) -> np.ndarray | None:
        reading = read(text)
        vector = embedder.embed([reading.meaning])[0]
        mood, receipt = feeling(reading, vector, head)
        return understand(reading, {}, mood, receipt, has_words=True, vector=vector).sound_target

    return found


@pytest.mark.parametrize(
    ("more", "less", "coordinate"),
    [
        ("loud techno for a workout", "quiet music for sleep", LOUDNESS),
        ("fast punk, 180 bpm", "slow ballads, 70 bpm", TEMPO),
        ("angry metal", "calm ambient", LOUDNESS),
    ],
)
def test_a_target_lies_where_the_words_say(target, more: str, less: str, coordinate: int) -> None:
    first, second = target(more), target(less)
    assert first[coordinate] > second[coordinate]


@pytest.mark.parametrize("text", ["", "play me some good music", "?!", "music"])
def test_words_that_say_nothing_of_sound_have_no_target(target, text: str) -> None:
    assert target(text) is None


def test_without_an_embedding_there_is_no_target() -> None:
    assert understand(read("very loud"), {}, None, None, has_words=True).sound_target is None
