"""What a drummer is known to have played, bar by bar, as rows over cells: a place of the bar and a drum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.create.drums.cells import Bools, Cells, Integers
from cratedig.create.drums.places import Stroke, beats, strokes
from cratedig.music.drums.kit import (
    CLOSED_HAT,
    CRASH,
    DRUMS,
    HIGH_TOM,
    KICK,
    LOW_TOM,
    MID_TOM,
    PEDAL_HAT,
    SNARE,
)
from cratedig.music.drums.meter import Meter
from cratedig.music.drums.style import Passage, StyleProfile

Bytes = NDArray[np.uint8]

ENOUGH_BARS: Final = 8
"""So many bars of a meter teach alone how to play in it; with fewer, bars of other meters are carried over."""

MOST_LEARNED: Final = 2048
"""Bars from which is learned; of more, as many of each passage. What must not be copied is all."""

RARE: Final = 400
"""A cell that is struck in less than one bar of so many is a slip of a stick."""


@dataclass(frozen=True, eq=False)
class Rows:
    """One row a bar. struck: shape (bars, cells); loud: velocities there, 0 elsewhere; before: the row of the bar
    played before, -1 where there is none; passage: whose bar it is; nth: its number there; fill: whether it is one.
    """

    struck: Bools
    loud: Bytes
    before: Integers
    passage: Integers
    nth: Integers
    fill: Bools

    @classmethod
    def of(cls, cells: Cells, told: Sequence[Sequence[Sequence[Stroke]]], roles: Sequence[Sequence[str]]) -> Rows:
        """From the strokes and roles of each bar of each passage; strokes that no cell is for are left out."""
        bars = [bar for passage in told for bar in passage]
        struck, loud = np.zeros((len(bars), len(cells)), dtype=bool), np.zeros((len(bars), len(cells)), dtype=np.uint8)
        for row, bar in enumerate(bars):
            for tick, note, velocity in bar:
                cell = cells.at.get((tick, note))
                if cell is not None:
                    struck[row, cell], loud[row, cell] = True, velocity
        nth = np.concatenate([np.arange(len(passage)) for passage in told])
        passage = np.repeat(np.arange(len(told)), [len(passage) for passage in told])
        fill = np.array([role == "fill" for own in roles for role in own])
        return cls(struck, loud, _before(nth), passage, nth, fill)

    def first(self, bars: int) -> Rows:
        """The first bars of each passage."""
        kept = self.nth < bars
        nth = self.nth[kept]
        return Rows(self.struck[kept], self.loud[kept], _before(nth), self.passage[kept], nth, self.fill[kept])

    def __len__(self) -> int:
        return len(self.struck)


def _before(nth: Integers) -> Integers:
    return np.where(nth > 0, np.arange(len(nth)) - 1, -1)


@dataclass(frozen=True, eq=False)
class Words:
    """A vocabulary in one meter. tempi: of its passages, quarters a minute. told: all bars there are, as `word` writes
    them."""

    cells: Cells
    rows: Rows
    tempi: NDArray[np.float64]
    told: frozenset[bytes]


def word(struck: Bools) -> bytes:
    """What is struck in a bar, whole: two bars are copies of each other where it is the same."""
    return np.packbits(struck).tobytes()


def words(profile: StyleProfile, meter: Meter) -> Words:
    """Raises ValueError where the profile holds no bar that anything is struck in."""
    if not any(bar.hits for passage in profile.passages for bar in passage.bars):
        raise ValueError(f"the profile of {profile.artist} holds no bars to learn from")
    return _learned(_fitting(profile.passages, meter), meter)


def _fitting(passages: Sequence[Passage], meter: Meter) -> list[Passage]:
    own = [passage for passage in passages if sum(bar.meter == meter for bar in passage.bars) * 2 > len(passage.bars)]
    if sum(len(passage.bars) for passage in own if "beat" in passage.roles) >= ENOUGH_BARS:
        return own
    if len({beat.length for beat in beats(meter)}) == 1:
        return list(passages)
    return [passage for passage in passages if not _in_threes(passage)] or list(passages)


def _in_threes(passage: Passage) -> bool:
    """Whether more strokes lie on thirds of a quarter than on its sixteenths: such bars cannot be carried into beats of
    unequal length."""
    parts = Counter((hit.place % 1).denominator for bar in passage.bars for hit in bar.hits)
    return parts[3] > parts[4]


def _learned(passages: Sequence[Passage], meter: Meter) -> Words:
    told = [[strokes(bar, meter) for bar in passage.bars] for passage in passages]
    cells = _cells((one for bars in told for bar in bars for one in bar), meter, sum(map(len, told)))
    bars = Rows.of(cells, told, [passage.roles for passage in passages])
    whole = frozenset(word(row) for row in bars.struck)
    return Words(cells, bars.first(_part(told)), np.array([passage.tempo_bpm for passage in passages]), whole)


def fill_ticks(meter: Meter) -> list[int]:
    """Where a fill that nobody taught can be struck: quarters of the last two beats, thirds of beats of three."""
    counted = beats(meter)[-2:]
    return [beat.begin + beat.length * at // parts for beat in counted
            for parts in ((6 if beat.threes else 4),) for at in range(parts)]  # fmt: skip


def fill_toms(notes: Iterable[int]) -> list[int]:
    """The toms of a fill, from high to low: those that are played, else three."""
    own = {note for note in notes if DRUMS[note].voice == "tom"}
    return sorted(own or {HIGH_TOM.note, MID_TOM.note, LOW_TOM.note}, reverse=True)


def _part(told: Sequence[Sequence[object]]) -> int:
    """How many bars of each passage are learned from, so that all are at most MOST_LEARNED."""
    lengths = np.sort([len(bars) for bars in told])
    most = int(lengths[-1])
    while np.minimum(lengths, most).sum() > MOST_LEARNED and most > 1:
        most = most * 3 // 4
    return most


def _cells(found: Iterable[Stroke], meter: Meter, bars: int) -> Cells:
    often = Counter(one[:2] for one in found)
    kept = {key for key, times in often.items() if times * RARE >= bars}
    needed = {(0, KICK.note), (0, CRASH.note), (0, CLOSED_HAT.note)}
    feet = {(beat.begin, PEDAL_HAT.note) for beat in beats(meter)}
    fills = {(tick, note) for tick in fill_ticks(meter) for note in (SNARE.note, *fill_toms(note for _, note in kept))}
    table = np.array(sorted(kept | needed | feet | fills), dtype=np.int64)
    return Cells(meter, table[:, 0], table[:, 1])
