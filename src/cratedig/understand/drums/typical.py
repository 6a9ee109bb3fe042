"""The bars that stand for the others: medoids, each the bar nearest to those it stands for.

Bars are compared by what is struck when and how loudly, and a stroke a moment off is nearly the same stroke: velocities
by voice on a grid of twelfths of a quarter, smoothed over their neighbours. Medoids are sought as BUILD of PAM does
(Kaufman & Rousseeuw 1990, "Finding groups in data", chapter 2): each next one lessens the sum of distances most.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cratedig.music.drums.kit import VOICES
from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.strokes import Floats, Integers, Strokes

CELL: Final = PPQ // 12  # ticks
BESIDE: Final = 0.5  # of a stroke's weight, in the cells beside its own
LOUDEST: Final = 127.0
OPEN_HATS: Final = len(VOICES)  # open and pedal hats sound unlike closed ones: rows of their own
PEDAL_HATS: Final = OPEN_HATS + 1
ROWS: Final = len(VOICES) + 2


def portraits(strokes: Strokes, bars: Integers, *, cells: int) -> Floats:
    """These bars as points, shape (bars, ROWS * cells): near each other where much the same is played."""
    played = strokes.played
    at = np.full(strokes.bars, -1)
    at[bars] = np.arange(len(bars))
    rows = at[played.bar] >= 0
    row = np.select([played.note == 46, played.note == 44], [OPEN_HATS, PEDAL_HATS], strokes.voice)[rows]
    cell = np.minimum((played.place[rows] + CELL // 2) // CELL, cells - 1)
    table = np.zeros((len(bars), ROWS, cells + 2))
    np.maximum.at(table, (at[played.bar[rows]], row, cell + 1), played.velocity[rows] / LOUDEST)
    smooth = table[:, :, 1:-1] + BESIDE * (table[:, :, :-2] + table[:, :, 2:])
    return smooth.reshape(len(bars), ROWS * cells)


def medoids(points: Floats, *, most: int) -> list[int]:
    """Rows of `points` (shape (bars, n)) that stand for the others, those that stand for most first."""
    if not len(points):
        return []
    distance = distances(points)
    chosen = [int(distance.sum(axis=0).argmin())]
    nearest = distance[:, chosen[0]]
    while len(chosen) < most:
        gain = np.maximum(nearest[:, None] - distance, 0).sum(axis=0)
        best = int(gain.argmax())
        if gain[best] <= 1e-6:
            break
        chosen.append(best)
        nearest = np.minimum(nearest, distance[:, best])
    stands_for = np.bincount(distance[:, chosen].argmin(axis=1), minlength=len(chosen))
    return [chosen[at] for at in np.argsort(-stands_for, kind="stable")]


def distances(points: Floats) -> Floats:
    """Between every two rows, 0..1, shape (n, n): how far apart they are, of as far as bars with nothing in common."""
    squares = (points**2).sum(axis=1)
    both = np.maximum(squares[:, None] + squares[None, :], 1e-9)
    apart: Floats = np.sqrt(np.clip(1 - 2 * (points @ points.T) / both, 0, 1))
    return apart
