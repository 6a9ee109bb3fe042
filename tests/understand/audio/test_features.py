"""`analyze`: finite whatever it hears, the same for the same sound, alike at any rate; and quick to begin."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cratedig.errors import InputRejected
from cratedig.lab.sounds import read_mono
from cratedig.lab.tables import rows_with
from cratedig.understand.audio import AudioFeatures, analyze
from cratedig.understand.audio.spectrum import PART, spectrum_of
from cratedig.understand.audio.timbre import centroid_and_rolloff, flux, products
from tests.understand.audio.sounds import RATE, cadence, chord, metronome, noise, sine

FRAME_FEATURES = 44
SEVEN = ("mean", "median", "std", "min", "max", "q25", "q75")


def is_sane(features: AudioFeatures) -> bool:
    named = features.named()
    return (
        all(math.isfinite(value) for value in named.values())
        and 0 <= named["spectral_centroid_max"] <= RATE / 2
        and 0 <= named["zero_crossing_rate_max"] <= 1
        and 0 <= named["chroma_c_min"] <= named["chroma_c_max"] <= 1
        and (named["tempo_bpm"] == 0 or 28 <= named["tempo_bpm"] <= 345)
        and named["loudness_lufs"] >= -70
        and all(0 <= named[name] <= 1 for name in ("tempo_confidence", "beat_regularity", "key_confidence"))
        and list(features.beats_s) == sorted(features.beats_s)
    )


def odd_sounds() -> dict[str, tuple[NDArray[np.floating], int]]:
    click = np.zeros(RATE, np.float32)
    click[7000] = 1
    return {
        "silence": (np.zeros(RATE, np.float32), RATE),
        "one sample": (np.ones(1, np.float32), 44_100),
        "a tenth of a second": (noise(0.1), RATE),
        "a constant": (np.ones(RATE, np.float32), RATE),
        "a click": (click, RATE),
        "192 kHz": (sine(30_000, seconds=0.5, rate=192_000), 192_000),
        "1 kHz": (noise(1.0, rate=1000), 1000),
        "not a number": (np.full(3000, np.nan, np.float32), RATE),
        "infinite": (np.full(3000, -np.inf, np.float32), RATE),
        "huge doubles": (noise(1.0).astype(np.float64) * 1e300, RATE),
        "denormal": (noise(1.0) * np.float32(1e-40), RATE),
        "half precision": (noise(1.0).astype(np.float16), RATE),
        "read only": (np.frombuffer(noise(1.0).tobytes(), np.float32), RATE),
    }


@pytest.mark.parametrize("name", odd_sounds())
def test_an_odd_sound_has_finite_features(name: str) -> None:
    assert is_sane(analyze(*odd_sounds()[name]))


@settings(max_examples=25, deadline=None)
@given(
    length=st.integers(1, 30_000),
    rate=st.sampled_from([8000, 22_050, 44_100, 48_000]),
    seed=st.integers(0, 9),
    density=st.floats(0, 1),
)
def test_any_sound_has_finite_features(length: int, rate: int, seed: int, density: float) -> None:
    random = np.random.default_rng(seed)
    sound = random.standard_normal(length) * (random.random(length) < density)
    assert is_sane(analyze(sound.astype(np.float32), rate))


def test_every_shared_clip_has_finite_features(shared: Path) -> None:
    for row in rows_with(shared / "audio_clips", "file"):
        samples, rate = read_mono(shared / "audio_clips" / row["file"])
        assert is_sane(analyze(samples[: 12 * rate], rate)), row["file"]


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (np.zeros((2, 100), np.float32), RATE),
        (np.zeros(0, np.float32), RATE),
        (np.zeros(100, np.float32), 0),
        (np.zeros(100, np.int16), RATE),
    ],
)
def test_what_is_no_mono_sound_is_refused(samples: NDArray[np.generic], rate: int) -> None:
    with pytest.raises(InputRejected):
        analyze(samples, rate)


def test_the_same_sound_has_the_same_features() -> None:
    sound = metronome(120, seconds=5)[0]
    assert analyze(sound, RATE).named() == analyze(sound.copy(), RATE).named()


def test_the_rate_a_sound_was_kept_at_hardly_matters() -> None:
    sound = cadence(57, is_major=False) + noise(6.0, level=0.01)
    plain = analyze(sound, RATE).named()
    finer = analyze(soxr.resample(sound, RATE, 48_000), 48_000).named()
    assert finer["key_tonic"] == plain["key_tonic"] == 9
    for name in ("rms_mean", "mfcc_1_mean", "chroma_a_mean", "loudness_lufs"):
        assert finer[name] == pytest.approx(plain[name], rel=0.02), name


def test_louder_means_more_energy_and_the_same_harmony() -> None:
    quiet = analyze(chord([60, 64, 67], seconds=3) * np.float32(0.25), RATE).named()
    loud = analyze(chord([60, 64, 67], seconds=3), RATE).named()
    assert loud["rms_mean"] == pytest.approx(4 * quiet["rms_mean"], rel=1e-4)
    assert loud["loudness_lufs"] - quiet["loudness_lufs"] == pytest.approx(12.04, abs=0.05)
    assert loud["chroma_e_mean"] == pytest.approx(quiet["chroma_e_mean"], abs=1e-4)


def test_brighter_sounds_have_higher_centroids_and_more_crossings() -> None:
    low, high = analyze(sine(300, seconds=1), RATE).named(), analyze(sine(3000, seconds=1), RATE).named()
    for name in ("spectral_centroid_median", "spectral_rolloff_median", "zero_crossing_rate_median"):
        assert low[name] < high[name]


def test_parts_are_measured_as_the_whole() -> None:
    sound = noise(9.0) * np.linspace(0, 1, 9 * RATE, dtype=np.float32)
    spectrum = spectrum_of(sound)
    whole, parts = flux(products(spectrum)), analyze(sound, RATE).named()
    assert len(spectrum) > 2 * PART
    assert parts["spectral_flux_mean"] == pytest.approx(float(whole.mean()), rel=1e-5)
    assert parts["spectral_flux_max"] == pytest.approx(float(whole.max()), rel=1e-5)
    assert parts["spectral_centroid_mean"] == pytest.approx(float(centroid_and_rolloff(spectrum)[0].mean()), rel=1e-5)


def test_names_are_flat_and_complete() -> None:
    named = analyze(noise(1.0), RATE).named()
    assert sum(name.endswith(f"_{SEVEN[0]}") for name in named) == FRAME_FEATURES
    assert {f"mfcc_13_{statistic}" for statistic in SEVEN} <= set(named)
    assert all(type(value) is float for value in named.values())


def test_the_statistics_are_numpys() -> None:
    from cratedig.understand.audio.statistics import summarised

    values = np.random.default_rng(0).standard_normal(101).astype(np.float32)
    found = summarised({"x": values})
    expected = {
        "mean": values.mean(), "median": np.median(values), "std": values.std(), "min": values.min(),
        "max": values.max(), "q25": np.quantile(values, 0.25), "q75": np.quantile(values, 0.75),
    }  # fmt: skip
    assert found == pytest.approx({f"x_{name}": float(value) for name, value in expected.items()}, abs=1e-6)


def test_the_first_sound_of_a_process_takes_under_two_seconds_and_compiles_nothing() -> None:
    """Of processor time, from the interpreter's start on: other programs do not lengthen it much."""
    program = """
import json, sys, time
import numpy as np
from cratedig.understand.audio import analyze
analyze(np.random.default_rng(0).standard_normal(30 * 44100).astype(np.float32), 44100)
print(json.dumps([time.process_time(), sorted({"numba", "librosa", "sklearn"} & set(sys.modules))]))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    seconds, heavy = json.loads(ran.stdout)
    assert heavy == []
    assert seconds < 2
