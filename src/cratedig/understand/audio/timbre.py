"""What the sound is like, frame by frame. Defined as in librosa 0.11; tests compare the two."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.filters import MELS, contrast_bands, contrast_ends, cosines, mel_blocks
from cratedig.understand.audio.sound import RATE, Frames, Samples
from cratedig.understand.audio.spectrum import BINS, HOP, STRIDE, STRIDES, WINDOW, Spectrum, frequencies

QUIETEST = 1e-10  # power, where a logarithm begins
RANGE_DB = 80.0  # below the loudest value everything counts alike
SILENT = np.finfo(np.float32).tiny
CROSSING = 1e-10  # samples nearer to zero than this are zero
_SUM_AND_MOMENT = np.stack([np.ones(STRIDE, np.float32), np.arange(STRIDE, dtype=np.float32)], axis=1)
_STARTS = STRIDE * np.arange(STRIDES, dtype=np.float32)  # the first bin of each stride


def decibels(power: Frames) -> Frames:
    """10 log10, from the loudest value down to RANGE_DB below it."""
    levels: Frames = 10 * np.log10(np.maximum(power, QUIETEST))
    np.maximum(levels, levels.max() - RANGE_DB, out=levels)
    return levels


def mel_power(spectrum: Spectrum) -> Frames:
    """Power in 128 mel bands."""
    mel = np.empty((len(spectrum), MELS), np.float32)
    for bins, bands, bank in mel_blocks():
        np.matmul(spectrum.power[:, bins], bank, out=mel[:, bands])
    return mel


def mfcc(mel_db: Frames) -> Frames:
    """13 cepstral coefficients of a mel spectrum in dB."""
    coefficients: Frames = mel_db @ cosines()
    return coefficients


def centroid_and_rolloff(spectrum: Spectrum, *, share: float = 0.85) -> tuple[Samples, Samples]:
    """The mean frequency, weighted by magnitude, and the frequency below which `share` of it lies: Hz, 0 for silence.

    Both are read off strides of bins, each one's sum and its moment: a product, which runs in BLAS. The rolloff is then
    sought within one stride."""
    strides = spectrum.padded[1:].reshape(-1, STRIDE)
    sums, moments = (strides @ _SUM_AND_MOMENT).T.reshape(2, -1, STRIDES)
    moment = moments.sum(axis=1) + sums @ _STARTS
    summed = sums @ _up_to(STRIDES)
    total = summed[:, -1:]
    stride = (summed < share * total).argmin(axis=1)
    at = np.arange(0, len(strides), STRIDES) + stride
    within = strides[at] @ _up_to(STRIDE)
    within += (summed.reshape(-1)[at] - within[:, -1])[:, None]
    is_short = within < share * total
    is_short[:, -1] = False  # whatever was rounded
    reached = np.minimum(stride * STRIDE + is_short.argmin(axis=1), BINS - 1)
    return moment / np.maximum(total[:, 0], SILENT) * np.float32(RATE / WINDOW), frequencies()[reached]


@lru_cache(maxsize=2)
def _up_to(count: int) -> Frames:
    """A product with it is the running sum."""
    return np.triu(np.ones((count, count), np.float32))


def products(spectrum: Spectrum) -> Frames:
    """Scalar products of each frame's magnitudes with themselves and with those of the frame before: frames by two."""
    magnitude, before = spectrum.magnitude, spectrum.before
    return np.stack([np.vecdot(magnitude, magnitude), np.vecdot(magnitude, before)], axis=1)


def flux(of_frames: Frames) -> Samples:
    """How far each frame's magnitudes, as a unit vector, lie from those of the frame before (Tzanetakis & Cook 2002),
    by `products`: 0 for no change .. sqrt(2) for none in common."""
    energies, shared = of_frames.T
    norms = np.sqrt(np.concatenate((energies[:1], energies)))
    heard = (norms > 0).astype(np.float32)
    squared = heard[1:] + heard[:-1] - 2 * np.minimum(shared / np.maximum(norms[1:] * norms[:-1], SILENT), 1)
    return np.asarray(np.sqrt(np.maximum(squared, 0)), dtype=np.float32)


def extremes(spectrum: Spectrum) -> Frames:
    """Mean magnitude of the lowest 2 % of the bins, below 200 Hz and in six octaves above, then of the highest."""
    places, means = contrast_ends()
    ordered = spectrum.magnitude.copy()
    for bins, _ in contrast_bands():
        ordered[:, bins].sort(axis=1)
    ends: Frames = ordered[:, places] @ means
    return ends


def contrast(ends: Frames) -> Frames:
    """The level of the peaks above the valleys, dB (Jiang et al. 2002), of `extremes`."""
    valleys, peaks = np.split(ends, 2, axis=1)
    return decibels(peaks) - decibels(valleys)


def rms(samples: Samples) -> Samples:
    """Root mean square of each frame, full scale = 1."""
    whole = len(samples) // HOP * HOP
    hops, rest = samples[:whole].reshape(-1, HOP), samples[None, whole:]
    energies = np.concatenate((np.vecdot(hops, hops), np.vecdot(rest, rest)))
    return np.sqrt(_in_frames(energies) / WINDOW)


def zero_crossing_rate(samples: Samples) -> Samples:
    """The share of a frame's samples at which the sign changes; the ends are held beyond the sound."""
    negative = samples < -CROSSING
    crossed = _hops(np.concatenate(([False], negative[1:] != negative[:-1])))
    counts = _in_frames(np.bitwise_count(np.packbits(crossed, axis=1).view(np.uint64)).sum(axis=1, dtype=np.float32))
    first = np.pad(crossed[:, 0], (WINDOW // 2 // HOP, 0))[: len(counts)]  # a frame's own first has none before it
    return np.asarray((counts - first) / WINDOW, dtype=np.float32)


def _hops(values: NDArray[Any]) -> NDArray[Any]:
    """Stretches of HOP samples, one a row; the last is filled up with nothing."""
    whole = len(values) // HOP * HOP
    if whole == len(values):
        return values.reshape(-1, HOP)
    return np.pad(values, (0, HOP + whole - len(values))).reshape(-1, HOP)


def _in_frames(hops: Samples) -> Samples:
    """Sums over frames of WINDOW samples, each centred on where a hop begins; beyond the ends is nothing."""
    ratio = WINDOW // HOP
    return np.convolve(np.pad(hops, ratio // 2), np.ones(ratio, np.float32), mode="valid").astype(np.float32)
