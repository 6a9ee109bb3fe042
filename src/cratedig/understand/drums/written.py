"""How a swinging player's bars are written: swung notes as eighths and sixteenths, and how far off the swung grid they
are; so that the same bars can be played with another swing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from cratedig.music.drums.meter import PPQ
from cratedig.music.drums.swing import swung
from cratedig.understand.drums.played import Played
from cratedig.understand.drums.strokes import Flags, Floats, Integers

SWINGS: Final = 54.0
"""Percent from which a lone stroke on the second or last third of a pair is its swung second note."""
SIXTEENTH, THIRTY_SECOND, SEXTUPLET = PPQ // 4, PPQ // 8, PPQ // 6


def written(played: Played, *, swing_8: float, swing_16: float) -> Played:
    """The same performance, which swings so (percent), with places moved from triplets to what they stand for.

    It sounds the same: what a place moves, its push takes up. Quarters that have the triplet's middle stay triplets.
    """
    place = played.place
    if swing_8 >= SWINGS:
        place = _moved(played, place, {4 * SEXTUPLET: PPQ // 2}, unless=(2 * SEXTUPLET,))
    if swing_16 >= SWINGS:
        place = _moved(
            played, place, {2 * SEXTUPLET: SIXTEENTH, 5 * SEXTUPLET: 3 * SIXTEENTH}, unless=(SEXTUPLET, 4 * SEXTUPLET)
        )
    if place is played.place:
        return played
    order = np.lexsort((played.note, place, played.bar))
    push = played.push + played.place - place
    return replace(
        played,
        bar=played.bar[order],
        place=place[order],
        push=push[order],
        note=played.note[order],
        velocity=played.velocity[order],
    )


def pushes(played: Played, *, swing_8: float, swing_16: float) -> Floats:
    """Ticks late (+) or early (-) of the grid swung so, of strokes as written; shape (n,)."""
    late = np.zeros(len(played))
    for meter in set(played.meters):
        here = np.array([one == meter for one in played.meters])[played.bar]
        grid = swung(meter, range(0, meter.bar_ticks, THIRTY_SECOND), swing_8=swing_8, swing_16=swing_16)
        table = np.array(list(grid.values())) - np.array(list(grid))
        at = np.minimum(played.place[here] // THIRTY_SECOND, len(table) - 1)
        late[here] = np.where(played.place[here] % THIRTY_SECOND == 0, table[at], 0.0)
    return played.push - late


def on_grid(played: Played) -> Flags:
    """Which strokes are in a place of a grid; the others are the soft ones of flams and drags. Shape (n,)."""
    found: Flags = (played.place % THIRTY_SECOND == 0) | (played.place % SEXTUPLET == 0)
    return found


def _moved(played: Played, place: Integers, to: dict[int, int], *, unless: tuple[int, ...]) -> Integers:
    """Places with ticks of the quarter moved as `to` says, but in quarters that have a stroke `unless` names, or one
    where another would be moved to."""
    quarter = place // PPQ + played.bar * (int(place.max()) // PPQ + 1)
    within = place % PPQ
    stays = np.unique(quarter[np.isin(within, (*unless, *to.values()))])
    free = ~np.isin(quarter, stays)
    for old, new in to.items():
        place = np.where(free & (within == old), place + new - old, place)
    return place
