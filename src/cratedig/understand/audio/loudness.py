"""How loud: integrated loudness and its range, and the dynamic range, measured at the sound's own rate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.sound import Samples

Levels = NDArray[np.float64]

ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE, RANGE_GATE = -10.0, -20.0  # LU below the mean of what passed the absolute gate
OFFSET = -0.691  # dB: a 997 Hz sine at full scale reads -3.01 LUFS
STEP_S = 0.1
MOMENTARY, SHORT_TERM = 4, 30  # steps in a block of 400 ms and of 3 s
LOUDEST_SHARE = 0.2
CREST_BLOCK_S = 3.0
SETTLED_S = 0.4
AT_ONCE = 8  # stretches filtered together


@dataclass(frozen=True)
class Loudness:
    """integrated_lufs: -70 (the gate: nothing is heard) upwards. range_lu, dynamic_range_db: 0 upwards."""

    integrated_lufs: float
    range_lu: float
    dynamic_range_db: float


def loudness_of(samples: Samples, sample_rate: int) -> Loudness:
    """Loudness of mono samples, one channel of weight 1: a mono file on two speakers sounds 3 LU louder."""
    steps = _step_energies(_weighted(samples, sample_rate), sample_rate)
    return Loudness(
        integrated_lufs=integrated(_levels(steps, MOMENTARY)),
        range_lu=loudness_range(_levels(steps, SHORT_TERM)),
        dynamic_range_db=dynamic_range(samples, sample_rate),
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


def dynamic_range(samples: Samples, sample_rate: int) -> float:
    """Peak over the RMS of the loudest fifth of blocks of 3 s, dB, a sine counting 0 (after the DR14 meter)."""
    length = max(1, min(len(samples), round(CREST_BLOCK_S * sample_rate)))
    blocks = samples[: len(samples) // length * length].reshape(-1, length)
    mean_squares = np.sort(np.einsum("bs,bs->b", blocks, blocks, dtype=np.float64) / length)
    loud = mean_squares[-max(1, round(LOUDEST_SHARE * len(mean_squares))) :].mean()
    peak = float(max(samples.max(), -samples.min()))
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


def _step_energies(weighted: Samples, sample_rate: int) -> Levels:
    """Mean square of each step of 100 ms; what is left over at the end is dropped, as the recommendation says."""
    length = min(len(weighted), round(STEP_S * sample_rate))
    steps = weighted[: len(weighted) // length * length].reshape(-1, length)
    energies: Levels = np.einsum("bs,bs->b", steps, steps).astype(np.float64) / length
    return energies


def _weighted(samples: Samples, sample_rate: int) -> Samples:
    """K-weighted samples: overlapping stretches are multiplied by the filters' response and joined (overlap-save).

    As quick as running the recursion, and spares loading scipy.signal, which takes longer than measuring a sound."""
    from scipy.fft import irfft, rfft

    response = _response(sample_rate)
    length = 2 * (len(response) - 1)
    settled = length // 4
    step = length - settled
    count = -(-len(samples) // step)
    padded = np.pad(samples, (settled, count * step - len(samples)))
    stretches = np.lib.stride_tricks.sliding_window_view(padded, length)[::step]
    weighted = np.empty((count, step), np.float32)
    for start in range(0, count, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        weighted[part] = irfft(rfft(stretches[part]) * response, length, overwrite_x=True)[:, settled:]
    return weighted.reshape(-1)[: len(samples)]


@lru_cache(maxsize=16)
def _response(sample_rate: int) -> NDArray[np.complex64]:
    """Of both filters, at the frequencies of a transform of 0.4 s or more; they have died away by a quarter of it."""
    length = 1 << int(np.ceil(np.log2(SETTLED_S * sample_rate)))
    delay = np.exp(-2j * np.pi * np.arange(length // 2 + 1) / length)
    powers = np.stack([np.ones_like(delay), delay, delay * delay])
    response = np.ones_like(delay)
    for section in k_weighting(sample_rate):
        response *= (section[:3] @ powers) / (section[3:] @ powers)
    single: NDArray[np.complex64] = response.astype(np.complex64)
    return single


@lru_cache(maxsize=16)
def k_weighting(sample_rate: int) -> Levels:
    """The head's shelf and the high pass of BS.1770-4 as second-order sections for any rate.

    The recommendation tabulates them for 48 kHz; these analogue parameters give its values there (Brecht De Man 2014).
    """
    return np.array([_shelf(sample_rate), _high_pass(sample_rate)])


def _shelf(sample_rate: int) -> list[float]:
    centre_hz, gain_db, quality = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = np.tan(np.pi * centre_hz / sample_rate)
    high = 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / quality + k * k
    above = [high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k]
    return [*(value / a0 for value in above), 1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0]


def _high_pass(sample_rate: int) -> list[float]:
    centre_hz, quality = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * centre_hz / sample_rate)
    a0 = 1 + k / quality + k * k
    return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / quality + k * k) / a0]
