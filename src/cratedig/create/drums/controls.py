"""More or fewer strokes, plainer or busier places: changes that never cross, so that more is never less.

Each bar has one order in which strokes leave it and one in which strokes come; a wish says how far along it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.create.drums.cells import Cells, Integers
from cratedig.create.drums.habits import BETWEEN_EIGHTHS, Habits, Near
from cratedig.create.drums.novelty import if_repeated
from cratedig.create.drums.sketch import Sketch, fits, frames, grid, within
from cratedig.create.drums.vocabulary import word
from cratedig.music.drums.kit import OPEN_HAT
from cratedig.music.drums.meter import PPQ

SIXTEENTH: Final = PPQ // 4
MOST_SHIFT: Final = 0.6
"""How many of a bar's strokes the furthest wish takes or adds."""

Allowed = Callable[[Sketch], bool]


def shaped(
    habits: Habits,
    near: Near,
    sketch: Sketch,
    kept: Collection[int],
    *,
    density: float,
    complexity: float,
    told: Container[bytes],
) -> Sketch:
    """The bar as dense and as complex as wished, both -1..1; 0 leaves it. kept: strokes that must stay. told: bars that
    it must not become."""

    def allowed(made: Sketch) -> bool:
        return word(made.struck) not in told

    weak = habits.cells.weight <= BETWEEN_EIGHTHS
    busier = _along(habits, near, sketch, kept, complexity, allowed, np.flatnonzero(weak))
    return _along(habits, near, busier, kept, density, allowed, np.arange(len(weak)))


def _along(
    habits: Habits, near: Near, sketch: Sketch, kept: Collection[int], shift: float, allowed: Allowed, among: Integers
) -> Sketch:
    steps = round(abs(shift) * MOST_SHIFT * int(sketch.struck.sum()))
    if steps == 0:
        return sketch
    likely = if_repeated(near, sketch)
    if shift < 0:
        return _gone(sketch, steps, _leaving(habits, sketch, kept, likely, among), allowed)
    return _come(habits, near, sketch, steps, _coming(habits, sketch, likely, among), allowed)


def _leaving(
    habits: Habits, sketch: Sketch, kept: Collection[int], likely: NDArray[np.float64], among: Integers
) -> list[int]:
    """What may leave a bar, first what matters least: soft, on light places, seldom struck. Its frame stays."""
    cells = habits.cells
    candidates = [cell for cell in among[sketch.struck[among]].tolist() if cell not in kept]
    candidates = [cell for cell in candidates if not frames(sketch, cell, cells)]
    return sorted(candidates, key=lambda cell: (likely[cell] + sketch.loud[cell] / 127 + cells.weight[cell] / 5, cell))


def _coming(habits: Habits, sketch: Sketch, likely: NDArray[np.float64], among: Integers) -> list[int]:
    """What may come to a bar, the likeliest first: on its grid, and nothing that would have to be closed again."""
    cells = habits.cells
    free = among[(~sketch.struck & grid(sketch.struck, cells) & ~cells.of(OPEN_HAT))[among]]
    found: list[int] = free[np.argsort(-likely[free], kind="stable")].tolist()
    return found


def _gone(sketch: Sketch, steps: int, order: Sequence[int], allowed: Allowed) -> Sketch:
    made, last = sketch, sketch
    for at, cell in enumerate(order, 1):
        made = made.with_cell(cell, 0)
        if allowed(made):
            last = made
            if at >= steps:
                break
    return last


def _come(habits: Habits, near: Near, sketch: Sketch, steps: int, order: Sequence[int], allowed: Allowed) -> Sketch:
    made, last, come, cells = sketch, sketch, 0, habits.cells
    for cell in order:
        if not fits(made.struck, cell, cells) or _hurries(made, cell, cells):
            continue
        made = made.with_cell(cell, within(float(np.median(habits.loudness(cell, near)))))
        come += 1
        if allowed(made):
            last = made
            if come >= steps:
                break
    return last


def _hurries(sketch: Sketch, cell: int, cells: Cells) -> bool:
    """Whether a new kick would be the third or more in sixteenths, which a single foot does not add for fun."""
    if cells.drums[cell].voice != "kick":
        return False
    kicks = set(cells.tick[sketch.struck & cells.voiced("kick")].tolist())
    tick = int(cells.tick[cell])
    steps = [tick + SIXTEENTH * step in kicks for step in (-2, -1, 1, 2)]
    return (steps[1] and (steps[0] or steps[2])) or (steps[2] and steps[3])
