"""Where the beats lie: the path through the onsets both strong and even (Ellis 2007, J. New Music Research 36)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.onset import LATE_S
from cratedig.understand.audio.sound import Frames, Samples
from cratedig.understand.audio.spectrum import FRAMES_PER_S

Curve = NDArray[np.float64]

TIGHTNESS = 100.0  # of evenness against strength
SMOOTH = 1 / 32  # of a beat: the onsets' width
WEIGHTS = np.array([1.5, 1.0, 0.7, 0.7, 1.0])


def beats_of(rises: Frames, *, bpm: float, tightness: float = TIGHTNESS) -> NDArray[np.float64]:
    """Times of the beats, seconds, ascending; none where `bpm` is 0."""
    if bpm <= 0 or len(rises) < 2:
        return np.zeros(0)
    period = 60 * FRAMES_PER_S / bpm
    strength = _strength(rises, period)
    total, windows, cost = _best_paths(strength, period, tightness)
    frames = _followed(total, windows, cost, period)
    return np.maximum(_trimmed(frames, strength) / FRAMES_PER_S + LATE_S, 0.0)


def _strength(rises: Frames, period: float) -> Samples:
    """The onsets of all bands, each as loud as the others, in units of their spread, smoothed."""
    bands = rises / np.maximum(rises.std(axis=0), 1e-9)
    joined = bands @ WEIGHTS
    joined = joined / max(float(joined.std()), 1e-9)
    width = max(1, round(period / 2))
    kernel = np.exp(-0.5 * (np.arange(-width, width + 1) / (period * SMOOTH)) ** 2)
    padded: Samples = np.convolve(joined, kernel)[width : width + len(joined)].astype(np.float32)
    return padded


def _best_paths(strength: Samples, period: float, tightness: float) -> tuple[Curve, Curve, Curve]:
    """Of a path that ends at each frame its worth; those of the frames, half a period to two before each, where the
    beat before may lie; and what that costs.

    No beat depends on one nearer than half a period, so frames are worked out half a period at a time."""
    lags = np.arange(max(1, round(period / 2)), round(2 * period) + 1)[::-1]
    cost: Curve = tightness * np.log(lags / period) ** 2
    reach, step = int(lags[0]), int(lags[-1])
    worth = np.concatenate((np.full(reach, -np.inf), strength.astype(np.float64)))
    windows = np.lib.stride_tricks.sliding_window_view(worth, len(lags))[: len(strength)]
    total = worth[reach:]
    for start in range(0, len(strength), step):
        ends = slice(start, start + step)
        total[ends] += (windows[ends] - cost).max(axis=1, initial=0)
    return total, windows, cost


def _followed(total: Curve, windows: Curve, cost: Curve, period: float) -> NDArray[np.intp]:
    """The best path that ends within the last beat, from its first beat on."""
    last, gains = max(0, len(total) - round(period)), windows - cost
    best = gains.argmax(axis=1)
    before = np.where(gains.max(axis=1) > 0, np.arange(len(total)) - round(2 * period) + best, -1)
    at = last + int(np.argmax(total[last:]))
    frames = []
    while at >= 0:
        frames.append(at)
        at = int(before[at])
    return np.array(frames[::-1])


def _trimmed(frames: NDArray[np.intp], strength: Samples) -> NDArray[np.intp]:
    """Without the beats at either end that nothing sounds at."""
    heard = np.flatnonzero(strength[frames] > 0.1 * strength[frames].mean())
    return frames[heard[0] : heard[-1] + 1] if len(heard) else frames


def beat_regularity(beats_s: NDArray[np.float64]) -> float:
    """How even the beats are: 1 less the spread of their distances over the mean, at least 0; 0 for fewer than 3."""
    if len(beats_s) < 3:
        return 0.0
    apart = np.diff(beats_s)
    return float(np.clip(1 - apart.std() / apart.mean(), 0, 1))
