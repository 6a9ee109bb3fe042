"""Segments made of segments: joined one after the other, or with what changed in the place of what was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import Ids
from cratedig.find.segment.container import Array, Column
from cratedig.find.segment.segment import FORWARD, VECTORS, Segment


def joined(parts: Sequence[Segment]) -> Segment:
    """One segment of the tracks of all, one part after the other, in memory."""
    return Segment({name: column.whole() for name, column in columns_of(parts).items()})


def columns_of(parts: Sequence[Segment]) -> dict[str, Column]:
    """The columns of `joined`, to be written piece by piece: only the postings are in memory as a whole."""
    total = sum(map(len, parts))
    columns = {
        name: Column(np.dtype(kind), (total, width) if width else (total,), partial(_each, parts, name))
        for name, (kind, width) in FORWARD.items()
    }
    for name, dim in VECTORS.items():
        held = sum(len(part[name]) for part in parts)
        columns[f"{name}_at"] = Column(np.dtype("<i4"), (total,), partial(_moved, parts, name))
        columns[name] = Column(np.dtype("<f2"), (held, dim), partial(_each, parts, name))
    return columns | {name: Column.of(whole) for name, whole in _postings(parts).items()}


def _each(parts: Sequence[Segment], name: str) -> Iterator[Array]:
    return (part[name] for part in parts)


def _moved(parts: Sequence[Segment], name: str) -> Iterator[Array]:
    """Where vectors are, once those of the parts before stand before them."""
    before = 0
    for part in parts:
        at = part[f"{name}_at"]
        yield np.where(at < 0, at, at + before).astype(np.int32)
        before += len(part[name])


def _postings(parts: Sequence[Segment]) -> dict[str, NDArray[Any]]:
    keys, starts = _all_keys(parts)
    size = int(starts[-1])
    rows, impacts = np.empty(size, np.int32), np.empty(size, np.float32)
    next_free, before = starts[:-1].copy(), 0
    for part in parts:
        counts = np.diff(part["starts"])
        at = np.searchsorted(keys, part["keys"])
        places = np.repeat(next_free[at] - part["starts"][:-1], counts) + np.arange(int(counts.sum()))
        rows[places], impacts[places] = part["rows"] + np.int32(before), part["impacts"]
        next_free[at] += counts
        before += len(part)
    return {"keys": keys, "starts": starts, "rows": rows, "impacts": impacts}


def _all_keys(parts: Sequence[Segment]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Every lexeme's code once, and where its posting begins."""
    given = np.concatenate([np.empty(0, np.uint64), *(part["keys"] for part in parts)])
    counts = np.concatenate([np.empty(0, np.int64), *(np.diff(part["starts"]) for part in parts)])
    keys, of = np.unique(given, return_inverse=True)
    sums = np.zeros(len(keys), dtype=np.int64)
    np.add.at(sums, of, counts)
    return keys, np.concatenate([[0], np.cumsum(sums)]).astype(np.int64)


def taken(segment: Segment, rows: Ids) -> Segment:
    """The segment of these rows, in that order."""
    arrays: dict[str, NDArray[Any]] = {name: segment[name][rows] for name in FORWARD}
    for name in VECTORS:
        at = segment[f"{name}_at"][rows]
        has = at >= 0
        arrays[f"{name}_at"] = np.where(has, np.cumsum(has) - 1, -1).astype(np.int32)
        arrays[name] = segment[name][at[has]]
    return Segment(arrays | _taken_postings(segment, rows))


def _taken_postings(segment: Segment, rows: Ids) -> dict[str, NDArray[Any]]:
    place = np.full(len(segment), -1, dtype=np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    lexeme = np.repeat(np.arange(len(segment["keys"])), np.diff(segment["starts"]))
    now = place[segment["rows"]]
    order = np.lexsort((now, lexeme))
    order = order[now[order] >= 0]
    counts = np.bincount(lexeme[order], minlength=len(segment["keys"]))
    return {
        "keys": segment["keys"][counts > 0],
        "starts": np.concatenate([[0], np.cumsum(counts[counts > 0])]).astype(np.int64),
        "rows": now[order],
        "impacts": segment["impacts"][order],
    }
