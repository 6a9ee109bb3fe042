"""Tempo and beats of metronomes and of loops."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cratedig.lab.events import tally
from cratedig.understand.audio.beats import beat_regularity, beats_of
from cratedig.understand.audio.onset import band_rises
from cratedig.understand.audio.sound import Frames, Samples
from cratedig.understand.audio.spectrum import spectrum_of
from cratedig.understand.audio.tempo import repeated, tempo_of
from cratedig.understand.audio.timbre import decibels, mel_power
from tests.understand.audio.sounds import RATE, clicks, metronome, noise


def rises_of(sound: Samples) -> Frames:
    return band_rises(decibels(mel_power(spectrum_of(sound))))


def tempo_bpm(sound: Samples) -> float:
    return tempo_of(rises_of(sound), length_s=len(sound) / RATE).bpm


@pytest.mark.parametrize("bpm", [72, 88, 97.5, 110, 128, 141, 156])
def test_a_metronomes_tempo_is_found_within_one_percent(bpm: float) -> None:
    assert tempo_bpm(metronome(bpm, seconds=20)[0]) == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize("bpm", [80, 110, 140])
def test_a_metronomes_beats_are_found_where_it_clicks(bpm: float) -> None:
    sound, times = metronome(bpm, seconds=20)
    found = beats_of(rises_of(sound), bpm=tempo_bpm(sound))
    assert tally(times, found, within_s=0.035).f >= 0.97
    assert beat_regularity(found) > 0.95


def test_a_faster_metronome_is_never_found_slower() -> None:
    found = [tempo_bpm(metronome(bpm, seconds=16)[0]) for bpm in (84, 92, 100, 112, 124, 136, 148)]
    assert found == sorted(found)


def test_louder_is_not_faster() -> None:
    sound = metronome(105, seconds=16)[0]
    assert tempo_bpm(sound * np.float32(0.1)) == pytest.approx(tempo_bpm(sound), rel=0.005)


@pytest.mark.parametrize("beats", [4, 8])
def test_a_loop_is_heard_as_a_whole_number_of_beats(beats: int) -> None:
    length_s = beats * 60 / 125
    loop = clicks(np.arange(beats) * 60 / 125, seconds=length_s, levels=[1, 0.5] * (beats // 2))
    assert tempo_bpm(loop) == pytest.approx(125, rel=0.02)


def test_beats_follow_a_tempo_that_drifts() -> None:
    times = np.cumsum(np.linspace(60 / 112, 60 / 104, 36))
    sound = clicks(times, seconds=float(times[-1]) + 0.3)
    assert tally(times, beats_of(rises_of(sound), bpm=108), within_s=0.07).f >= 0.95


def test_uneven_beats_are_less_regular() -> None:
    def regularity(spread: float) -> float:
        apart: NDArray[np.float64] = 0.5 + spread * np.random.default_rng(0).standard_normal(60)
        return beat_regularity(np.cumsum(apart))

    assert regularity(0) == pytest.approx(1)
    assert regularity(0.01) > regularity(0.05) > regularity(0.1)


def test_where_nothing_begins_there_is_no_beat() -> None:
    silent = np.zeros((400, 5), np.float32)
    assert tempo_of(silent, length_s=9.3).bpm == 0
    assert not len(beats_of(silent, bpm=0))


def test_a_metronome_is_surer_than_noise() -> None:
    def confidence(sound: Samples) -> float:
        return tempo_of(rises_of(sound), length_s=len(sound) / RATE).confidence

    assert confidence(metronome(120, seconds=16)[0]) > 2 * confidence(noise(16.0))


def test_a_loop_is_repeated_from_its_beginning() -> None:
    frames = np.arange(43, dtype=np.float32)[:, None]
    again = repeated(frames, length_s=43 * 512 / RATE, until_s=4.0)
    assert (again[:86, 0] == np.concatenate([np.arange(43), np.arange(43)])).all()
