"""Loudness: the recommendation's own sines, the other implementation, and what gating must do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from cratedig.lab.sounds import read_mono, sounds_in
from cratedig.understand.audio.loudness import ABSOLUTE_GATE, loudness_of
from tests.understand.audio.sounds import noise, sine


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000, 192_000])
def test_a_sine_of_997_hz_at_full_scale_reads_minus_3_01(rate: int) -> None:
    loudness = loudness_of(sine(997, seconds=5, level=1.0, rate=rate), rate)
    assert loudness.integrated_lufs == pytest.approx(-3.01, abs=0.03)


def test_what_lies_above_half_the_rate_counts_with_the_shelfs_gain() -> None:
    low, high = (loudness_of(sine(hz, seconds=5, rate=48_000), 48_000).integrated_lufs for hz in (997, 15_000))
    assert high - low == pytest.approx(3.99 - 0.69, abs=0.05)


def test_recordings_read_as_in_pyloudnorm_within_a_tenth(shared: Path) -> None:
    paths = [
        *sounds_in(shared / "audio_clips" / "lmms").values(),
        *sounds_in(shared / "drum_audio_mdb" / "full_mix").values(),
    ]
    for path in paths:
        samples, rate = read_mono(path)
        samples = samples[: len(samples) // (rate // 10) * (rate // 10)]  # it pads the last block, we drop it
        meter = pyloudnorm.Meter(rate, filter_class="DeMan")
        ours = loudness_of(samples, rate).integrated_lufs
        assert ours == pytest.approx(meter.integrated_loudness(samples.astype(float)), abs=0.1), path.name


@pytest.mark.parametrize(
    ("levels_db", "range_lu"), [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20), ((-50, -35, -20, -35, -50), 15)]
)
def test_the_range_of_the_ebus_test_tones(levels_db: tuple[float, ...], range_lu: float) -> None:
    """EBU Tech 3342, table 1: tones of 20 s; the tolerance is the paper's."""
    tones = np.concatenate([sine(1000, seconds=20, level=10 ** (db / 20)) for db in levels_db])
    assert loudness_of(tones, 22_050).range_lu == pytest.approx(range_lu, abs=1)


def test_ten_decibels_more_read_ten_units_more() -> None:
    sound = noise(6.0, level=0.02)
    quiet, loud = loudness_of(sound, 22_050), loudness_of(sound * np.float32(10**0.5), 22_050)
    assert loud.integrated_lufs - quiet.integrated_lufs == pytest.approx(10, abs=0.01)
    assert loud.dynamic_range_db == pytest.approx(quiet.dynamic_range_db, abs=0.01)


def test_silence_before_and_after_changes_nothing() -> None:
    sound, silence = noise(6.0), np.zeros(22_050 * 6, np.float32)
    around = loudness_of(np.concatenate([silence, sound, silence]), 22_050)
    assert around.integrated_lufs == pytest.approx(loudness_of(sound, 22_050).integrated_lufs, abs=0.35)


def test_silence_lies_at_the_gate() -> None:
    assert loudness_of(np.zeros(22_050, np.float32), 22_050).integrated_lufs == ABSOLUTE_GATE


def test_a_sine_has_no_dynamics_and_an_impulse_much() -> None:
    impulse = np.zeros(22_050 * 3, np.float32)
    impulse[1000] = 1.0
    assert loudness_of(sine(440, seconds=6), 22_050).dynamic_range_db == pytest.approx(0, abs=0.01)
    assert loudness_of(impulse, 22_050).dynamic_range_db > 40
