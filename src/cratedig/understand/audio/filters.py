"""Filter banks and fixed matrices, each made once. Shapes are bins by bands: a frame times a bank is its bands."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.sound import RATE, Frames
from cratedig.understand.audio.spectrum import WINDOW

MELS = 128
CHROMAS = 12
CONTRAST_BANDS = 7
CONTRAST_LOWEST = 200.0  # Hz: the first band lies below, each of the others is an octave above it
A4_OCTAVES = 4  # octaves of A4 above the A of 27.5 Hz


@lru_cache(maxsize=8)
def mel_bank(*, bands: int = MELS, window: int = WINDOW, lowest: float = 0.0, highest: float = RATE / 2) -> Frames:
    """Triangles of equal area, even on Slaney's mel scale (Auditory Toolbox, 1998), `lowest` to `highest` Hz."""
    centres = _mel_to_hz(np.linspace(_hz_to_mel(lowest), _hz_to_mel(highest), bands + 2))
    bins = np.linspace(0, RATE / 2, window // 2 + 1)[:, None]
    rising = (bins - centres[:-2]) / np.diff(centres)[:-1]
    falling = (centres[2:] - bins) / np.diff(centres)[1:]
    bank = np.maximum(0, np.minimum(rising, falling)) * 2 / (centres[2:] - centres[:-2])
    return np.ascontiguousarray(bank, dtype=np.float32)


@lru_cache(maxsize=1)
def mel_blocks() -> tuple[tuple[slice, slice, Frames], ...]:
    """The bank of MELS in eight parts, each with the bins it needs and its bands: a third of the multiplications."""
    bank, blocks = mel_bank(), []
    for first in range(0, MELS, MELS // 8):
        bands = slice(first, first + MELS // 8)
        used = np.flatnonzero(bank[:, bands].any(axis=1))
        bins = slice(int(used[0]), int(used[-1]) + 1)
        blocks.append((bins, bands, np.ascontiguousarray(bank[bins, bands])))
    return tuple(blocks)


_LINEAR_HZ = 200.0 / 3  # a mel below 1 kHz
_LOG_FROM_HZ, _LOG_FROM_MEL = 1000.0, 15.0
_LOG_STEP = np.log(6.4) / 27


def _hz_to_mel(hz: float) -> float:
    if hz < _LOG_FROM_HZ:
        return hz / _LINEAR_HZ
    return float(_LOG_FROM_MEL + np.log(hz / _LOG_FROM_HZ) / _LOG_STEP)


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    log = _LOG_FROM_HZ * np.exp(_LOG_STEP * (mel - _LOG_FROM_MEL))
    return np.where(mel < _LOG_FROM_MEL, mel * _LINEAR_HZ, log)


@lru_cache(maxsize=2)
def cosines(*, coefficients: int = 13, bands: int = MELS) -> Frames:
    """The first orthonormal DCT-II basis vectors, bands by coefficients."""
    angles = np.pi / bands * np.outer(np.arange(bands) + 0.5, np.arange(coefficients))
    basis = np.sqrt(2 / bands) * np.cos(angles)
    basis[:, 0] /= np.sqrt(2)
    return np.asarray(basis, dtype=np.float32)


@lru_cache(maxsize=32)
def chroma_bank(*, tuning: float = 0.0) -> Frames:
    """Bins by pitch classes from C (Ellis 2007, chroma features in Matlab): a Gaussian of a semitone about each pitch,
    the octaves weighted by a Gaussian two octaves wide about the fifth. `tuning` is in semitones from A4 = 440 Hz."""
    bins = np.arange(1, WINDOW) * RATE / WINDOW
    octaves = np.log2(bins / 440.0) - tuning / CHROMAS + A4_OCTAVES
    pitches = CHROMAS * np.concatenate(([octaves[0] - 1.5], octaves))
    widths = np.append(np.maximum(np.diff(pitches), 1.0), 1.0)[:, None]
    half = CHROMAS // 2
    apart = np.remainder(pitches[:, None] - np.arange(CHROMAS) + half, CHROMAS) - half
    bank = np.exp(-0.5 * (2 * apart / widths) ** 2)
    bank /= np.linalg.norm(bank, axis=1, keepdims=True)
    bank *= np.exp(-0.5 * ((pitches / CHROMAS - 5) / 2) ** 2)[:, None]
    from_a_to_c = np.roll(bank, -3, axis=1)
    return np.asfortranarray(from_a_to_c[: WINDOW // 2 + 1], dtype=np.float32)  # BLAS is quicker with it so


@lru_cache(maxsize=1)
def tonal_bank() -> Frames:
    """Pitch classes by the six coordinates of the tonal centroid (Harte, Sandler & Gasser 2006): fifths, minor and
    major thirds, each as sine and cosine on circles of radius 1, 1 and 0.5."""
    scale = np.array([7 / 6, 7 / 6, 3 / 2, 3 / 2, 2 / 3, 2 / 3])
    phases = np.outer(np.arange(CHROMAS), scale)
    phases[:, ::2] -= 0.5
    radii = np.array([1, 1, 1, 1, 0.5, 0.5])
    bank: Frames = (radii * np.cos(np.pi * phases)).astype(np.float32)
    return bank


@lru_cache(maxsize=1)
def contrast_bands() -> tuple[tuple[slice, int], ...]:
    """Each band's bins and how many of them, 2 %, are its peaks and its valleys (Jiang et al. 2002)."""
    bins = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    edges = [0.0, *(CONTRAST_LOWEST * 2.0**octave for octave in range(CONTRAST_BANDS))]
    bands = []
    for number, (low, high) in enumerate(pairwise(edges)):
        inside = np.flatnonzero((bins >= low) & (bins <= high))
        first, end = int(inside[0]) - (number > 0), int(inside[-1]) + 1
        end = len(bins) if number == CONTRAST_BANDS - 1 else end
        last = end if number == CONTRAST_BANDS - 1 else end - 1
        bands.append((slice(first, last), max(1, round(0.02 * (end - first)))))
    return tuple(bands)


@lru_cache(maxsize=1)
def contrast_ends() -> tuple[NDArray[np.intp], Frames]:
    """Where the valleys and the peaks of each band lie once its bins are in order; and a matrix, those places by twice
    the bands: a product with it is the mean of each band's valleys, then of its peaks."""
    places, columns, weights = [], [], []
    for number, (bins, count) in enumerate(contrast_bands()):
        places += [*range(bins.start, bins.start + count), *range(bins.stop - count, bins.stop)]
        columns += count * [number] + count * [CONTRAST_BANDS + number]
        weights += 2 * count * [1 / count]
    means = np.zeros((len(places), 2 * CONTRAST_BANDS), np.float32)
    means[np.arange(len(places)), columns] = weights
    return np.array(places), means
