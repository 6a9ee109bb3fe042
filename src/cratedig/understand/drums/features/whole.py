"""All features of a performance, in the order in which the heads know them."""

from __future__ import annotations

import numpy as np

from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.features import moves, places, touch
from cratedig.understand.drums.features.rows import BAR, Floats, Integers, Rows, spread
from cratedig.understand.drums.played import Played


def features(played: Played) -> Floats:
    """How it is played, whoever plays it and however long: what style and drummer are told by. Shape (523,).

    At least one stroke. About 2 ms for ten bars.
    """
    rows = Rows.of(played)
    moments = moves.Moments.of(rows)
    told = (
        places.used(rows), places.metrical(rows), places.against_beat(rows), places.gridded(rows),
        places.repeated(rows), touch.loudness(rows), touch.accents(rows), touch.timing(rows),
        moves.together(moments), moves.order(moments), moves.gaps(rows),
    )  # fmt: skip
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in told])


def extent(played: Played) -> Floats:
    """What a beat and a fill are told apart by: how long it is, where it begins and ends, how evenly it is filled,
    what is struck, what comes again. Shape (58,)."""
    rows = Rows.of(played)
    at = np.sort(rows.begin + rows.tick)
    told = (_length(rows, at), _filled(rows, at), places.used(rows), places.repeated(rows))
    return np.concatenate([np.asarray(part, dtype=np.float64) for part in told])


def _length(rows: Rows, at: Integers) -> list[float]:
    """In quarters, bars and seconds, and where in its bars and quarters it begins and ends."""
    first, last = at[0] / PPQ, at[-1] / PPQ
    length = last - first
    seconds = length * 60 / rows.tempo_bpm
    ends = (at[-1] // BAR + 1) * 4 - last
    return [length, len(rows), len(rows) / (length + 1), first, last % 4, last % 1, rows.bars, seconds,
            np.log(length + 0.5), np.ceil(length) % 4, -last % 4, ends]  # fmt: skip


def _filled(rows: Rows, at: Integers) -> list[float]:
    """In how many quarters time is kept, and how many strokes there are in each: how uneven, most, last."""
    by_quarter = np.bincount((at - at[0]) // PPQ)
    kept = np.maximum((rows.begin + rows.tick)[rows.keeper] - at[0], 0)
    with_time = np.bincount(kept // PPQ, minlength=len(by_quarter)) > 0
    return [with_time.mean(), spread(np.diff(by_quarter).astype(np.float64)), by_quarter.max(), by_quarter[-1]]
