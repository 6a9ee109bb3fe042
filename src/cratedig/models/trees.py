"""Forests of decision trees as they ship: flat arrays, walked by numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PREFIX = "tree_"


@dataclass(frozen=True)
class Forest:
    """Trees laid out one after the other, each node's left child right behind it.

    feature: (nodes,) the column a node asks. threshold: (nodes,) a row whose value is above it goes right. right:
    (nodes,) the right child, the node itself where it is a leaf. value: (nodes,). roots: (outputs, trees).
    """

    feature: NDArray[np.int64]
    threshold: NDArray[np.float32]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    roots: NDArray[np.int64]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = PREFIX) -> Forest:
        """From what `arrays` gave. Raises KeyError where one is absent."""
        kinds = {
            "feature": np.int64,
            "threshold": np.float32,
            "right": np.int64,
            "value": np.float64,
            "roots": np.int64,
        }
        return cls(**{name: arrays[prefix + name].astype(kind) for name, kind in kinds.items()})

    def arrays(self, prefix: str = PREFIX) -> dict[str, NDArray[Any]]:
        """As they are stored, in small types."""
        kinds = {
            "feature": np.int16,
            "threshold": np.float32,
            "right": np.int32,
            "value": np.float32,
            "roots": np.int32,
        }
        return {prefix + name: getattr(self, name).astype(kind) for name, kind in kinds.items()}

    def judged(self, inputs: NDArray[np.floating]) -> NDArray[np.float64]:
        """For each output the mean over its trees, (n, outputs), or (n, outputs, classes); inputs: (n, columns), no
        NaN."""
        rows, asked = np.arange(len(inputs))[:, None], inputs.astype(np.float32)
        found = [self.value[self._leaves(asked, rows, roots)].mean(axis=1) for roots in self.roots]
        return np.stack(found, axis=1)

    def _leaves(self, inputs: NDArray[np.float32], rows: NDArray[Any], roots: NDArray[np.int64]) -> NDArray[np.int64]:
        at = np.broadcast_to(roots, (len(inputs), len(roots)))
        while (inner := self.right[at] != at).any():
            above = inputs[rows, self.feature[at]] > self.threshold[at]
            at = np.where(inner, np.where(above, self.right[at], at + 1), at)
        return at
