"""A segment: an immutable set of tracks with a forward index (columns by row) and an inverted one (postings by lexeme).

The names are information retrieval's (Manning, Raghavan & Schütze 2008, "Introduction to Information Retrieval",
chapters 4 and 7). Its arrays lie in memory or in a memory-mapped file; which of the two makes no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue.tables import TEXT_DIM
from cratedig.find.candidates import Flags, Floats, Ids
from cratedig.find.codes import looked_up
from cratedig.find.segment.halves import products, taken
from cratedig.find.segment.plane import Plane

AUDIO_DIM = 128
VECTORS: Mapping[str, int] = {"text": TEXT_DIM, "audio": AUDIO_DIM}
"""Columns of vectors -> their dimensions. Not every track has one: `text_at` says where, -1 is nowhere."""

FORWARD: Mapping[str, tuple[str, int]] = {
    "ids": ("<i8", 0),
    "artist": ("<i8", 0),
    "recording": ("<i8", 0),
    "album": ("<i8", 0),
    "tie": ("<u8", 0),
    "seconds": ("<f4", 0),
    "year": ("<f4", 0),
    "heard": ("<f4", 0),
    "valence": ("<f4", 0),
    "arousal": ("<f4", 0),
    "dead": ("|b1", 0),
    "features": ("<f4", 9),
    "styles": ("<f2", 24),
    "length": ("<f4", 0),
}
"""Columns that every track has -> type, and width where it is more than a number."""


SPARSEST = 4
"""Ids that there might be for one that is, up to which rows are found in a table: 32 bytes a track at most."""


class Posting(NamedTuple):
    """The tracks in which a lexeme stands, by row, and its impact on each."""

    rows: NDArray[np.int32]
    impacts: Floats


def _kind(array: NDArray[Any]) -> tuple[str, tuple[int, ...]]:
    return array.dtype.str, array.shape


_NOTHING = Posting(np.empty(0, np.int32), np.empty(0, np.float32))


class Segment:
    """Its arrays by name; raises ValueError where one is missing or of another length. Ids ascend."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.arrays = dict(arrays)
        self._flat: dict[str, tuple[Ids, Floats]] = {}
        self._check()

    def _check(self) -> None:
        try:
            rows, postings = len(self.arrays["ids"]), len(self.arrays["rows"])
            wanted = {name: (kind, (rows, width) if width else (rows,)) for name, (kind, width) in FORWARD.items()}
            wanted |= {f"{name}_at": ("<i4", (rows,)) for name in VECTORS}
            wanted |= {name: ("<f2", (len(self.arrays[name]), dim)) for name, dim in VECTORS.items()}
            wanted |= {"keys": ("<u8", (len(self.arrays["keys"]),)), "starts": ("<i8", (len(self.arrays["keys"]) + 1,))}
            wanted |= {"rows": ("<i4", (postings,)), "impacts": ("<f4", (postings,))}
            wrong = [name for name, kind in wanted.items() if _kind(self.arrays[name]) != kind]
        except KeyError as error:
            raise ValueError(f"a segment has no column {error}") from error
        if wrong:
            raise ValueError(f"a segment's column {wrong[0]} has another length or type than it must have")

    def __len__(self) -> int:
        return len(self.arrays["ids"])

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.arrays[name]

    def posting(self, lexeme: str) -> Posting:
        """Empty where no track has the lexeme."""
        keys, code = self.arrays["keys"], np.uint64(looked_up(lexeme))
        at = int(np.searchsorted(keys, code))
        if at == len(keys) or keys[at] != code:
            return _NOTHING
        start, end = self.arrays["starts"][at : at + 2].tolist()
        return Posting(self.arrays["rows"][start:end], self.arrays["impacts"][start:end])

    def rows_of(self, ids: Ids) -> Ids:
        """Where these tracks are; -1 where they are not in it."""
        known, table = self.arrays["ids"], self._row_of
        if not len(known):
            return np.full(len(ids), -1, dtype=np.int64)
        if table is not None:
            at = ids - known[0]
            return np.where((at >= 0) & (at < len(table)), table.take(at, mode="clip"), -1)
        at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
        return np.where(known[at] == ids, at, -1)

    @cached_property
    def _row_of(self) -> NDArray[np.int64] | None:
        """By id, from the first on: told ten times as fast as by searching. None where ids are too far apart."""
        ids = self.arrays["ids"]
        span = int(ids[-1] - ids[0]) + 1 if len(ids) else 0
        if span > SPARSEST * len(ids):
            return None
        table = np.full(span, -1, dtype=np.int64)
        table[ids - ids[:1]] = np.arange(len(ids))
        return table

    def vectors(self, name: str, rows: Ids) -> Floats:
        """(n, dim) of a column of vectors; a row of NaN where a track has none."""
        at, kept = self.arrays[f"{name}_at"][rows], self.arrays[name]
        if not len(kept):
            return np.full((len(rows), kept.shape[1]), np.nan, dtype=np.float32)
        found = taken(kept, at)
        found[at < 0] = np.nan
        return found

    def products(self, name: str, rows: Ids, vector: Floats) -> Floats:
        """(n,): the product of each row's vector with `vector` (dim,); NaN where a track has none."""
        at, kept = self.arrays[f"{name}_at"][rows], self.arrays[name]
        if not len(kept):
            return np.full(len(rows), np.nan, dtype=np.float32)
        found = products(kept, at, vector)
        found[at < 0] = np.nan
        return found

    def flat(self, name: str) -> tuple[Ids, Floats]:
        """For exact search: the rows that have a vector in a column, and their vectors in single precision, kept."""
        if name not in self._flat:
            self._flat[name] = np.flatnonzero(self[f"{name}_at"] >= 0), self[name].astype(np.float32)
        return self._flat[name]

    @cached_property
    def plane(self) -> Plane:
        """Its moods, sorted into cells when they are first asked for: 0.3 s for a million."""
        return Plane(self["valence"], self["arousal"])


def holds(posting: Posting, rows: Ids) -> Flags:
    """Which of the rows a posting has."""
    if not len(posting.rows) or not len(rows):
        return np.zeros(len(rows), dtype=bool)
    at = np.minimum(np.searchsorted(posting.rows, rows), len(posting.rows) - 1)
    found: Flags = posting.rows[at] == rows
    return found


def impacts_on(posting: Posting, rows: Ids) -> Floats:
    """A posting's impact on each row, 0 where it has it not."""
    if not len(posting.rows) or not len(rows):
        return np.zeros(len(rows), dtype=np.float32)
    at = np.minimum(np.searchsorted(posting.rows, rows), len(posting.rows) - 1)
    found: Floats = np.where(posting.rows[at] == rows, posting.impacts[at], np.float32(0.0))
    return found
