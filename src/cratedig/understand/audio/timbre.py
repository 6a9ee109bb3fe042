"""What the sound is like, frame by frame. Defined as in librosa 0.11; tests compare the two."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.filters import MELS, contrast_bands, cosines, mel_blocks
from cratedig.understand.audio.sound import RATE, Frames, Samples
from cratedig.understand.audio.spectrum import BINS, HOP, WINDOW, Spectrum, frequencies

QUIETEST = 1e-10  # power, where a logarithm begins
RANGE_DB = 80.0  # below the loudest value everything counts alike
SILENT = np.finfo(np.float32).tiny
STRIDE = 32  # bins
CROSSING = 1e-10  # samples nearer to zero than this are zero
_SUM_AND_MOMENT = np.stack([np.ones(STRIDE, np.float32), np.arange(STRIDE, dtype=np.float32)], axis=1)
_UP_TO = np.triu(np.ones((STRIDE, STRIDE), np.float32))  # a product with it is the running sum


def decibels(power: Frames) -> Frames:
    """10 log10, from the loudest value down to RANGE_DB below it."""
    levels: Frames = 10 * np.log10(np.maximum(power, QUIETEST))
    np.maximum(levels, levels.max() - RANGE_DB, out=levels)
    return levels


def mel_power(spectrum: Spectrum) -> Frames:
    """Power in 128 mel bands."""
    mel = np.empty((len(spectrum), MELS), np.float32)
    for bins, bands, bank in mel_blocks():
        mel[:, bands] = spectrum.power[:, bins] @ bank
    return mel


def mfcc(mel_db: Frames) -> Frames:
    """13 cepstral coefficients of a mel spectrum in dB."""
    coefficients: Frames = mel_db @ cosines()
    return coefficients


def centroid_and_rolloff(spectrum: Spectrum, *, share: float = 0.85) -> tuple[Samples, Samples]:
    """The mean frequency, weighted by magnitude, and the frequency below which `share` of it lies: Hz, 0 for silence.

    Both are read off strides of bins, each one's sum and its moment: a product of each, which runs in BLAS. The rolloff
    is then sought within one stride."""
    strides = spectrum.magnitude[:, :-1].reshape(len(spectrum), -1, STRIDE)
    sums, moments = np.moveaxis(strides @ _SUM_AND_MOMENT, 2, 0)
    last = spectrum.magnitude[:, -1]
    moment = moments.sum(axis=1) + STRIDE * (sums @ np.arange(sums.shape[1], dtype=np.float32)) + (BINS - 1) * last
    summed = sums @ _UP_TO
    summed[:, -1] += last
    total = summed[:, -1]
    wanted = share * summed[:, -1:]
    rows, stride = np.arange(len(spectrum)), np.count_nonzero(summed < wanted, axis=1)
    before = np.where(stride > 0, summed[rows, stride - 1], 0)[:, None]
    within = before + strides[rows, stride] @ _UP_TO
    reached: Samples = frequencies()[stride * STRIDE + np.count_nonzero(within < wanted, axis=1)]
    return np.asarray(moment / np.maximum(total, SILENT) * (RATE / WINDOW), dtype=np.float32), reached


def flux(spectrum: Spectrum, before: Frames | None = None) -> Samples:
    """How far each frame's magnitudes, as a unit vector, lie from those of the frame before (Tzanetakis & Cook 2002):
    0 for no change .. sqrt(2) for none in common. `before`: (1, bins), what came before the first; None: the same."""
    magnitude = spectrum.magnitude
    first = magnitude[:1] if before is None else before
    norms = np.sqrt(np.concatenate((_products(first, first), _products(magnitude, magnitude))))
    shared = np.concatenate((_products(first, magnitude[:1]), _products(magnitude[1:], magnitude[:-1])))
    heard = (norms > 0).astype(np.float32)
    squared = heard[1:] + heard[:-1] - 2 * np.minimum(shared / np.maximum(norms[1:] * norms[:-1], SILENT), 1)
    return np.asarray(np.sqrt(np.maximum(squared, 0)), dtype=np.float32)


def _products(one: Frames, other: Frames) -> Samples:
    """Scalar products of the rows."""
    products: Samples = np.vecdot(one, other)
    return products


def extremes(spectrum: Spectrum) -> tuple[Frames, Frames]:
    """Mean magnitude of the highest and of the lowest 2 % of the bins, below 200 Hz and in six octaves above."""
    peaks = np.empty((len(spectrum), len(contrast_bands())), np.float32)
    valleys = np.empty_like(peaks)
    for number, (bins, count) in enumerate(contrast_bands()):
        ordered = np.sort(spectrum.magnitude[:, bins], axis=1)
        valleys[:, number] = np.add.reduce(ordered[:, :count], axis=1) / count
        peaks[:, number] = np.add.reduce(ordered[:, -count:], axis=1) / count
    return peaks, valleys


def contrast(peaks: Frames, valleys: Frames) -> Frames:
    """The level of the peaks above the valleys, dB (Jiang et al. 2002), of `extremes`."""
    return decibels(peaks) - decibels(valleys)


def rms(samples: Samples) -> Samples:
    """Root mean square of each frame, full scale = 1."""
    whole = len(samples) // HOP * HOP
    hops, rest = samples[:whole].reshape(-1, HOP), samples[None, whole:]
    energies = np.concatenate((_products(hops, hops), _products(rest, rest)))
    return np.sqrt(_in_frames(energies) / WINDOW)


def zero_crossing_rate(samples: Samples) -> Samples:
    """The share of a frame's samples at which the sign changes; the ends are held beyond the sound."""
    negative = samples < -CROSSING
    crossed = _hops(np.concatenate(([False], negative[1:] != negative[:-1])))
    counts = _in_frames(np.bitwise_count(np.packbits(crossed, axis=1)).sum(axis=1, dtype=np.float32))
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
