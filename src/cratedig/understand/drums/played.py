"""Drum notes of a MIDI file as played: columns of bars, places, pushes, drums and velocities.

What a player meant is a place on a grid; what they did is that place and a push off it. The grid of a quarter is the
one that tells its hits in the fewest words (minimum description length; Cemgil, Desain & Kappen 2000, "Rhythm
quantization for transcription", weigh the same two costs): a finer grid lies nearer, and says more with every place.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected
from cratedig.music.drums.groove import TEMPI_BPM, Bar, Groove, Hit
from cratedig.music.drums.kit import DRUMS, GENERAL_MIDI, Kit
from cratedig.music.drums.meter import PPQ, Meter
from cratedig.music.score import Score
from cratedig.understand.drums.bars import bars_of

Integers = NDArray[np.int64]

GRIDS: Final = np.array([PPQ // 4, PPQ // 3, PPQ // 8, PPQ // 6])
"""Sixteenths, triplets of eighths, thirty-seconds, triplets of sixteenths, in ticks."""
PUSH_TICKS: Final = 22.0  # how far drummers lie off the grid (standard deviation); 44 to 47 thousandths of a quarter
RARE: Final = np.array([0.0, 1.0, 3.0, 3.0])  # nats: how much less usual a quarter on this grid is


@dataclass(frozen=True, eq=False)
class Played:
    """One row a hit, shape (n,) each, ascending by bar, place and note.

    bar: its number; place: ticks at PPQ from the bar's beginning, on a grid; push: ticks late (+) or early (-);
    note: General MIDI's; velocity: 1..127. meters: one a bar. unknown: drum notes that the kit does not know.
    """

    tempo_bpm: float
    meters: tuple[Meter, ...]
    bar: Integers
    place: Integers
    push: Integers
    note: Integers
    velocity: Integers
    unknown: int = 0

    def __len__(self) -> int:
        return len(self.bar)

    def groove(self) -> Groove:
        """The same as bars of hits."""
        return Groove(self.bars_from(0, len(self.meters)), self.tempo_bpm)

    def bars_from(self, begin: int, bars: int) -> tuple[Bar, ...]:
        """`bars` bars from the one numbered `begin` on; fewer where there are fewer."""
        meters = self.meters[begin : begin + bars]
        first, last = np.searchsorted(self.bar, (begin, begin + len(meters)))
        hits: list[list[Hit]] = [[] for _ in meters]
        columns = (self.bar, self.place, self.push, self.note, self.velocity)
        for bar, place, push, note, velocity in zip(*(column[first:last].tolist() for column in columns), strict=True):
            hits[bar - begin].append(Hit(DRUMS[note], Fraction(place, PPQ), velocity, push))
        return tuple(Bar(meter, tuple(played)) for meter, played in zip(meters, hits, strict=True))


def played(score: Score, *, kit: Kit = GENERAL_MIDI) -> Played:
    """What is drummed in a file. Of one drum struck twice at the same tick the louder stroke is kept.

    Raises InputRejected where nothing is drummed, or where bars or tempo are beyond what a groove can have.
    """
    ticks, notes, velocities, unknown = _columns(score, kit)
    if not len(ticks):
        raise InputRejected("Nothing is drummed in it: no note on channel 10 or on a track named as drums.")
    bars = bars_of(score, end=int(ticks.max()))
    begins = np.append(bars.begins, bars.begins[-1] + bars.meters[-1].bar_ticks)
    place = _on_grids(ticks, begins)
    order = _apart(place, ticks, notes, velocities)
    place, ticks, notes, velocities = place[order], ticks[order], notes[order], velocities[order]
    bar = np.searchsorted(begins, place, side="right") - 1
    meters = (*bars.meters, bars.meters[-1])[: max(len(bars.meters), int(bar.max()) + 1)]
    return Played(_tempo(score), meters, bar, place - begins[bar], ticks - place, notes, velocities, unknown)


def _columns(score: Score, kit: Kit) -> tuple[Integers, Integers, Integers, int]:
    """Ticks at PPQ, General MIDI notes, velocities, in order; the loudest of what sounds at once. Then the unknown."""
    rows, unknown = [], 0
    for note in score.drums:
        drum = kit.drum(note.pitch)
        if drum is None:
            unknown += 1
        else:
            rows.append((note.start, drum.note, note.velocity))
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    table[:, 0] = np.rint(table[:, 0] * (PPQ / score.ticks_per_quarter))
    table = table[np.lexsort((-table[:, 2], table[:, 1], table[:, 0]))]
    ticks, notes, velocities = table[np.append(True, (np.diff(table[:, :2], axis=0) != 0).any(axis=1))[: len(table)]].T
    return ticks, notes, velocities, unknown


def _on_grids(ticks: Integers, begins: Integers) -> Integers:
    """The places of hits, in ticks from the file's beginning, on the grids of the quarters of their bars."""
    bar = np.searchsorted(begins, ticks, side="right") - 1
    within = ticks - begins[bar]
    quarter = (within + PPQ // 16) // PPQ
    group = np.unique(np.stack([bar, quarter]), axis=1, return_inverse=True)[1].ravel()
    near = np.rint(within[:, None] / GRIDS).astype(np.int64) * GRIDS
    costs = (within[:, None] - near) ** 2 / (2 * PUSH_TICKS**2) + np.log(PPQ / GRIDS)
    sums = np.stack([np.bincount(group, costs[:, at]) for at in range(len(GRIDS))], axis=1) + RARE
    best = near[np.arange(len(within)), sums.argmin(axis=1)[group]]
    places: Integers = np.minimum(begins[bar] + best, np.append(begins[1:], begins[-1] + best.max())[bar])
    return places


def _apart(place: Integers, ticks: Integers, notes: Integers, velocities: Integers) -> Integers:
    """The order of rows by place and note, each drum once a place.

    Of strokes of a drum that share a place the one exactly there has it, else the loudest; the others (of a flam, a
    drag) get, in `place`, the tick they sound at.
    """
    order: Integers
    while True:
        order = np.lexsort((-velocities, ticks != place, notes, place))
        again = np.append(False, (np.diff(place[order]) == 0) & (np.diff(notes[order]) == 0))
        moved = order[again & (place != ticks)[order]]
        if not len(moved):
            break
        place[moved] = ticks[moved]
    return order


def _tempo(score: Score) -> float:
    """Quarters a minute, of the whole file: its quarters over its time."""
    seconds = float(score.seconds_at(score.end))
    quarters = score.end / score.ticks_per_quarter
    tempo = 60.0 * quarters / seconds if seconds else 120.0
    low, high = TEMPI_BPM
    if not low <= tempo <= high:
        raise InputRejected(f"Its tempo of {tempo:g} quarters a minute is outside {low:g}..{high:g}.")
    return tempo
