"""How voices are struck by place: sums over a piece that add up over pieces, and the feel that they tell.

Pushes are against the grid as the piece swings it, and against the click: what a player is late by as a whole stays in.
Spreads are those within a piece.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.drums.feel import STRAIGHT, Feel, Touch
from cratedig.music.drums.kit import VOICES, Voice
from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.strokes import Flags, Floats, Strokes
from cratedig.understand.drums.written import on_grid, pushes

MOST_STEPS: Final = 64
ANYWHERE: Final = MOST_STEPS
"""The last place of the sums: the voice anywhere."""
FEWEST: Final = 8  # strokes from which a place has a touch of its own
SWINGS: Final = 58.0  # percent from which a stroke written on a triplet is a swung eighth or sixteenth
COUNT, PUSH, PUSH_SQUARED, VELOCITY, VELOCITY_SQUARED, PUSH_LOST, VELOCITY_LOST, FREE = range(8)

Sums = NDArray[np.float64]
"""Shape (voices, MOST_STEPS + 1, 8): strokes, sums and squares of pushes and velocities, the parts of the squares that
are due to the means of pieces, and the degrees of freedom that pieces leave."""


def sums(strokes: Strokes, bars: Flags, *, swing_8: float = STRAIGHT, swing_16: float = STRAIGHT) -> Sums:
    """Over the strokes on a grid, as written, in the bars asked for (shape (bars,))."""
    played = strokes.played
    rows = bars[played.bar] & on_grid(played)
    push = np.clip(pushes(played, swing_8=swing_8, swing_16=swing_16)[rows], -PPQ // 4, PPQ // 4)
    velocity = played.velocity[rows].astype(np.float64)
    step = np.minimum(strokes.step[rows], MOST_STEPS - 1)
    cell = strokes.voice[rows] * (MOST_STEPS + 1) + step
    columns = (np.ones(len(cell)), push, push**2, velocity, velocity**2)
    shape = (len(VOICES), MOST_STEPS + 1)
    table = np.stack([np.bincount(cell, column, shape[0] * shape[1]) for column in columns], axis=1)
    table = table.reshape(*shape, len(columns))
    table[:, ANYWHERE] = table.sum(axis=1)
    count = np.maximum(table[..., COUNT], 1)
    lost = np.stack([table[..., PUSH] ** 2 / count, table[..., VELOCITY] ** 2 / count, count - 1], axis=-1)
    return np.concatenate([table, lost], axis=-1)


def added(parts: Iterable[Sums]) -> Sums:
    """The sums of pieces together."""
    total: Sums = np.sum(list(parts), axis=0)
    return total


def feel_from(total: Sums, *, swing_8: float, swing_16: float) -> Feel:
    """The feel over pieces whose sums were added. Places in which spreads cannot be told have the voice's own."""
    touches: dict[tuple[Voice, int | None], Touch] = {}
    for at, voice in enumerate(VOICES):
        for step in np.flatnonzero(total[at, :, COUNT] >= FEWEST).tolist():
            cell = total[at, step]
            spread = cell if cell[FREE] >= FEWEST - 1 else total[at, ANYWHERE]
            touches[voice, None if step == ANYWHERE else step] = _touch(cell, spread)
    return Feel(swing_8, swing_16, touches)


def _touch(cell: Floats, spread: Floats) -> Touch:
    """The means of one place, the spreads of another."""
    free = max(spread[FREE], 1)
    return Touch(
        push=float(cell[PUSH] / cell[COUNT]),
        push_spread=float(np.sqrt(max(spread[PUSH_SQUARED] - spread[PUSH_LOST], 0) / free)),
        velocity=float(cell[VELOCITY] / cell[COUNT]),
        velocity_spread=float(np.sqrt(max(spread[VELOCITY_SQUARED] - spread[VELOCITY_LOST], 0) / free)),
        hits=int(cell[COUNT]),
    )
