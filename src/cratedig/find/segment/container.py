"""Arrays in one file: a line that says what it is, a header of JSON, then each array aligned, as it lies in memory.

The file is opened memory-mapped, and nothing of it is ever executed: names, plain number types, shapes and places.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_MAGIC = b"cratedig segment 1\n"
_ALIGNED = 64
_LENGTH = 8  # bytes of the header's length
_PIECE = 1 << 20
_TYPES = frozenset({"<i8", "<u8", "<i4", "<f4", "<f2", "|b1"})


@dataclass(frozen=True, slots=True)
class Column:
    """An array that need not be in memory at once. pieces: it in order, each a part of its first axis."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    pieces: Callable[[], Iterable[Array]]

    @classmethod
    def of(cls, whole: Array) -> Column:
        return cls(whole.dtype, whole.shape, lambda: (whole,))

    @property
    def nbytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize

    def whole(self) -> Array:
        """All of it in memory."""
        return np.concatenate([np.empty((0, *self.shape[1:]), self.dtype), *self.pieces()])


def write(put: Callable[[bytes], int], columns: Mapping[str, Column]) -> None:
    """Hands the file to `put` bit by bit."""
    places, header = _laid_out(columns)
    put(_MAGIC + len(header).to_bytes(_LENGTH, "little") + header)
    at = 0
    for name, column in columns.items():
        put(bytes(places[name] - at))
        written = 0
        for piece in column.pieces():
            written += sum(map(put, _bytes(piece)))
        if written != column.nbytes:
            raise ValueError(f"The column {name} has {written} bytes where {column.nbytes} were announced.")
        at = places[name] + column.nbytes


def _laid_out(columns: Mapping[str, Column]) -> tuple[dict[str, int], bytes]:
    """Where each array begins after the header, and the header, padded so that the arrays are aligned."""
    places, at = {}, 0
    for name, column in columns.items():
        places[name] = at
        at += -(-column.nbytes // _ALIGNED) * _ALIGNED
    told = {name: [one.dtype.str, list(one.shape), places[name]] for name, one in columns.items()}
    header = json.dumps(told).encode()
    return places, header + b" " * (-(len(_MAGIC) + _LENGTH + len(header)) % _ALIGNED)


def _bytes(piece: Array) -> Iterator[bytes]:
    flat = np.ascontiguousarray(piece).reshape(-1).view(np.uint8)
    for start in range(0, len(flat), _PIECE):
        yield flat[start : start + _PIECE].tobytes()


def read(path: Path) -> dict[str, Array]:
    """name -> array, memory-mapped and read-only, of a file whose SHA-256 was checked.

    Raises ValueError where it is no such file.
    """
    try:
        whole = np.memmap(path, dtype=np.uint8, mode="r")
        start = len(_MAGIC) + _LENGTH
        if whole[: len(_MAGIC)].tobytes() != _MAGIC:
            raise ValueError("it begins otherwise")
        first = start + int.from_bytes(whole[len(_MAGIC) : start].tobytes(), "little")
        told = json.loads(whole[start:first].tobytes())
        return {name: _array(whole[first:], *where) for name, where in told.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{path.name} is no segment: {error}.") from error


def _array(body: NDArray[np.uint8], dtype: str, shape: list[int], at: int) -> Array:
    if dtype not in _TYPES or at < 0 or min(shape) < 0:
        raise ValueError("an array is of a kind that is not kept here")
    size = prod(shape) * np.dtype(dtype).itemsize
    if at + size > len(body):
        raise ValueError("it ends too early")
    return np.asarray(body[at : at + size]).view(dtype).reshape(shape)
