"""Frames in, seven numbers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from cratedig.understand.audio.sound import Frames

STATISTICS: Final = ("mean", "median", "std", "min", "max", "q25", "q75")


def summarised(columns: Mapping[str, Frames]) -> dict[str, float]:
    """`NAME_STATISTIC` of every named column of frames; all columns have as many frames.

    >>> summarised({"rms": np.array([0.0, 1.0, 2.0], np.float32)})["rms_q75"]
    1.5
    """
    table = np.stack(list(columns.values()))
    table.sort(axis=1)
    values = np.stack([table.mean(axis=1), _quantile(table, 0.5), table.std(axis=1), table[:, 0], table[:, -1],
                       _quantile(table, 0.25), _quantile(table, 0.75)])  # fmt: skip
    return {
        f"{name}_{statistic}": float(values[row, column])
        for column, name in enumerate(columns)
        for row, statistic in enumerate(STATISTICS)
    }


def numbered(name: str, frames: Frames) -> dict[str, Frames]:
    """The columns of frames by bands as `NAME_1`, `NAME_2` ..."""
    return named([f"{name}_{number}" for number in range(1, frames.shape[1] + 1)], frames)


def named(names: Sequence[str], frames: Frames) -> dict[str, Frames]:
    """The columns of frames by bands under those names."""
    return dict(zip(names, frames.T, strict=True))


def _quantile(ordered: Frames, share: float) -> Frames:
    """Of ordered rows, between the two nearest values."""
    place = share * (ordered.shape[1] - 1)
    low = int(place)
    high = min(low + 1, ordered.shape[1] - 1)
    between = np.float32(place - low)
    return ordered[:, low] * (1 - between) + ordered[:, high] * between
