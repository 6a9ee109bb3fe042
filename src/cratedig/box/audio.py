"""A decoded recording, and the decoded samples as they come out of a child: hostile until they are checked."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.box.wire import Reply

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Audio:
    """Mono: the mean of the file's `channels`. `samples` float32, shape (n,), n >= 1, full scale -1..1, all finite.

    `damaged` samples were no numbers in the file and are 0 here; `is_complete` is false where the file ended before
    its header said. `container` is the file's format.
    """

    samples: Samples
    sample_rate_hz: int
    channels: int
    container: str
    damaged: int = 0
    is_complete: bool = True

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.float32 or not self.samples.size:
            raise ValueError(f"samples of shape {self.samples.shape} and type {self.samples.dtype}")
        if self.sample_rate_hz < 1 or self.channels < 1:
            raise ValueError(f"{self.sample_rate_hz} Hz and {self.channels} channels")

    @property
    def duration_s(self) -> float:
        return float(self.samples.size / self.sample_rate_hz)


def read_audio(reply: Reply, result: int, *, max_bytes: int) -> Audio:
    """Raises ValueError where reply and memory do not fit each other or hold what no decoder writes."""
    rate, channels, count, damaged, complete = reply.numbers[:5]
    if 4 * count > max_bytes:
        raise ValueError(f"{count} samples are over the limit")
    samples = np.empty(count, dtype=np.float32)
    read_into(result, samples)
    if not np.isfinite(np.array([samples.min(), samples.max()])).all():
        raise ValueError("samples that are no numbers")
    samples.flags.writeable = False
    return Audio(samples, rate, channels, reply.text, damaged=damaged, is_complete=bool(complete))


def read_into(result: int, array: NDArray[np.float32] | NDArray[np.int32], *, offset: int = 0) -> None:
    """Copies a child's memory, which it may still write to, into the array. Raises ValueError where less is there."""
    target = array.reshape(-1).data.cast("B")
    while target.nbytes:
        got = os.preadv(result, [target], offset)
        if not got:
            raise ValueError("less came than was said")
        target, offset = target[got:], offset + got
