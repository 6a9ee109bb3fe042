"""How loud: integrated loudness and its range, and the dynamic range.

Up to 11 kHz the K-weighting is read off the spectrum: a step's energy, measured among the samples, times the share of
it that the weighting leaves. Above, where its gain no longer changes, the energy at the sound's own rate is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.sound import RATE, Frames, Samples, resampled
from cratedig.understand.audio.spectrum import FRAMES_PER_S, Spectrum, frequencies, spectrum_of

Levels = NDArray[np.float64]

ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE, RANGE_GATE = -10.0, -20.0  # LU below the mean of what passed the absolute gate
OFFSET = -0.691  # dB: a 997 Hz sine at full scale reads -3.01 LUFS
STEP_S = 0.1
MOMENTARY, SHORT_TERM = 4, 30  # steps in a block of 400 ms and of 3 s
LOUDEST_SHARE = 0.2
TABLE_RATE = 48_000
K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
"""The head's shelf and the high pass at 48 kHz: b0, b1, b2, a0, a1, a2 (BS.1770-4, tables 1 and 2)."""
HIGH_GAIN = 10**0.399  # of energy above 11 kHz: the shelf's 3.99 dB are reached there


@dataclass(frozen=True)
class Loudness:
    """integrated_lufs: -70 (the gate: nothing is heard) upwards. range_lu, dynamic_range_db: 0 upwards."""

    integrated_lufs: float
    range_lu: float
    dynamic_range_db: float


def loudness_of(samples: Samples, sample_rate: int) -> Loudness:
    """Loudness of mono samples, one channel of weight 1: a mono file on two speakers sounds 3 LU louder."""
    low = resampled(samples, sample_rate)
    return loudness_from(samples, sample_rate, low, weighed(spectrum_of(low)))


def weighed(spectrum: Spectrum) -> Frames:
    """Each frame's energy with the K-weighting and without, frames by two, up to a common factor."""
    energies: Frames = spectrum.power @ k_bank()
    return energies


def loudness_from(samples: Samples, sample_rate: int, low: Samples, energies: Frames) -> Loudness:
    """The same. low: the samples at RATE. energies: `weighed` of their spectrum."""
    plain = _step_energies(low, RATE)
    whole = plain if sample_rate == RATE else _step_energies(samples, sample_rate)
    steps = plain * _shares_left(energies, len(plain), min(len(low), round(STEP_S * RATE)) / RATE)
    if sample_rate > RATE:
        steps = steps + HIGH_GAIN * _energies_above(whole, plain)
    return Loudness(
        integrated_lufs=integrated(_levels(steps, MOMENTARY)),
        range_lu=loudness_range(_levels(steps, SHORT_TERM)),
        dynamic_range_db=dynamic_range(whole, peak=float(max(samples.max(), -samples.min()))),
    )


def integrated(levels: Levels) -> float:
    """Of blocks of 400 ms, LUFS; those below -70 and 10 LU below the mean of the rest are left out (BS.1770-4)."""
    heard = levels[levels > ABSOLUTE_GATE]
    if not len(heard):
        return ABSOLUTE_GATE
    return max(ABSOLUTE_GATE, _mean(heard[heard > _mean(heard) + RELATIVE_GATE]))


def loudness_range(levels: Levels) -> float:
    """From the 10th to the 95th percentile of blocks of 3 s, LU, gated at -70 and at -20 LU (EBU Tech 3342)."""
    heard = levels[levels > ABSOLUTE_GATE]
    if not len(heard):
        return 0.0
    low, high = np.percentile(heard[heard > _mean(heard) + RANGE_GATE], [10, 95])
    return float(high - low)


def dynamic_range(steps: Levels, *, peak: float) -> float:
    """Peak over the RMS of the loudest fifth of blocks of 3 s, dB, a sine counting 0 (after the DR14 meter).

    steps: mean squares. peak: of the samples."""
    count = min(SHORT_TERM, len(steps))
    mean_squares = np.sort(steps[: len(steps) // count * count].reshape(-1, count).mean(axis=1))
    loud = mean_squares[-max(1, round(LOUDEST_SHARE * len(mean_squares))) :].mean()
    if loud <= 0 or peak <= 0:
        return 0.0
    return max(0.0, float(20 * np.log10(peak) - 10 * np.log10(2 * loud)))


def _mean(levels: Levels) -> float:
    """The level of the mean energy."""
    return float(10 * np.log10(np.mean(10 ** (levels / 10))))


def _levels(steps: Levels, count: int) -> Levels:
    """Loudness of blocks of `count` steps, one step apart; a sound shorter than a block is one block."""
    count = min(count, len(steps))
    energies = np.convolve(steps, np.ones(count) / count, mode="valid")
    return OFFSET + 10 * np.log10(np.maximum(energies, 1e-12))


def _energies_above(whole: Levels, low: Levels) -> Levels:
    """Mean squares of what lies above RATE / 2: the whole's less the lower part's."""
    above = np.zeros(len(low))
    known = min(len(low), len(whole))
    above[:known] = np.maximum(whole[:known] - low[:known], 0)
    return above


def _step_energies(sound: Samples, sample_rate: int) -> Levels:
    """Mean square of each step of 100 ms; what is left over at the end is dropped, as the recommendation says."""
    length = min(len(sound), round(STEP_S * sample_rate))
    steps = sound[: len(sound) // length * length].reshape(-1, length)
    energies: Levels = np.vecdot(steps, steps).astype(np.float64) / length
    return energies


def _shares_left(energies: Frames, steps: int, step_s: float) -> Levels:
    """What the weighting leaves of each step's energy, from the frames that lie in it."""
    edges = np.arange(steps + 1) * (step_s * FRAMES_PER_S) + 0.5  # frames; frame t lies about t
    summed = np.concatenate((np.zeros((1, 2)), np.cumsum(energies, axis=0, dtype=np.float64)))
    weighted, plain = (np.diff(np.interp(edges, np.arange(len(summed)), column)) for column in summed.T)
    shares: Levels = np.divide(weighted, plain, out=np.zeros(steps), where=plain > 0)
    return shares


@lru_cache(maxsize=1)
def k_bank() -> Frames:
    """Bins by two: the K-weighting's gain of energy, and 1; both twice where a bin stands for two frequencies.

    A Hann window spreads each frequency over its neighbours, with a variance of a third of a bin squared: a sixth of
    the gain's bend is taken off, so that each frequency is weighed as it should be in spite of that."""
    gain = _k_gain()
    sharpened = np.maximum(gain - np.diff(np.pad(gain, 1, mode="reflect"), 2) / 6, 0)
    bank = np.stack([sharpened, np.ones_like(gain)], axis=1)
    bank[1:-1] *= 2
    return np.asarray(bank, dtype=np.float32)


def _k_gain() -> Levels:
    """Of energy by both filters, at each bin, as they respond at the recommendation's own 48 kHz."""
    delay = np.exp(-2j * np.pi * frequencies().astype(np.float64) / TABLE_RATE)
    powers = np.stack([np.ones_like(delay), delay, delay * delay])
    response = np.prod([(section[:3] @ powers) / (section[3:] @ powers) for section in K_WEIGHTING], axis=0)
    return np.asarray(np.abs(response) ** 2)
