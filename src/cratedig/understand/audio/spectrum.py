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
STRIDE = 32  # bins that are summed together
STRIDES = -(-BINS // STRIDE)
FRAMES_PER_S = RATE / HOP
PART = 128  # frames that are measured together, 0.5 MiB
AT_ONCE = 32  # frames transformed together: what is worked on stays in the processor's cache


@dataclass(frozen=True)
class Spectrum:
    """power: frames by bins, linear; frames as in `framed`.

    padded: magnitudes, of the frame before the first (at the beginning: of the first), then of each frame; the bins are
    followed by zeros up to a whole number of strides."""

    power: Frames
    padded: Frames

    def __len__(self) -> int:
        return len(self.power)

    @property
    def magnitude(self) -> Frames:
        """Frames by bins."""
        return self.padded[1:, :BINS]

    @property
    def before(self) -> Frames:
        """The same, one frame earlier."""
        return self.padded[:-1, :BINS]


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
    silence = np.zeros(window // 2, np.float32)
    return sliding_window_view(np.concatenate((silence, samples, silence)), window)[::hop]


def magnitudes(frames: Frames, out: Frames | None = None) -> Frames:
    """Of the windowed transform: frames by bins."""
    # numpy's transform takes one frame at a time; scipy's takes as many as the processor's vector registers hold.
    from scipy.fft import rfft

    length = frames.shape[1]
    found = np.empty((len(frames), length // 2 + 1), np.float32) if out is None else out
    windowed = np.empty((AT_ONCE, length), np.float32)
    for start in range(0, len(frames), AT_ONCE):
        some = frames[start : start + AT_ONCE]
        np.multiply(some, hann(length), out=windowed[: len(some)])
        np.abs(rfft(windowed[: len(some)]), out=found[start : start + AT_ONCE])
    return found


def spectrum_of(samples: Samples) -> Spectrum:
    """The spectrum of samples at RATE."""
    frames = framed(samples)
    return next(_parts(frames, len(frames)))


def parts_of(samples: Samples) -> Iterator[Spectrum]:
    """The same, PART frames at a time. The magnitudes of a part last until the next one is taken."""
    return _parts(framed(samples), PART)


def _parts(frames: Frames, size: int) -> Iterator[Spectrum]:
    padded = np.zeros((1 + size, STRIDES * STRIDE), np.float32)
    for start in range(0, len(frames), size):
        some = frames[start : start + size]
        part = padded[: 1 + len(some)]
        magnitude = magnitudes(some, out=part[1:, :BINS])
        if not start:
            padded[0] = padded[1]
        yield Spectrum(magnitude * magnitude, part)
        padded[0] = part[-1]
