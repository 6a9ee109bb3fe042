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
    """Power and magnitude: frames by bins, linear; frame t is centred on sample t * HOP, beyond the ends is silence."""

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


def framed(padded: Samples, *, window: int, hop: int) -> Frames:
    """Overlapping frames of samples, as a view."""
    return sliding_window_view(padded, window)[::hop]


def powers(samples: Samples, *, window: int = WINDOW, hop: int = HOP) -> Frames:
    """Power of the windowed transform, frames by bins; frame t is centred on sample t * hop."""
    # numpy's transform takes one frame at a time; scipy's takes as many as the processor's vector registers hold.
    from scipy.fft import rfft

    frames = framed(np.pad(samples, window // 2), window=window, hop=hop)
    power = np.empty((len(frames), window // 2 + 1), dtype=np.float32)
    for start in range(0, len(frames), AT_ONCE):
        parts = rfft(frames[start : start + AT_ONCE] * hann(window), overwrite_x=True).view(np.float32)
        parts *= parts
        np.add(parts[:, ::2], parts[:, 1::2], out=power[start : start + AT_ONCE])
    return power


def spectrum_of(samples: Samples) -> Spectrum:
    """The spectrum of samples at RATE."""
    return _with_magnitude(powers(samples))


def parts_of(power: Frames) -> Iterator[Spectrum]:
    """The spectrum of those powers, PART frames at a time."""
    for start in range(0, len(power), PART):
        yield _with_magnitude(power[start : start + PART])


def _with_magnitude(power: Frames) -> Spectrum:
    return Spectrum(power=power, magnitude=np.sqrt(power))
