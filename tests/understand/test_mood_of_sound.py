"""The mood of a sound: laws of the weights, the specification's formula, and what is not music."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.collect.demo import sound
from cratedig.lab.sounds import read_mono
from cratedig.understand.audio import analyze
from cratedig.understand.mood_of_sound import heard, spec_formula

SOUND = {
    "tempo_bpm": 120.0, "rms_mean": 0.12, "spectral_centroid_mean": 2200.0, "spectral_flux_mean": 0.3,
    "onset_strength_mean": 1.8, "key_mode": 1.0, "key_confidence": 0.2, "mfcc_4_std": 10.0,
}  # fmt: skip
RISING = ("tempo_bpm", "rms_mean", "spectral_centroid_mean", "spectral_flux_mean", "onset_strength_mean")


@given(st.sampled_from(RISING), st.floats(1.0, 4.0), st.floats(0.25, 1.0))
def test_louder_faster_and_brighter_is_never_calmer(name: str, more: float, start: float) -> None:
    low, high = (heard(SOUND | {name: SOUND[name] * start * factor}) for factor in (1.0, more))
    assert low is not None
    assert high is not None
    assert high.mood.arousal >= low.mood.arousal


@given(st.floats(0, 1))
def test_major_is_never_sadder_than_minor(confidence: float) -> None:
    minor, major = (heard(SOUND | {"key_mode": mode, "key_confidence": confidence}) for mode in (0.0, 1.0))
    assert minor is not None
    assert major is not None
    assert major.mood.valence >= minor.mood.valence


@pytest.mark.parametrize("missing", ["tempo_bpm", "rms_mean", "spectral_centroid_mean"])
def test_what_was_not_measured_has_no_mood(missing: str) -> None:
    without = {name: value for name, value in SOUND.items() if name != missing}
    assert heard(without) is None
    assert spec_formula(without) is None


def test_the_formula_is_the_specifications() -> None:
    loud = SOUND | {"tempo_bpm": 200.0, "rms_mean": 0.5, "spectral_centroid_mean": 5000.0, "onset_strength_mean": 5.0}
    found = spec_formula(loud | {f"chroma_{pitch}_std": 0.0 for pitch in ("c", "d")} | {"spectral_flux_mean": 0.1})
    assert found is not None
    assert (found.valence, found.arousal) == pytest.approx((1.0, 1.0))


def test_the_demo_band_is_heard_as_it_was_told_to_play() -> None:
    scores = sound.scores()[::4]
    named = [analyze(sound.render(score), sound.RATE).named() for score in scores]
    moods = [found.mood for found in map(heard, named) if found is not None]
    arousal = np.corrcoef([mood.arousal for mood in moods], [score.mood.arousal for score in scores])[0, 1]
    assert len(moods) == len(scores)
    assert arousal > 0.7


@pytest.mark.parametrize("name", ["198-209-0000", "3436-172162-0000", "5703-47212-0000"])
def test_speech_gets_no_confident_mood(shared: Path, name: str) -> None:
    found = heard(analyze(*read_mono(shared / "audio_clips" / "librosa" / f"{name}.ogg")).named())
    assert found is not None
    assert found.confidence < 0.05
    assert abs(found.mood.valence) < 0.1
