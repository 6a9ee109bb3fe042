"""Which pitches sound: tuning, chroma, the tonal centroid, and the key with its confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.filters import CHROMAS, chroma_bank, tonal_bank
from cratedig.understand.audio.sound import RATE, Frames, Samples
from cratedig.understand.audio.spectrum import BINS, WINDOW, Spectrum

Mode = Literal["major", "minor"]
PITCH_CLASSES: Final = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
PITCHED_HZ = (150.0, 4000.0)
PROMINENT = 0.1  # of the frame's loudest bin: less is no pitch
STEPS = 100  # a semitone is divided into, for the tuning

# Albrecht & Shanahan 2013, Music Perception 31(1), table 1: how often each degree is heard in major and in minor.
MAJOR: Final = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
MINOR: Final = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])


@dataclass(frozen=True)
class Key:
    """tonic: 0 (C) .. 11 (B). confidence: 0 .. 1, how much better it explains the sound than the next best key does."""

    tonic: int
    mode: Mode
    confidence: float

    def __post_init__(self) -> None:
        if not 0 <= self.tonic < CHROMAS:
            raise ValueError(f"tonic {self.tonic} is outside 0..11")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} is outside 0..1")

    @property
    def name(self) -> str:
        """
        >>> Key(tonic=6, mode="minor", confidence=0.4).name
        'F# minor'
        """
        return f"{PITCH_CLASSES[self.tonic]} {self.mode}"


@dataclass(frozen=True)
class Pitches:
    """Peaks of a spectrum: their frequencies, Hz, and their power."""

    hz: Samples
    power: Samples


def pitches(spectrum: Spectrum) -> Pitches:
    """Peaks of each frame from 150 to 4,000 Hz, placed between the bins by a parabola."""
    low, high = (int(np.ceil(hz * WINDOW / RATE)) for hz in PITCHED_HZ)
    power = spectrum.power
    rising = power[:, low : high + 1] > power[:, low - 1 : high]
    tops = rising[:, :-1] > rising[:, 1:]
    tops &= power[:, low:high] > PROMINENT * power.max(axis=1, keepdims=True)
    found = np.flatnonzero(tops)
    frame = found // (high - low)  # quicker than divmod: a division by one number is vectorised
    place, every = found - frame * (high - low), power.reshape(-1)
    at = frame * BINS + place + low
    left, peak, right = every[at - 1], every[at], every[at + 1]
    slope = (right - left) / 2
    shift = -slope / np.minimum(left + right - 2 * peak, -np.finfo(np.float32).tiny)
    return Pitches(hz=(place + low + shift) * (RATE / WINDOW), power=peak + slope * shift / 2)


def tuning_of(parts: Sequence[Pitches]) -> float:
    """How far the pitches lie from A4 = 440 Hz, in semitones, -0.5 .. 0.49; 0 where nothing is pitched.

    Of the louder half of all pitches the commonest place between two semitones."""
    hz, power = np.concatenate([part.hz for part in parts]), np.concatenate([part.power for part in parts])
    if not len(hz):
        return 0.0
    loud = hz[power >= np.median(power)]
    residual = np.mod(CHROMAS * np.log2(loud / 440.0) + 0.5, 1.0) - 0.5
    counts, edges = np.histogram(residual, np.linspace(-0.5, 0.5, STEPS + 1))
    return float(edges[np.argmax(counts)])


def chroma(power: Frames, *, tuning: float) -> Frames:
    """Each pitch class's share of the loudest, 0 .. 1, from C to B. power: of a spectrum."""
    energy: Frames = power @ chroma_bank(tuning=round(tuning, 4))
    loudest = energy.max(axis=1, keepdims=True)
    loudest[loudest <= np.finfo(np.float32).tiny] = np.inf
    shares: Frames = energy / loudest
    return shares


def tonnetz(chromas: Frames) -> Frames:
    """The tonal centroid of each frame: six coordinates, -1 .. 1."""
    total = np.maximum(chromas.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    centroids: Frames = (chromas / total) @ tonal_bank()
    return centroids


def key_of(weights: NDArray[np.float64]) -> Key:
    """The key whose profile correlates best with how much each pitch class sounds (Krumhansl & Schmuckler 1990)."""
    fits = _fits(weights)
    order = np.argsort(-fits, kind="stable")
    best, second = fits[order[0]], fits[order[1]]
    confidence = float(np.clip((best - second) / max(best, 1e-9), 0, 1)) if best > 0 else 0.0
    return Key(tonic=int(order[0] % CHROMAS), mode="major" if order[0] < CHROMAS else "minor", confidence=confidence)


def _fits(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation with the 12 major and the 12 minor keys."""
    profiles, centred = _profiles(), weights - weights.mean()
    norms = np.linalg.norm(profiles, axis=1) * np.linalg.norm(centred)
    fits: NDArray[np.float64] = profiles @ centred / np.maximum(norms, 1e-12)
    return fits


@lru_cache(maxsize=1)
def _profiles() -> NDArray[np.float64]:
    """Of the 12 major and the 12 minor keys, each about its mean."""
    profiles = np.array([np.roll(profile, tonic) for profile in (MAJOR, MINOR) for tonic in range(CHROMAS)])
    centred: NDArray[np.float64] = profiles - profiles.mean(axis=1, keepdims=True)
    return centred
