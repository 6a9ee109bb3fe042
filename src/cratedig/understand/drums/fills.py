"""Which bars are fills: time is not kept on hat or ride, and snare and toms play instead.

The weights are those of a logistic regression (five folds by file) on the bars of the shared groove_midi's fill files
against those of its beat files: seven in ten of the ones are found, and one in fifteen of the others is taken for a
fill. Beat files hold fills that nobody marked: of what is found in them twice as many are the fourth bar of four as
any other (docs/drums.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.strokes import CRASH, HAT, PERCUSSION, RIDE, SNARE, STEP, TOM, Flags, Floats, Strokes

NOT_KEPT, DRUMMED, OFFSET = 2.72, 4.25, -3.16
"""Log odds: by the share of quarters without hat or ride, and by the share of strokes on snare or toms."""
SURE: Final = (
    0.5  # log odds from which a bar is a fill; 1.0 finds 0.62 and takes 0.048 of the others, 0.5 0.70 and 0.066
)
FEWEST: Final = 4  # strokes: a bar of fewer is a rest
LONGEST: Final = 4  # bars of a fill
CONTEXT: Final = 4  # bars: from here on the piece's own habit is known, and a fill is what differs from it


@dataclass(frozen=True)
class Fill:
    """Bars from `begin` on, `bars` of them; leads_to_crash: the next bar begins with one."""

    begin: int
    bars: int
    leads_to_crash: bool


def is_fill(strokes: Strokes) -> Flags:
    """Of every bar of a piece; shape (bars,)."""
    odds = fill_odds(strokes)
    played = strokes.per_bar(np.ones(len(strokes.voice), dtype=bool)) >= FEWEST
    habit = max(0.0, float(np.median(odds[played]))) if played.sum() >= CONTEXT else 0.0
    return _short_runs(played & (odds - habit > SURE))


def fill_odds(strokes: Strokes) -> Floats:
    """Log odds of each bar being a fill, by itself; shape (bars,)."""
    voice, played = strokes.voice, strokes.played
    time = (voice == HAT) | (voice == RIDE)
    quarters = np.maximum(np.floor(strokes.quarters), 1)
    kept = np.unique(np.stack([played.bar[time], played.place[time] // PPQ]), axis=1)[0]
    unkept = 1 - np.minimum(np.bincount(kept, minlength=strokes.bars) / quarters, 1)
    every = strokes.per_bar(voice != PERCUSSION)
    drummed = strokes.per_bar((voice == SNARE) | (voice == TOM)) / np.maximum(every, 1)
    odds: Floats = OFFSET + NOT_KEPT * unkept + DRUMMED * drummed
    return odds


def fills_of(strokes: Strokes, fill: Flags) -> list[Fill]:
    """The fills as runs of bars, in order."""
    crash = (strokes.voice == CRASH) & (strokes.played.place < STEP)
    crashed = np.append(strokes.per_bar(crash) > 0, False)
    return [Fill(int(begin), int(end - begin), bool(crashed[end])) for begin, end in _runs(fill)]


def _short_runs(fill: Flags) -> Flags:
    """Without the runs of over LONGEST bars, which are solos, or beats on the drums."""
    kept = fill.copy()
    for begin, end in _runs(fill):
        if end - begin > LONGEST:
            kept[begin:end] = False
    return kept


def _runs(fill: Flags) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], fill, [False]]).astype(int))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
