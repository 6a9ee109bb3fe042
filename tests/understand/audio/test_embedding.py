"""The audio embedding: 128 finite coordinates in which like sounds lie near each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cratedig.errors import ModelUnavailable
from cratedig.understand.audio import analyze
from cratedig.understand.audio.embedding import COORDINATES, FURTHEST, Scale, coordinates, embedding
from tests.understand.audio.sounds import RATE, Samples, cadence, metronome, noise


def point(sound: Samples) -> Samples:
    return embedding(analyze(sound, RATE))


def test_a_point_has_128_bounded_coordinates_of_distinct_features() -> None:
    found = point(noise(2.0))
    assert found.shape == (128,)
    assert found.dtype == np.float32
    assert np.abs(found).max() <= FURTHEST
    assert len(set(COORDINATES)) == 128


def test_the_same_sound_is_the_same_point() -> None:
    sound = metronome(120, seconds=5)[0]
    assert (point(sound) == point(sound.copy())).all()


def test_sounds_of_a_kind_lie_nearer_than_others() -> None:
    slow, fast = point(metronome(100, seconds=14)[0]), point(metronome(104, seconds=14)[0])
    chords = point(cadence(57, is_major=True))
    assert np.linalg.norm(slow - fast) < np.linalg.norm(slow - chords)


def test_silence_has_a_point() -> None:
    assert np.isfinite(point(np.zeros(RATE, np.float32))).all()


def test_a_sound_at_the_middle_of_the_reference_is_the_origin() -> None:
    features = analyze(noise(1.0), RATE)
    scale = Scale(centre=coordinates(features), unit=np.ones(128, np.float32))
    assert not embedding(features, scale).any()


def test_a_scale_that_is_absent_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        Scale.load(tmp_path)
