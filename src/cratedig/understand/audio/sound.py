"""A sound made fit to be measured: mono, finite, at the rate the features are defined for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected

Samples = NDArray[np.float32]
Frames = NDArray[np.float32]
"""One row a frame (time), one column a bin, band or coefficient."""

RATE = 22_050
"""Hz. The rate all but loudness is measured at, as the recommender's specification asks."""
RATES = (1_000, 768_000)
LOUDEST = 64.0
"""36 dB above full scale; samples beyond it (and infinities) are cut to it, what is not a number becomes silence."""


def cleaned(samples: NDArray[Any], sample_rate: int) -> Samples:
    """Mono float32 samples without infinities. Raises InputRejected where there is nothing that can be measured."""
    if samples.ndim != 1:
        raise InputRejected(f"A sound of {samples.ndim} dimensions cannot be measured.", hint="Mix it down to mono.")
    if not len(samples):
        raise InputRejected("A sound without samples cannot be measured.")
    if not RATES[0] <= sample_rate <= RATES[1]:
        raise InputRejected(f"A sample rate of {sample_rate} Hz is outside {RATES[0]}..{RATES[1]}.")
    if not np.issubdtype(samples.dtype, np.floating):
        raise InputRejected(f"Samples of type {samples.dtype} cannot be measured.", hint="Scale them to -1..1.")
    if samples.min() >= -LOUDEST and samples.max() <= LOUDEST:  # false, too, where one is not a number
        return samples.astype(np.float32, copy=False)
    finite = np.nan_to_num(samples, nan=0.0, posinf=LOUDEST, neginf=-LOUDEST)
    clipped: Samples = np.clip(finite, -LOUDEST, LOUDEST).astype(np.float32)
    return clipped


def resampled(samples: Samples, sample_rate: int) -> Samples:
    """The samples at RATE (soxr, high quality); never fewer than one."""
    if sample_rate == RATE:
        return samples
    import soxr  # type: ignore[import-untyped]

    changed: Samples = soxr.resample(samples, sample_rate, RATE, quality="HQ")
    return changed if len(changed) else samples[:1]
