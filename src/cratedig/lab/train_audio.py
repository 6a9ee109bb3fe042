"""Makes the scale of the audio embedding: `cratedig lab train audio --data ../shared/data/audio_clips`.

The reference are the clips whose licence lets them be passed on, in stretches of 10 s: median and spread (from the
quartiles' distance, as of a normal distribution) of each coordinate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Lab
from cratedig.lab.sounds import read_mono
from cratedig.lab.tables import rows_with
from cratedig.models.arrays import HEADS, publish_head
from cratedig.understand.audio import analyze
from cratedig.understand.audio.embedding import COORDINATES, coordinates

VERSION = 1
STRETCH_S = 10.0
NORMAL_QUARTILES = 1.349  # distance of a normal distribution's quartiles in standard deviations
LEAST_SHARE = 0.05  # of the standard deviation: a coordinate that most sounds share is not blown up further


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Measures the reference and writes scale and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, out or HEADS)


def _train(data: Path, out: Path) -> dict[str, Any]:
    rows = [row for row in rows_with(data, "file", "redistribute") if not row["redistribute"].startswith("no")]
    measured = np.array([point for row in rows for point in stretches(data / row["file"])])
    card = {
        "name": "audio",
        "version": VERSION,
        "summary": "Middle and unit of each coordinate of the audio embedding",
        "command": "cratedig lab train audio --data ../shared/data/audio_clips",
        "data": ["Clips of LMMS, librosa and Sonic Pi that may be passed on; only medians and spreads ship"],
        "licence": "Apache-2.0",
        "figures": {"sounds": len(measured), "clips": len(rows), "coordinates": len(COORDINATES)},
    }
    return publish_head(scale_of(measured), card, out)


def stretches(path: Path) -> list[NDArray[np.float32]]:
    """Coordinates of each whole stretch of a clip, or of the clip where it is shorter than one."""
    samples, rate = read_mono(path)
    length = round(STRETCH_S * rate)
    starts = range(0, max(len(samples) - length, 0) + 1, length)
    return [coordinates(analyze(samples[start : start + length], rate)) for start in starts]


def scale_of(measured: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Centre and unit of each column; every unit is above 0."""
    low, centre, high = np.percentile(measured, [25, 50, 75], axis=0)
    unit = np.maximum((high - low) / NORMAL_QUARTILES, np.maximum(LEAST_SHARE * measured.std(axis=0), 1e-6))
    return {"centre": centre.astype(np.float32), "unit": unit.astype(np.float32)}
