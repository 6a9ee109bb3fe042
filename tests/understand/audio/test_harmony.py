"""Tuning, chroma and key of tones and cadences."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.understand.audio.harmony import PITCH_CLASSES, Key, chroma, key_of, pitches, tonnetz, tuning_of
from cratedig.understand.audio.sound import Samples
from cratedig.understand.audio.spectrum import spectrum_of
from tests.understand.audio.sounds import cadence, chord, noise, sine


def key_heard(sound: Samples) -> Key:
    spectrum = spectrum_of(sound)
    return key_of(chroma(spectrum.power, tuning=tuning_of([pitches(spectrum)])).mean(axis=0, dtype=np.float64))


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("is_major", [True, False])
def test_a_cadence_is_in_its_key_whatever_the_tonic(tonic: int, is_major: bool) -> None:
    heard = key_heard(cadence(57 + tonic, is_major=is_major))
    assert heard.name == f"{PITCH_CLASSES[(57 + tonic) % 12]} {'major' if is_major else 'minor'}"


def test_a_cadence_is_surer_of_its_key_than_noise() -> None:
    assert key_heard(cadence(60, is_major=True)).confidence > key_heard(noise(4.0)).confidence


@pytest.mark.parametrize("cents", [-40, -15, 0, 20, 35])
def test_tuning_is_what_the_tones_are_off_by(cents: int) -> None:
    spectrum = spectrum_of(sine(440 * 2 ** (cents / 1200), seconds=2))
    assert tuning_of([pitches(spectrum)]) == pytest.approx(cents / 100, abs=0.05)


def test_a_tone_sounds_in_its_own_pitch_class() -> None:
    loudest = chroma(spectrum_of(sine(261.63, seconds=1)).power, tuning=0.0)[5:-5].argmax(axis=1)
    assert (loudest == 0).all()


def test_a_fifth_lies_nearer_in_the_tonal_space_than_a_tritone() -> None:
    def place(pitch: int) -> Samples:
        return tonnetz(chroma(spectrum_of(chord([pitch], seconds=1)).power, tuning=0.0))[10]

    c, g, f_sharp = place(60), place(67), place(66)
    assert np.linalg.norm(c - g) < np.linalg.norm(c - f_sharp)


def test_silence_has_no_pitch() -> None:
    spectrum = spectrum_of(np.zeros(8000, np.float32))
    assert tuning_of([pitches(spectrum)]) == 0
    assert not chroma(spectrum.power, tuning=0.0).any()
    assert key_of(np.zeros(12)).confidence == 0


def test_a_key_refuses_to_be_wrong() -> None:
    with pytest.raises(ValueError, match=r"tonic 12 is outside 0\.\.11"):
        Key(tonic=12, mode="major", confidence=0.5)
    with pytest.raises(ValueError, match="confidence"):
        Key(tonic=1, mode="major", confidence=1.5)
