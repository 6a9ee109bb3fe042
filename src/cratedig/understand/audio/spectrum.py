"""The one short-time Fourier transform that every feature reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cratedig.understand.audio.sound import RATE, Frames, Samples

WINDOW = 2048  # samples
HOP = 512  # samples
BINS = WINDOW // 2 + 1
FRAMES_PER_S = RATE / HOP
PART = 128  # frames that are measured together, 0.5 MiB
AT_ONCE = 32  # frames transformed together: what is worked on stays in the processor's cache


@dataclass(frozen=True)
class Spectrum:
    """Power and magnitude: frames by bins, linear; frames as in `framed`."""

    power: Frames
    magnitude: Frames

    def __len__(self) -> int:
        return len(self.power)


@lru_cache(maxsize=1)
def frequencies() -> Frames:
    """Of each bin, Hz."""
    return np.linspace(0, RATE / 2, BINS, dtype=np.float32)


@lru_cache(maxsize=4)
def hann(length: int) -> Samples:
    """The periodic Hann window."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


def framed(samples: Samples, *, window: int = WINDOW, hop: int = HOP) -> Frames:
    """Overlapping frames of samples, frame t centred on sample t * hop; silence lies beyond the ends."""
    return sliding_window_view(np.pad(samples, window // 2), window)[::hop]


def magnitudes(frames: Frames) -> Frames:
    """Of the windowed transform: frames by bins."""
    # numpy's transform takes one frame at a time; scipy's takes as many as the processor's vector registers hold.
    from scipy.fft import rfft

    length = frames.shape[1]
    found = np.empty((len(frames), length // 2 + 1), dtype=np.float32)
    for start in range(0, len(frames), AT_ONCE):
        windowed = frames[start : start + AT_ONCE] * hann(length)
        np.abs(rfft(windowed, overwrite_x=True), out=found[start : start + AT_ONCE])
    return found


def spectrum_of(samples: Samples) -> Spectrum:
    """The spectrum of samples at RATE."""
    return _spectrum(framed(samples))


def parts_of(samples: Samples) -> Iterator[Spectrum]:
    """The same, PART frames at a time."""
    frames = framed(samples)
    for start in range(0, len(frames), PART):
        yield _spectrum(frames[start : start + PART])


def _spectrum(frames: Frames) -> Spectrum:
    magnitude = magnitudes(frames)
    return Spectrum(power=magnitude * magnitude, magnitude=magnitude)
