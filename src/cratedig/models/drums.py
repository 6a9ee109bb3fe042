"""Which drums begin in which frame: a small network over a spectrum in bands.

Trained by `cratedig lab train drums` on Groove MIDI performances played on kits of sines and noise, so it has heard no
recording; heads/drums.json is its card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import HEADS, read_head

Matrix = NDArray[np.float32]

DRUMS: Final = ("kick", "snare", "hat", "tom", "cymbal")
"""What the network tells apart, in the order of its outputs."""
BEFORE, AFTER = 4, 7
"""Frames of context about the frame in question."""


@dataclass(frozen=True)
class DrumHead:
    """Weights and biases of the layers, from first to last; thresholds: (5,), the chance from which a drum is heard."""

    layers: tuple[tuple[Matrix, Matrix], ...]
    thresholds: Matrix

    @classmethod
    def load(cls, folder: Path = HEADS) -> DrumHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        return cls.of(read_head("drums", folder))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> DrumHead:
        depth = sum(name.startswith("weights_") for name in arrays)
        return cls(
            layers=tuple(
                (arrays[f"weights_{at}"].astype(np.float32), arrays[f"bias_{at}"].astype(np.float32))
                for at in range(depth)
            ),
            thresholds=arrays["thresholds"].astype(np.float32),
        )

    def chances(self, bands: Matrix) -> Matrix:
        """That each of DRUMS begins in each frame, 0 .. 1, shape (frames, 5). bands: (frames, bands), about 0 .. 1."""
        values = in_context(bands)
        for number, (weights, bias) in enumerate(self.layers):
            values = values @ weights + bias
            if number < len(self.layers) - 1:
                np.maximum(values, 0, out=values)
        return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))), dtype=np.float32)


def in_context(bands: Matrix) -> Matrix:
    """Each frame with those about it in one row; the first and the last are repeated beyond the ends."""
    padded = np.pad(bands, ((BEFORE, AFTER), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, BEFORE + AFTER + 1, axis=0)
    rows: Matrix = windows.transpose(0, 2, 1).reshape(len(bands), -1)
    return rows


@cache
def shipped() -> DrumHead:
    """The shipped head, read once."""
    return DrumHead.load()
