"""Which vectors a search may find: by their ids for FAISS, or by where they stand in an index that is gone through."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from cratedig.models.index.contract import Ids

MOST_BITS = 1 << 26
"""Ids below are picked by a bit each: 8 MB at most."""
Flags = NDArray[np.bool_]


def selector(only: Ids | None, without: Ids | None) -> tuple[Any, tuple[Any, ...]]:
    """Which ids may be found, and what has to live as long."""
    kept = None if only is None else _members(only)
    if without is None or not len(without):
        return kept, (kept,)
    batch = _members(without)
    others = faiss.IDSelectorNot(batch)
    return (others, (batch, others)) if kept is None else (faiss.IDSelectorAnd(kept, others), (kept, batch, others))


def _members(ids: Ids) -> Any:
    """Picks these ids: by a bit for every possible one, which is told a hundred times as fast as a set of them, where
    they are numbered as a catalogue's are."""
    if not len(ids) or ids.min() < 0 or ids.max() >= MOST_BITS:
        return faiss.IDSelectorBatch(np.ascontiguousarray(ids, dtype=np.int64))
    marks = np.zeros(int(ids.max()) + 1, dtype=bool)
    marks[ids] = True
    return by_bits(marks)


def by_bits(marks: Flags) -> Any:
    """Picks the numbers that are marked."""
    return faiss.IDSelectorBitmap(np.packbits(marks, bitorder="little"))


class Choice:
    """What may be found among vectors that stand in a row.

    ids, groups: of each place. only: groups, None for every one. without: ids, rising.
    """

    def __init__(self, ids: Ids, groups: Ids, only: Ids | None, without: Ids | None) -> None:
        self._ids = ids
        self._marks = None if only is None else _marked(groups, only)
        self._without = np.empty(0, np.int64) if without is None else without

    @property
    def leaves_all(self) -> bool:
        return self._marks is None and not len(self._without)

    def __len__(self) -> int:
        """How many may be found, about: of what is left out by id each counts as if it were there."""
        among = len(self._ids) if self._marks is None else int(np.count_nonzero(self._marks))
        return max(0, among - len(self._without)) if self._marks is None else among

    def allows(self, places: Ids) -> Flags:
        """Which of the places may be found."""
        may = np.ones(len(places), dtype=bool) if self._marks is None else self._marks[places]
        if len(self._without):
            may[may] = ~_within(self._without, self._ids[places[may]])
        return may

    def all(self) -> Flags:
        """A mark for every place."""
        return self.allows(np.arange(len(self._ids)))


def _marked(groups: Ids, only: Ids) -> Flags:
    """Which of the groups are among `only`; by a mark for every possible one, where they are numbered closely."""
    if not len(only) or not len(groups):
        return np.zeros(len(groups), dtype=bool)
    low, high = int(groups.min()), int(groups.max())
    if high - low >= MOST_BITS:
        return np.isin(groups, only)
    chosen = np.zeros(high - low + 1, dtype=bool)
    chosen[only[(only >= low) & (only <= high)] - low] = True
    marks: Flags = chosen[groups - low]
    return marks


def _within(risen: Ids, ids: Ids) -> Flags:
    """Which ids are among `risen`, which rise and are some."""
    at = np.minimum(np.searchsorted(risen, ids), len(risen) - 1)
    found: Flags = risen[at] == ids
    return found
