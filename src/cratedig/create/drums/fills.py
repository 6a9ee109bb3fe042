"""Fills: how a bar that leads on is played, after the drummer's own, and the crash that answers it."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from cratedig.create.drums.cells import Bools, Cells
from cratedig.create.drums.habits import Habits
from cratedig.create.drums.places import beats
from cratedig.create.drums.sketch import Sketch, playable, within
from cratedig.create.drums.vocabulary import fill_ticks, fill_toms
from cratedig.music.drums.kit import CRASH, DRUMS, KICK, SNARE

MADE_STRUCK = 0.8  # of the places of a fill that nobody taught
MADE_SOFT, MADE_LOUD = 72, 112
ANSWER_VELOCITY = 112


def fill(habits: Habits, groove: Sketch, rng: Generator) -> Sketch:
    """`groove` up to where the fill begins, and from there a fill: hands after one the drummer played, feet after
    another, or made of snare and toms where the evidence has none."""
    cells = habits.cells
    if not habits.fills:
        return playable(_made(groove, cells, rng), cells)
    rows = habits.words.rows
    hands, feet = (int(habits.fills[rng.integers(len(habits.fills))][-1]) for _ in range(2))
    begin = _begins(rows.struck[hands], cells)
    after = cells.tick >= begin
    played = np.where(cells.by_foot, rows.struck[feet], rows.struck[hands])
    loud = np.where(cells.by_foot, rows.loud[feet], rows.loud[hands])
    struck = np.where(after, played, groove.struck)
    return playable(Sketch(struck, np.where(after, loud, groove.loud).astype(np.int64) * struck), cells)


def answered(sketch: Sketch, habits: Habits) -> Sketch:
    """The bar after a fill: a crash and the kick on the one, and no other stroke of a stick there."""
    cells = habits.cells
    crash, kick = _crash(habits), cells.at[0, KICK.note]
    struck, loud = sketch.struck.copy(), sketch.loud.copy()
    here = (cells.tick == 0) & ~cells.by_foot
    struck[here], loud[here] = False, 0
    other_kick = cells.at.get((0, 35))
    kick = other_kick if other_kick is not None and struck[other_kick] else kick
    for cell in (crash, kick):
        struck[cell], loud[cell] = True, max(int(loud[cell]), ANSWER_VELOCITY)
    return playable(Sketch(struck, loud), cells)


def _crash(habits: Habits) -> int:
    """Where the drummer crashes most on the one."""
    cells, struck = habits.cells, habits.words.rows.struck
    known = [cell for (tick, note), cell in cells.at.items() if tick == 0 and DRUMS[note].voice == "crash"]
    return max(known, key=lambda cell: (int(struck[:, cell].sum()), cells.note[cell] == CRASH.note))


def _begins(struck: Bools, cells: Cells) -> int:
    """The tick of the beat in which a bar leaves its groove: with a tom, or a run on the snare; else half way."""
    tom, snare = cells.voiced("tom"), cells.voiced("snare")
    for beat in beats(cells.meter):
        inside = (cells.tick >= beat.begin) & (cells.tick < beat.begin + beat.length) & struck
        if (inside & tom).any() or len(np.unique(cells.tick[inside & snare])) > 2:
            return beat.begin
    return beats(cells.meter)[len(beats(cells.meter)) // 2].begin


def _made(groove: Sketch, cells: Cells, rng: Generator) -> Sketch:
    """Snare, then toms from high to low over the last beats, growing louder, a kick under each beat."""
    ticks = fill_ticks(cells.meter)
    notes = [SNARE.note, *fill_toms(cells.note.tolist())]
    after = cells.tick >= ticks[0]
    struck, loud = groove.struck & ~after, groove.loud * ~after
    kept = rng.random(len(ticks)) < MADE_STRUCK
    for at, tick in enumerate(ticks):
        share = at / len(ticks)
        cell = cells.at.get((tick, notes[int(share * len(notes))]))
        if cell is not None and (kept[at] or at == 0):
            struck[cell], loud[cell] = True, within(MADE_SOFT + (MADE_LOUD - MADE_SOFT) * share)
    for beat in beats(cells.meter)[-2:]:
        kick = cells.at.get((beat.begin, KICK.note))
        if kick is not None and groove.struck[kick]:
            struck[kick], loud[kick] = True, groove.loud[kick]
    return Sketch(struck, loud)
