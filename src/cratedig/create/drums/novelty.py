"""A bar that is the drummer's and none they played: the likeliest change that makes it one nobody has told."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cratedig.create.drums.cells import Cells
from cratedig.create.drums.habits import Habits, Near
from cratedig.create.drums.sketch import Sketch, fits, frames, grid, within
from cratedig.create.drums.vocabulary import word
from cratedig.music.drums.kit import OPEN_HAT
from cratedig.music.drums.strokes import mark

HEAVY: Final = 5
"""Metrical weights above -HEAVY are heavy: the heavier, the less a stroke is missed that was there."""


@dataclass(frozen=True)
class Told:
    """Bars that are not to be played again. words: as `word` writes them; heard: by their marks alone."""

    words: Collection[bytes]
    heard: frozenset[int]
    cells: Cells

    def __contains__(self, packed: object) -> bool:
        return packed in self.words or (bool(self.heard) and isinstance(packed, bytes) and self._was_heard(packed))

    def _was_heard(self, packed: bytes) -> bool:
        struck = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=len(self.cells)).astype(bool)
        onsets = np.stack([self.cells.tick[struck], self.cells.note[struck]], axis=1)
        return mark(onsets.astype("<u4").tobytes()) in self.heard


def unlike(
    habits: Habits, near: Near, sketch: Sketch, *, told: Container[bytes], kept: Collection[int], rng: Generator
) -> Sketch:
    """The sketch, with as few strokes changed as make it none of the bars `told`. kept: strokes that must stay.

    Where all that can be changed is changed and it is still told, it stays so.
    """
    made = sketch
    if word(made.struck) not in told:
        return made
    likely = np.clip(if_repeated(near, sketch), 1e-6, 1 - 1e-6)
    heavy = 1.5 * np.maximum(habits.cells.weight + HEAVY, 0)
    odds = np.where(sketch.struck, np.log(1 - likely) - heavy, np.log(likely)) + rng.gumbel(size=len(likely))
    for cell in np.argsort(-odds, kind="stable").tolist():
        if not _may_turn(habits.cells, made, cell, kept):
            continue
        found = habits.loudness(cell, near)
        made = made.with_cell(cell, 0 if made.struck[cell] else within(float(found[rng.integers(len(found))])))
        if word(made.struck) not in told:
            return made
    return sketch


def if_repeated(near: Near, sketch: Sketch) -> NDArray[np.float64]:
    """How likely each cell would be struck in a bar that follows this one."""
    found: NDArray[np.float64] = near.alone[sketch.struck.astype(np.int64), np.arange(len(sketch.struck))]
    return found


def _may_turn(cells: Cells, sketch: Sketch, cell: int, kept: Collection[int]) -> bool:
    if cell in kept or cells.drums[cell] == OPEN_HAT:
        return False
    if sketch.struck[cell]:
        return not frames(sketch, cell, cells)
    return bool(grid(sketch.struck, cells)[cell]) and fits(sketch.struck, cell, cells)
