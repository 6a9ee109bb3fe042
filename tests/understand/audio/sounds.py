"""Sounds whose truth is known: sines, chords, clicks and noise."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 22_050


def sine(hz: float, *, seconds: float, level: float = 0.5, rate: int = RATE) -> Samples:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def noise(seconds: float, *, level: float = 0.3, rate: int = RATE, seed: int = 0) -> Samples:
    return (level * np.random.default_rng(seed).standard_normal(round(seconds * rate))).astype(np.float32)


def clicks(times_s: Iterable[float], *, seconds: float, levels: Iterable[float] | None = None) -> Samples:
    """Short bursts of noise over a faint hiss."""
    sound = noise(seconds, level=1e-4, seed=1)
    burst = noise(0.03, seed=2) * np.exp(-np.arange(round(0.03 * RATE)) / (0.006 * RATE)).astype(np.float32)
    times = list(times_s)
    for time_s, level in zip(times, levels or [1.0] * len(times), strict=True):
        start = round(time_s * RATE)
        part = burst[: max(0, len(sound) - start)]
        sound[start : start + len(part)] += np.float32(level) * part
    return sound


def metronome(bpm: float, *, seconds: float, first_s: float = 0.3) -> tuple[Samples, NDArray[np.float64]]:
    """Clicks on the beat, and their times."""
    times = np.arange(first_s, seconds - 0.05, 60 / bpm)
    return clicks(times, seconds=seconds), times


def chord(pitches: Iterable[int], *, seconds: float) -> Samples:
    """MIDI pitches together, each with four overtones."""
    hz = [440 * 2 ** ((pitch - 69) / 12) for pitch in pitches]
    return sum((sine(f * k, seconds=seconds, level=0.1 / k) for f in hz for k in (1, 2, 3, 4)), np.float32(0))  # type: ignore[return-value]


def cadence(tonic: int, *, is_major: bool) -> Samples:
    """I IV V I (or i iv V i) from a tonic's MIDI pitch."""
    third = 4 if is_major else 3
    fourth = [5, 9 if is_major else 8, 12]
    steps = [[0, third, 7], fourth, [7, 11, 14], [0, third, 7, 12]]
    return np.concatenate([chord([tonic + step for step in steps_], seconds=1.5) for steps_ in steps])


def swept(low_hz: float, high_hz: float, *, seconds: float) -> Samples:
    """A sine that rises evenly from one frequency to the other."""
    hz = np.linspace(low_hz, high_hz, round(seconds * RATE))
    return (0.5 * np.sin(2 * np.pi * np.cumsum(hz) / RATE)).astype(np.float32)
