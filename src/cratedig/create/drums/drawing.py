"""Drawing a bar from the one before it, and a theme from what was played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cratedig.create.drums.cells import REST, Bools, Cells, Integers
from cratedig.create.drums.habits import Habits, Near
from cratedig.create.drums.likelihood import CLOSING, OPENING, Chances
from cratedig.create.drums.sketch import Sketch, grid, playable, within

TEMPO_OCTAVES: Final = 0.25  # a passage half as fast again (0.58 octaves) is 15 times less likely taken up
MOST_PARTNERS: Final = 8
ON_PULSE: Final = -2
"""The metrical weight of a pulse, or heavier."""
NEW_IN_THEME: Final = 0.15  # of the strokes of a theme, beyond what was put together


@dataclass(frozen=True, eq=False)
class Theme:
    """What a part is about: two bars that answer each other, and the language around them."""

    near: Near
    call: Sketch
    answer: Sketch


def drawn(
    habits: Habits, near: Near, before: Sketch, *, part: int, changes: int, steady: bool, rng: Generator
) -> Sketch:
    """A bar after `before`, of which at most `changes` cells differ: those that were drawn and are likeliest.

    steady: what stays is as loud as before; else as much louder or softer as is usual.
    """
    struck = before.struck
    if changes:
        struck = _struck(near.chances[part], before.struck, habits.cells, rng)
        struck &= before.struck | grid(before.struck, habits.cells)
        undone = _undone(near.alone, before, np.flatnonzero(struck != before.struck), changes, habits.cells)
        struck[undone] = before.struck[undone]
    return playable(Sketch(struck, _loud(habits, near, struck, before, rng, steady=steady)), habits.cells)


def _undone(chances: Chances, before: Sketch, turned: Integers, changes: int, cells: Cells) -> Integers:
    """What is not changed after all: beyond so many changes the less likely ones, what keeps time on a pulse, and what
    else is struck there unless it is likely gone."""
    there = chances[before.struck[turned].astype(np.int64), turned]
    likely = np.where(before.struck[turned], 1.0 - there, there)
    on_pulse = before.struck[turned] & (cells.weight[turned] >= ON_PULSE)
    likely[on_pulse & ((there > 0.5) | cells.timekeeping[turned])] = -1.0
    order = np.argsort(-likely, kind="stable")
    kept = order[: min(changes, int((likely >= 0).sum()))]
    return np.delete(turned, kept)


def _struck(chances: NDArray[np.float64], before: Bools, cells: Cells, rng: Generator) -> Bools:
    """Kicks first, then snares upon them, then what keeps time, then the rest. chances: (2, companies, cells)."""
    struck = np.zeros(len(cells), dtype=bool)
    company = np.zeros(int(cells.slot.max()) + 1, dtype=np.int64)
    dice = rng.random(len(cells))
    was = before.astype(np.int64)
    for drawing, own in enumerate(cells.by_rank):
        slots = cells.slot[own]
        struck[own] = dice[own] < chances[was[own], company[slots], own]
        if drawing < REST:
            company[slots[struck[own]]] |= 1 << drawing
    return struck


def _loud(
    habits: Habits, near: Near, struck: Bools, before: Sketch, rng: Generator, *, steady: bool
) -> NDArray[np.int64]:
    stays = struck & before.struck
    moved = before.loud if steady else np.rint(before.loud + rng.normal(0.0, 1.0, len(struck)) * near.spread / 2)
    loud = np.where(stays, np.clip(moved, 1, 127), 0).astype(np.int64)
    for cell in np.flatnonzero(struck & ~before.struck).tolist():
        found = habits.loudness(cell, near)
        loud[cell] = within(float(found[rng.integers(len(found))]))
    return loud


def passages(habits: Habits, tempo_bpm: float, rng: Generator) -> list[int]:
    """The passages in the order in which they are taken up: drawn, those at such a tempo and longer ones sooner."""
    known = list(habits.beats)
    octaves = np.log2(habits.words.tempi[known] / tempo_bpm)
    bars = np.array([len(habits.beats[at]) for at in known], dtype=np.float64)
    keys = -0.5 * (octaves / TEMPO_OCTAVES) ** 2 + 0.5 * np.log(np.minimum(bars, 16.0)) + rng.gumbel(size=len(known))
    return [known[at] for at in np.argsort(-keys, kind="stable")]


def theme(habits: Habits, passage: int, rng: Generator, *, leaning: int = 0) -> Theme:
    """Two bars about what a passage is about: hands of one bar, feet of another, and a little drawn on top.

    leaning: the grid they should be on where there is a choice, as `Habits.leaning` has it; 0 any.
    """
    near = habits.near(passage)
    usual = _on_one_grid(habits, habits.typical(passage), leaning)
    first = int(usual[rng.integers(-(-len(usual) // 3))])
    feet = _partner(habits, near, first, rng)
    put = _together(habits, first, feet)
    changes = round(NEW_IN_THEME * put.struck.sum())
    call = drawn(habits, near, put, part=OPENING, changes=changes, steady=True, rng=rng)
    second = _together(habits, _after(habits, first, usual), _after(habits, feet, near.rows))
    answer = drawn(habits, near, second, part=CLOSING, changes=changes, steady=True, rng=rng)
    return Theme(near, call, answer)


def _partner(habits: Habits, near: Near, first: int, rng: Generator) -> int:
    """Whose feet go with the hands of `first`: the likelier what both make, the sooner."""
    others = _on_one_grid(habits, near.rows, int(habits.leaning[first]))
    others = others[others != first]
    if not len(others):
        return first
    tried = rng.choice(others, size=min(MOST_PARTNERS, len(others)), replace=False)
    made = np.stack([_together(habits, first, int(feet)).struck for feet in tried])
    scores = _log_likelihood(near.chances[OPENING], habits.words.rows.struck[first], made)
    return int(tried[np.argmax(scores + rng.gumbel(size=len(tried)))])


def _log_likelihood(chances: NDArray[np.float64], before: Bools, made: Bools) -> NDArray[np.float64]:
    there = np.clip(chances[before.astype(np.int64), 0, np.arange(len(before))], 1e-6, 1 - 1e-6)
    found: NDArray[np.float64] = np.where(made, np.log(there), np.log1p(-there)).sum(axis=1)
    return found


def as_played(habits: Habits, row: int) -> Sketch:
    """A bar of the evidence, as far as two hands and two feet can play it."""
    rows = habits.words.rows
    return playable(Sketch(rows.struck[row], rows.loud[row].astype(np.int64)), habits.cells)


def _on_one_grid(habits: Habits, rows: Integers, leaning: int) -> Integers:
    """The bars that go together with such a grid; all where none does."""
    kept = rows[habits.leaning[rows] * leaning >= 0]
    return kept if len(kept) else rows


def _after(habits: Habits, row: int, usual: Integers) -> int:
    """The bar played after a bar, where that is among the more usual half; else the bar itself."""
    rows = habits.words.rows
    follows = row + 1 < len(rows) and rows.before[row + 1] == row
    goes_on = follows and habits.leaning[row] * habits.leaning[row + 1] >= 0
    return row + 1 if goes_on and row + 1 in usual[: -(-len(usual) // 2)] else row


def _together(habits: Habits, hands: int, feet: int) -> Sketch:
    rows, feet_cells = habits.words.rows, habits.cells.by_foot
    struck = np.where(feet_cells, rows.struck[feet], rows.struck[hands])
    return Sketch(struck, np.where(feet_cells, rows.loud[feet], rows.loud[hands]).astype(np.int64))
