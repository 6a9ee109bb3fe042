"""A box whose limits the tests reach quickly, and sounds that are known sample by sample."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from cratedig.box.box import Box
from cratedig.box.limits import BoxLimits

RATE = 8000
LIMITS = BoxLimits(memory_mb=256, cpu_s=5, wall_s=10.0, max_audio_s=60.0, max_notes=10_000)


@pytest.fixture(scope="module")
async def box() -> AsyncIterator[Box]:
    async with Box.open(LIMITS, ffmpeg="") as box:
        yield box


def noise(seconds: float, channels: int = 2) -> NDArray[np.float32]:
    """Shape (frames, channels)."""
    return np.random.default_rng(1).uniform(-0.9, 0.9, (int(seconds * RATE), channels)).astype(np.float32)


def encoded(
    samples: NDArray[np.float32], container: str = "WAV", subtype: str | None = "FLOAT", rate: int = RATE
) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=container, subtype=subtype)
    return file.getvalue()
