"""A bar on its way: what is struck, how loudly, and whether two hands and two feet can play it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.create.drums.cells import Bools, Cells, by_hand
from cratedig.create.drums.places import FINE
from cratedig.music.drums.groove import Bar, Hit
from cratedig.music.drums.kit import CLOSED_HAT, KICK, OPEN_HAT, PEDAL_HAT, SIDE_STICK

HANDS: Final = 2
SOFTEST, LOUDEST = 1, 127
BACKBEAT_VELOCITY: Final = 80
"""From here on a stroke is meant to be heard in front."""

_HATS: Final = ({CLOSED_HAT.note, OPEN_HAT.note}, {OPEN_HAT.note, PEDAL_HAT.note})
_SURFACES: Final = (*_HATS, {SIDE_STICK.note, 38, 40}, {35, 36})
"""What one surface, or one foot, sounds only one of at a time."""
_FIRST: Final = ("kick", "crash", "snare", "tom", "ride", "hat", "percussion")
"""Whose stroke stays where there are too many."""


@dataclass(frozen=True, eq=False)
class Sketch:
    """struck, loud (1..127 where struck): shape (cells,)."""

    struck: Bools
    loud: NDArray[np.int64]

    def with_cell(self, cell: int, velocity: int) -> Sketch:
        """The same with a cell struck at `velocity`; 0 leaves it out."""
        struck, loud = self.struck.copy(), self.loud.copy()
        struck[cell], loud[cell] = velocity > 0, velocity
        return Sketch(struck, loud)

    def strokes(self) -> list[int]:
        """The cells that are struck, ascending."""
        found: list[int] = np.flatnonzero(self.struck).tolist()
        return found


def empty(cells: Cells) -> Sketch:
    return Sketch(np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=np.int64))


def playable(sketch: Sketch, cells: Cells) -> Sketch:
    """What two hands and two feet can play of it: the strokes that matter most stay."""
    found, ticks = sketch.strokes(), cells.tick
    if not any(_crowded(group, cells) for group in _together(found, ticks.tolist())):
        return sketch
    kept = empty(cells)
    for cell in sorted(found, key=lambda cell: (_FIRST.index(cells.drums[cell].voice), -sketch.loud[cell], cell)):
        if fits(kept.struck, cell, cells):
            kept.struck[cell], kept.loud[cell] = True, sketch.loud[cell]
    return kept


def fits(struck: Bools, cell: int, cells: Cells) -> bool:
    """Whether a cell can be struck together with what is struck."""
    close, same = cells.around[cell]
    drum = cells.drums[cell]
    if any(struck[other] and _one_surface(drum.note, int(cells.note[other])) for other in same):
        return False
    if not by_hand(drum):
        return True
    tick = cells.tick[cell]
    hands = [cells.tick[other] for other in close if struck[other]]
    return all(sum(low <= at <= low + FINE for at in hands) < HANDS for low in (tick - FINE, tick))


def frames(sketch: Sketch, cell: int, cells: Cells) -> bool:
    """Whether a stroke holds the bar up: a kick on the one; what is loud on a beat by kick, snare or crash."""
    if (cells.tick[cell], cells.note[cell]) == (0, KICK.note):
        return True
    on_beat = int(cells.weight[cell]) >= -2 and cells.drums[cell].voice in ("kick", "snare", "crash")
    return on_beat and int(sketch.loud[cell]) >= BACKBEAT_VELOCITY


def leaning(struck: Bools, cells: Cells) -> int:
    """1 where more of a bar lies on sixths of its beats than on quarters, -1 where less, 0 where neither."""
    even, threes = cells.grids
    return int(np.sign(int((struck & threes & ~even).sum()) - int((struck & even & ~threes).sum())))


def grid(struck: Bools, cells: Cells) -> Bools:
    """The cells on the grid that a bar uses: quarters of the beat, or sixths where it leans to those."""
    even, threes = cells.grids
    return threes if leaning(struck, cells) > 0 else even


def bar(sketch: Sketch, cells: Cells) -> Bar:
    """The bar as a value."""
    hits = (Hit(cells.drums[cell], cells.places[cell], int(sketch.loud[cell])) for cell in sketch.strokes())
    return Bar(cells.meter, tuple(hits))


def within(velocity: float) -> int:
    """A velocity that can be written."""
    return int(min(max(round(velocity), SOFTEST), LOUDEST))


def _together(found: Sequence[int], ticks: Sequence[int]) -> Iterator[list[int]]:
    """Runs of strokes, each within FINE of the one before."""
    run: list[int] = []
    for cell in found:
        if run and ticks[cell] - ticks[run[-1]] > FINE:
            yield run
            run = []
        run.append(cell)
    if run:
        yield run


def _crowded(run: list[int], cells: Cells) -> bool:
    if len(run) == 1:
        return False
    drums = [cells.drums[cell] for cell in run]
    return sum(map(by_hand, drums)) > HANDS or any(
        cells.tick[one] == cells.tick[other] and _one_surface(cells.drums[one].note, cells.drums[other].note)
        for at, one in enumerate(run)
        for other in run[at + 1 :]
    )


def _one_surface(one: int, other: int) -> bool:
    return any(one in surface and other in surface for surface in _SURFACES)
