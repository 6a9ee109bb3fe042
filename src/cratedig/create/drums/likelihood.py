"""How likely each cell of a bar is struck: a chain of contexts, each falling back on the one before it.

A drum in general; at places as heavy; at this place; when it was struck there in the bar before, or was not; with
what is already struck in the place; in this part of the phrase. Every context answers as far as it has been seen, and
leaves the rest to the plainer one (Witten and Bell 1991, method C: with n events of t kinds, t / (n + t)).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.create.drums.cells import Bools, Cells, Integers
from cratedig.create.drums.vocabulary import Rows

Chances = NDArray[np.float64]

OPENING, WITHIN, CLOSING = range(3)
"""Parts of a phrase: its first bar, those between, its last."""

PHRASE_BARS: Final = 4
REPEATED, NEW = 0.67, 0.45
"""Where nothing is known: how sure a stroke comes again in the next bar, beyond chance; how often one comes that was
not there, as a share of chance. Measured: 0.64..0.67 and 0.40..0.49 (drummers 1, 3 and 8 of groove_midi)."""

COMPANIES: Final = 8
"""What is struck at the same place: 1 a kick, 2 a snare, 4 what keeps time; of these only what is drawn before."""

_SEEN_BEFORE: Final = (0, 0b001, 0b011, 0b111)  # by rank: whose strokes a drum of this rank is drawn upon


def part(nth: Integers, bars: int = PHRASE_BARS) -> Integers:
    """The part of the phrase of the nth bar, from 0."""
    within = nth % bars
    found: Integers = np.where(within == 0, OPENING, np.where(within == bars - 1, CLOSING, WITHIN))
    return found


def companies(struck: Bools, cells: Cells) -> Integers:
    """What is struck at each cell's place that was drawn before it; shape (bars, cells)."""
    present = np.zeros((len(struck), int(cells.slot.max()) + 1), dtype=np.int64)
    for drawn in range(3):
        own = np.flatnonzero(cells.rank == drawn)
        at, which = np.nonzero(struck[:, own])
        present[at, cells.slot[own[which]]] |= 1 << drawn
    found: Integers = present[:, cells.slot] & np.array(_SEEN_BEFORE)[cells.rank]
    return found


def chances(rows: Rows, cells: Cells) -> Chances:
    """How likely a cell is struck, by part of the phrase, whether it was struck before, and company.

    Shape (3, 2, COMPANIES, cells), each in 0..1. Learned from beats that follow a beat, and from all beats alike.
    """
    beats = np.flatnonzero(~rows.fill)
    plain = _plain(rows.struck[beats], cells)
    follows = beats[rows.before[beats] >= 0]
    follows = follows[~rows.fill[rows.before[follows]]]
    seen, struck = _counted(rows, cells, follows)
    usual = np.stack([NEW * plain, REPEATED + (1.0 - REPEATED) * plain])
    before = interpolated(struck.sum(axis=(0, 2)), seen.sum(axis=(0, 2)), usual)
    company = interpolated(struck.sum(axis=0), seen.sum(axis=0), before[:, None, :])
    return interpolated(struck, seen, company[None])


def _plain(struck: Bools, cells: Cells) -> Chances:
    """By the cell alone, on what the drum does at places as heavy, on what it does anywhere."""
    bars, places = len(struck), len(np.unique(cells.tick))
    hits: Chances = struck.sum(axis=0, dtype=np.float64)
    drum = np.unique(cells.note, return_inverse=True)[1]
    anywhere = np.bincount(drum, hits) / max(bars * places, 1)
    kind = np.unique(drum * 16 - cells.weight, return_inverse=True)[1]
    heavy = {weight: len(np.unique(cells.tick[cells.weight == weight])) for weight in np.unique(cells.weight).tolist()}
    chance_of = bars * np.array([heavy[weight] for weight in cells.weight.tolist()], dtype=np.float64)
    as_heavy = interpolated(np.bincount(kind, hits)[kind].astype(np.float64), chance_of, anywhere[drum])
    return interpolated(hits, np.full(len(cells), bars, dtype=np.float64), as_heavy)


def _counted(rows: Rows, cells: Cells, follows: Integers) -> tuple[Chances, Chances]:
    """How often each context was met, and how often the cell was struck in it."""
    now, was = rows.struck[follows], rows.struck[rows.before[follows]]
    shape = (3, 2, COMPANIES, len(cells))
    codes = (part(rows.nth[follows])[:, None] * 2 + was) * COMPANIES + companies(now, cells)
    codes = codes * len(cells) + np.arange(len(cells))
    size = int(np.prod(shape))
    seen = np.bincount(codes.ravel(), minlength=size).reshape(shape).astype(np.float64)
    struck = np.bincount(codes[now], minlength=size).reshape(shape).astype(np.float64)
    return seen, struck


def interpolated(struck: Chances, seen: Chances, plainer: Chances) -> Chances:
    """The chance in a context that was met `seen` times and `struck` in so many, falling back on a plainer one."""
    kinds = (struck > 0).astype(np.float64) + (struck < seen)
    return (struck + np.maximum(kinds, 1.0) * plainer) / (seen + np.maximum(kinds, 1.0))
