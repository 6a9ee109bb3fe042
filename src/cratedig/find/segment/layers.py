"""Segments that lie over each other: a change is laid on top, and layers of about one size become one.

The way of log-structured merge trees (O'Neil et al. 1996) and of Lucene: a track is copied a few times while thousands
change, instead of once for every change of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from cratedig.find.candidates import Flags, Ids
from cratedig.find.segment.joining import joined, taken
from cratedig.find.segment.segment import Segment
from cratedig.find.segment.snapshot import Part

STEP = 4
"""A layer holds at least so many times the tracks of the one over it."""


@dataclass(frozen=True, eq=False)
class Layer:
    """hidden: rows that are gone, or stand in a layer above."""

    segment: Segment
    hidden: Flags

    @classmethod
    def of(cls, segment: Segment) -> Layer:
        return cls(segment, np.zeros(len(segment), dtype=bool))

    @cached_property
    def visible(self) -> Ids:
        """The rows that are not hidden."""
        return np.flatnonzero(~self.hidden)

    def without(self, ids: Ids) -> Layer:
        rows = self.segment.rows_of(ids)
        rows = rows[rows >= 0]
        if not len(rows):
            return self
        hidden = self.hidden.copy()
        hidden[rows] = True
        return replace(self, hidden=hidden)


@dataclass(frozen=True, eq=False)
class Layers:
    """From the lowest to the top. is_file: the lowest is the file of a build and stays as it is until the next one."""

    layers: tuple[Layer, ...]
    is_file: bool = field(default=False)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """As a snapshot has them."""
        firsts = np.cumsum([0, *(len(layer.segment) for layer in self.layers)]).tolist()
        return tuple(
            Part(layer.segment, layer.hidden if layer.hidden.any() else None, first)
            for layer, first in zip(self.layers, firsts, strict=False)
        )


def added(before: Layers, changed: Sequence[int], new: Sequence[Segment]) -> Layers:
    """The layers without the changed tracks (ids), and over them what those that are still there are now."""
    ids = np.array(changed, dtype=np.int64)
    layers = [layer.without(ids) for layer in before.layers]
    layers += [Layer.of(segment) for segment in new if len(segment)]
    fixed = 1 if before.is_file else 0
    while len(layers) - fixed > 1 and len(layers[-2].visible) < STEP * len(layers[-1].visible):
        layers[-2:] = [_merged(layers[-2:])]
    return replace(before, layers=tuple(layers))


def _merged(layers: Sequence[Layer]) -> Layer:
    """One layer of what is visible of some, by rising ids."""
    both = joined([layer.segment for layer in layers])
    firsts = np.cumsum([0, *(len(layer.segment) for layer in layers)]).tolist()
    rows = np.concatenate([layer.visible + first for layer, first in zip(layers, firsts, strict=False)])
    return Layer.of(taken(both, rows[np.argsort(both["ids"][rows])]))
