"""Which of the bars of all performances a profile keeps: runs of them from as many performances as can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from cratedig.music.drums.groove import Bar
from cratedig.music.drums.style import Passage, Role
from cratedig.understand.drums.measured import Measured
from cratedig.understand.drums.strokes import Flags, Integers
from cratedig.understand.drums.typical import CELL, medoids, portraits

MOST_BARS: Final = 400
SHORTEST: Final = 8  # bars of a run, where a performance has so many: two phrases
FILL_SHARE: Final = 0.25  # of the bars, at most, are of performances that are nothing but fills
MOST_TYPICAL: Final = 8
COMPARED: Final = 400  # bars among which the typical ones are sought


def passages_of(pieces: Sequence[Measured]) -> tuple[Passage, ...]:
    """Runs of at most MOST_BARS bars in all. Performances that have not so many leave theirs to the others."""
    fills = [piece for piece in pieces if not piece.beats.any()]
    beats = [piece for piece in pieces if piece.beats.any()]
    room = _room(fills, int(MOST_BARS * FILL_SHARE) if beats else MOST_BARS)
    room += _room(beats, MOST_BARS - sum(bars for _, bars in room))
    return tuple(_passage(piece, bars) for piece, bars in room if bars)


def typical_bars(pieces: Sequence[Measured]) -> tuple[Bar, ...]:
    """The medoids of the bars that are no fills, in the meter that most are in, the most usual first."""
    meters = [piece.meter for piece in pieces for _ in range(int(piece.beats.sum()))]
    if not meters:
        return ()
    meter = max(dict.fromkeys(meters), key=meters.count)
    fitting = [
        (piece, np.flatnonzero(piece.beats & np.array([one == meter for one in piece.strokes.played.meters])))
        for piece in pieces
    ]
    each = _shares([len(bars) for _, bars in fitting], COMPARED)
    bars = [(piece, _spread(bars, many)) for (piece, bars), many in zip(fitting, each, strict=True)]
    cells = meter.bar_ticks // CELL
    points = np.concatenate([portraits(piece.strokes, at, cells=cells) for piece, at in bars])
    owners = [(piece, int(bar)) for piece, at in bars for bar in at]
    return tuple(_bars(owners[at][0], owners[at][1], 1)[0] for at in medoids(points, most=MOST_TYPICAL))


def _room(pieces: Sequence[Measured], bars: int) -> list[tuple[Measured, int]]:
    """How many bars of each, at most `bars` in all. Where there is no room for all, those evenly among them have it."""
    short = sum(min(len(piece.beats), SHORTEST) for piece in pieces)
    most = len(pieces) if short <= bars else max(bars * len(pieces) // short, 1)
    kept = [pieces[at] for at in _spread(np.arange(len(pieces)), most)]
    return list(zip(kept, _shares([len(piece.beats) for piece in kept], bars), strict=True))


def _shares(sizes: Sequence[int], room: int) -> list[int]:
    """Room as evenly as the sizes allow: who has less than an even share leaves the rest to the others."""
    shares, left = [0] * len(sizes), room
    for rank, at in enumerate(sorted(range(len(sizes)), key=lambda at: sizes[at])):
        shares[at] = min(sizes[at], left // (len(sizes) - rank))
        left -= shares[at]
    return shares


def _spread(rows: Integers, most: int) -> Integers:
    """At most so many of the rows, evenly among them."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]


def _passage(piece: Measured, bars: int) -> Passage:
    """The run with the most bars in which something is played; of several the one nearest the middle."""
    played: Flags = piece.beats | piece.fills
    counts = np.convolve(played, np.ones(bars, dtype=int), mode="valid")
    middle = (len(counts) - 1) / 2
    begin = min(np.flatnonzero(counts == counts.max()).tolist(), key=lambda at: (abs(at - middle), at))
    roles: tuple[Role, ...] = tuple("fill" if fill else "beat" for fill in piece.fills[begin : begin + bars].tolist())
    return Passage(_bars(piece, begin, bars), roles, piece.strokes.played.tempo_bpm, piece.name)


def _bars(piece: Measured, begin: int, bars: int) -> tuple[Bar, ...]:
    return piece.strokes.played.bars_from(begin, bars)
