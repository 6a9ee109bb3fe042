"""How audio features lie in the catalogue: a sample of tracks, read at most every minute, by one request for all."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Catalogue, sounds
from cratedig.music.features import RANGES

FRESH_S = 60.0
AT_MOST = 500  # tracks; more move no bar by a pixel
MEASURED: Final = (
    *("tempo_bpm", "beat_regularity", "hit_density", "syncopation", "loudness_lufs", "loudness_range_lu"),
    *("dynamic_range_db", "spectral_centroid_mean", "spectral_flux_mean", "zero_crossing_rate_mean"),
)
"""The measured features that a track's page draws."""
NAMES: Final = (*MEASURED, *RANGES)

Spread = Mapping[str, NDArray[np.float64]]
"""Feature -> its values in the sample, ascending."""


class Spreads:
    """Gives the current sample; within FRESH_S seconds everyone gets the same one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = anyio.Lock()
        self._last: Spread = {}
        self._read_at = float("-inf")

    async def current(self) -> Spread:
        async with self._lock:
            if time.monotonic() - self._read_at >= FRESH_S:
                async with self._catalogue.begin() as session:
                    values = await sounds.spread_of(session, NAMES, at_most=AT_MOST)
                columns = zip(NAMES, values.T, strict=True)
                self._last = {name: np.sort(column[np.isfinite(column)]) for name, column in columns}
                self._read_at = time.monotonic()
            return self._last
