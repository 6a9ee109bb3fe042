"""What all readers see between two changes of the catalogue: a large segment, what is hidden of it, a small fresh one.

A snapshot never changes. Who has one keeps it, whatever comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import Flags, Floats, Ids
from cratedig.find.codes import looked_up
from cratedig.find.segment.segment import Segment
from cratedig.models.index.contract import Index

MOST_COUNTED = 10_000
"""Lexemes of a part whose hidden tracks are remembered."""


@dataclass(frozen=True, eq=False)
class Part:
    """A segment in a snapshot. hidden: which of its rows are gone or replaced, None for none of them.
    first: its first row's number among all rows of the snapshot."""

    segment: Segment
    hidden: Flags | None
    first: int

    def __len__(self) -> int:
        return len(self.segment)

    def visible(self, rows: Ids) -> Ids:
        """Those of the part's rows that are not hidden."""
        return rows if self.hidden is None else rows[~self.hidden[rows]]

    @cached_property
    def hidden_rows(self) -> Ids:
        """The hidden rows' numbers in the segment."""
        return np.empty(0, np.int64) if self.hidden is None else np.flatnonzero(self.hidden)

    def counts(self, lexemes: Sequence[str], codes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """In how many visible tracks each lexeme stands; codes are the lexemes'."""
        keys, starts = self.segment["keys"], self.segment["starts"]
        if not len(keys):
            return np.zeros(len(codes), dtype=np.int64)
        at = np.minimum(np.searchsorted(keys, codes), len(keys) - 1)
        found: NDArray[np.int64] = np.where(keys[at] == codes, starts[at + 1] - starts[at], 0)
        if self.hidden is not None:
            for one in np.flatnonzero(found).tolist():
                found[one] -= self._hidden_in(lexemes[one])
        return found

    def _hidden_in(self, lexeme: str) -> int:
        """How many hidden tracks have a lexeme, kept: every query asks for some of the commonest."""
        if lexeme not in self._counted:
            if len(self._counted) >= MOST_COUNTED:
                self._counted.clear()
            rows = self.segment.posting(lexeme).rows
            self._counted[lexeme] = len(rows) - len(self.visible(rows.astype(np.int64)))
        return self._counted[lexeme]

    @cached_property
    def _counted(self) -> dict[str, int]:
        return {}


@dataclass(frozen=True, eq=False)
class Snapshot:
    """parts: the rows of all are numbered through.  common: what all texts share, (n, 384), the mean first.
    indices: space -> its index, where it has one.  stamp: the catalogue's state, None where it is not known.
    builds: what was opened, by name; with the stamp it says what an answer was found in."""

    parts: tuple[Part, ...]
    common: Floats = field(default_factory=lambda: np.empty((0, 384), np.float32))
    indices: Mapping[str, Index] = field(default_factory=dict)
    stamp: str | None = None
    builds: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Another one whenever an answer may be another."""
        return " ".join([str(self.stamp), *(f"{name} {build}" for name, build in sorted(self.builds.items()))])

    @cached_property
    def tracks(self) -> int:
        """How many tracks can be found."""
        return sum(len(part) - len(part.hidden_rows) for part in self.parts)

    @cached_property
    def mean_length(self) -> float:
        """Different lexemes of a track, on average; 1 or more."""
        total = sum(
            float(part.segment["length"].sum(dtype=np.float64)) - float(part.segment["length"][part.hidden_rows].sum())
            for part in self.parts
        )
        return max(1.0, total / max(1, self.tracks))

    @cached_property
    def dead_share(self) -> float:
        """Of the rows."""
        return sum(int(np.count_nonzero(part.segment["dead"])) for part in self.parts) / max(1, len(self))

    def __len__(self) -> int:
        """Rows, hidden ones among them."""
        return sum(map(len, self.parts))

    def counts(self, lexemes: Sequence[str]) -> list[int]:
        """In how many tracks each lexeme stands."""
        codes = np.array([looked_up(lexeme) for lexeme in lexemes], dtype=np.uint64)
        total = np.zeros(len(lexemes), dtype=np.int64)
        for part in self.parts:
            total += part.counts(lexemes, codes)
        counts: list[int] = total.tolist()
        return counts

    def rows_of(self, ids: Ids) -> Ids:
        """Where these tracks are; -1 where they are not, or not any more."""
        found = np.full(len(ids), -1, dtype=np.int64)
        for part in self.parts:
            rows = part.segment.rows_of(ids)
            if part.hidden is not None:
                rows = np.where((rows >= 0) & part.hidden[rows], -1, rows)
            found = np.where(rows >= 0, rows + part.first, found)
        return found

    def having(self, lexeme: str) -> Ids:
        """The rows of the tracks in which a lexeme stands, rising."""
        found = [part.visible(part.segment.posting(lexeme).rows.astype(np.int64)) + part.first for part in self.parts]
        return np.concatenate(found)

    def column(self, name: str, rows: Ids) -> NDArray[Any]:
        """A column's values at rising rows."""
        return self.gathered(rows, lambda part, here: part.segment[name].take(here, axis=0))

    def text(self, rows: Ids) -> Floats:
        return self._vectors("text", rows)

    def audio(self, rows: Ids) -> Floats:
        return self._vectors("audio", rows)

    def products(self, name: str, rows: Ids, vector: Floats) -> Floats:
        """(n,): the product of each rising row's vector with `vector`; NaN where a track has none."""
        found: Floats = self.gathered(rows, lambda part, here: part.segment.products(name, here, vector))
        return found

    def _vectors(self, name: str, rows: Ids) -> Floats:
        """At any rows in any order."""
        if len(self.parts) == 1:
            return self.parts[0].segment.vectors(name, rows)
        order = np.argsort(rows, kind="stable")
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return self.gathered(rows[order], lambda part, here: part.segment.vectors(name, here))[back]

    def gathered(self, rows: Ids, take: Callable[[Part, Ids], NDArray[Any]]) -> NDArray[Any]:
        """What `take` gives of each part at its own row numbers, one after the other. rows rise."""
        found = [take(part, here) for part, here in self.split(rows)]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def split(self, rows: Ids) -> Sequence[tuple[Part, Ids]]:
        """Rising rows by the part they are in, as that part numbers them."""
        if len(self.parts) == 1:
            return [(self.parts[0], rows)]
        bounds = np.searchsorted(rows, [part.first for part in self.parts[1:]]).tolist()
        pieces = np.split(rows, bounds)
        return [(part, piece - part.first) for part, piece in zip(self.parts, pieces, strict=True)]
