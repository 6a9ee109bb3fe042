"""Vectors in half precision, taken and widened a block at a time.

By ONNX Runtime, which has the processor's instruction for it; NumPy widens one number after the other (four times as
long). The numbers are the same: every half is one of single precision.
"""

from __future__ import annotations

from base64 import b64decode
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import Floats, Ids

BLOCK = 256
"""Vectors widened at once: of 384 numbers, what a core's second cache holds."""
GRAPH = b64decode(
    "CAo6dAoRCgF0CgFyEgF4IgZHYXRoZXIKFwoBeBIBeSIEQ2FzdCoJCgJ0bxgBoAECEgZoYWx2ZXNaFQoBdBIQCg4IChIKCgMSAW0KAxIBZFoQCgFy"
    "EgsKCQgGEgUKAxIBbmIVCgF5EhAKDggBEgoKAxIBbgoDEgFkQgQKABAV"
)


def products(kept: NDArray[np.float16], rows: Ids | NDArray[np.int32], vector: Floats) -> Floats:
    """(n,): the product of each of these rows of `kept` (m, dim), m > 0, with `vector` (dim,)."""
    found = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        found[part] = taken(kept, rows[part]) @ vector
    return found


def taken(kept: NDArray[np.float16], rows: Ids | NDArray[np.int32]) -> Floats:
    """(n, dim): these rows of `kept` (m, dim), m > 0, in single precision; -1 is the last."""
    (found,) = _session().run(None, {"t": kept, "r": rows.astype(np.int32, copy=False)})
    return np.asarray(found)


@cache
def _session() -> Any:
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(GRAPH, options, providers=["CPUExecutionProvider"])
