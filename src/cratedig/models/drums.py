"""Which drums begin in which frame: small networks over a spectrum in bands, which vote.

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
Layers = tuple[tuple[Matrix, Matrix], ...]

DRUMS: Final = ("kick", "snare", "hat", "tom", "cymbal")
"""What the network tells apart, in the order of its outputs."""
BEFORE, AFTER = 4, 7
"""Frames of context about the frame in question."""


@dataclass(frozen=True)
class DrumHead:
    """members: networks, each its layers' weights and biases. thresholds: (5,), the least chance of a hit."""

    members: tuple[Layers, ...]
    thresholds: Matrix

    @classmethod
    def load(cls, folder: Path = HEADS) -> DrumHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        return cls.of(read_head("drums", folder))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> DrumHead:
        """From stacks of every layer's weights and biases, one member after the other."""
        depth = sum(name.startswith("weights_") for name in arrays)
        stacks = [(arrays[f"weights_{at}"], arrays[f"bias_{at}"]) for at in range(depth)]
        members = tuple(
            tuple((weights[at].astype(np.float32), bias[at].astype(np.float32)) for weights, bias in stacks)
            for at in range(len(stacks[0][0]))
        )
        return cls(members=members, thresholds=arrays["thresholds"].astype(np.float32))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `of` reads, in half precision."""
        stacked = {
            f"{kind}_{at}": np.stack([member[at][number] for member in self.members]).astype(np.float16)
            for at in range(len(self.members[0]))
            for number, kind in enumerate(("weights", "bias"))
        }
        return {**stacked, "thresholds": self.thresholds}

    def chances(self, bands: Matrix) -> Matrix:
        """That each of DRUMS begins in each frame, 0 .. 1, shape (frames, 5). bands: (frames, bands), about 0 .. 1."""
        rows = in_context(bands)
        mean: Matrix = np.mean([_chances(member, rows) for member in self.members], axis=0, dtype=np.float32)
        return mean


def _chances(layers: Layers, values: Matrix) -> Matrix:
    for number, (weights, bias) in enumerate(layers):
        values = values @ weights + bias
        if number < len(layers) - 1:
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
