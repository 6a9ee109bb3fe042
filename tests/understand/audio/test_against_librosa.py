"""What librosa defines is measured as librosa measures it, within 1 %."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cratedig.lab.sounds import read_mono
from cratedig.understand.audio import harmony, timbre
from cratedig.understand.audio.onset import band_rises, onset_strength
from cratedig.understand.audio.sound import resampled
from cratedig.understand.audio.spectrum import spectrum_of
from tests.understand.audio import librosa_says
from tests.understand.audio.sounds import Samples, cadence, metronome, noise, sine, swept

Reference = dict[str, dict[str, NDArray[np.float32]]]

HISS = 1e-4
"""In sums of pure tones the valleys between are what rounding left, and no two transforms round alike."""
SOUNDS: dict[str, Samples] = {
    "noise": noise(2.0),
    "sine": sine(440.0, seconds=2.0) + noise(2.0, level=HISS),
    "sweep": swept(60, 9000, seconds=3.0) + noise(3.0, level=HISS),
    "cadence": cadence(60, is_major=True) + noise(6.0, level=HISS),
    "metronome": metronome(120, seconds=4.0)[0],
    "tenth of a second": noise(0.1),
    "silence": np.zeros(5000, np.float32),
}
CLIPS = (
    "lmms/beats_break01_168bpm.ogg",
    "lmms/latin_latin_guitar01_126bpm.ogg",
    "lmms/bassloops_techno_synth03_130bpm.ogg",
    "librosa/sorohanro_-_solo-trumpet-06.ogg",
    "librosa/198-209-0000.ogg",
    "sonic-pi/loop_amen.flac",
)


@pytest.fixture(scope="module")
def sounds(shared: Path) -> dict[str, Samples]:
    clips = {clip: resampled(*read_mono(shared / "audio_clips" / clip)) for clip in CLIPS}
    return SOUNDS | {name.replace("/", " "): samples for name, samples in clips.items()}


@pytest.fixture(scope="module")
def reference(sounds: dict[str, Samples], tmp_path_factory: pytest.TempPathFactory) -> Reference:
    folder = tmp_path_factory.mktemp("librosa")
    np.savez(folder / "sounds.npz", allow_pickle=False, **sounds)
    subprocess.run(
        [sys.executable, librosa_says.__file__, folder / "sounds.npz", folder / "features.npz"], check=True, timeout=200
    )
    found: Reference = {name: {} for name in sounds}
    with np.load(folder / "features.npz", allow_pickle=False) as features:
        for key in features:
            sound, name = key.split("/")
            found[sound][name] = features[key]
    return found


def ours(sound: Samples) -> dict[str, NDArray[np.float32]]:
    spectrum = spectrum_of(sound)
    mel = timbre.mel_power(spectrum)
    mel_db = timbre.decibels(mel)
    tuning = harmony.tuning_of([harmony.pitches(spectrum)])
    chroma = harmony.chroma(spectrum.power, tuning=tuning)
    centroid, rolloff = timbre.centroid_and_rolloff(spectrum)
    frames = len(spectrum)
    return {
        "melspectrogram": mel,
        "mfcc": timbre.mfcc(mel_db),
        "centroid": centroid[:, None],
        "rolloff": rolloff[:, None],
        "contrast": timbre.contrast(timbre.extremes(spectrum)),
        "rms": timbre.rms(sound)[:frames, None],
        "zero_crossing_rate": timbre.zero_crossing_rate(sound)[:frames, None],
        "chroma": chroma,
        "tonnetz": harmony.tonnetz(chroma),
        "onset_strength": onset_strength(band_rises(mel_db))[:, None],
        "tuning": np.array([[tuning]]),
    }


def test_every_feature_is_within_one_percent_of_librosas(sounds: dict[str, Samples], reference: Reference) -> None:
    far = {}
    for sound, samples in sounds.items():
        own = ours(samples)
        for name, expected in reference[sound].items():
            assert own[name].shape == expected.shape, (sound, name)
            error = float(np.abs(own[name] - expected).mean())
            if error > 0.01 * float(np.abs(expected).mean()) + 1e-7:
                far[sound, name] = error, float(np.abs(expected).mean())
    assert not far
