"""Where the bars of a MIDI file lie, by its meters, in ticks at PPQ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected
from cratedig.music.drums.groove import MOST_BARS
from cratedig.music.drums.meter import COMMON, FINEST_UNIT, MOST_BEATS, PPQ, Meter
from cratedig.music.score import Score

FINEST = 4 * PPQ // FINEST_UNIT  # ticks of the shortest beat a meter can be written with


@dataclass(frozen=True)
class Bars:
    """begins: ascending ticks, shape (bars,); meters: one a bar."""

    begins: NDArray[np.int64]
    meters: tuple[Meter, ...]


def bars_of(score: Score, *, end: int) -> Bars:
    """The bars from the file's beginning to `end`, a tick at PPQ that the last one holds; at least one.

    A meter that changes within a bar ends that bar there. Raises InputRejected for a file of more bars than a groove
    can have, or a meter that is none.
    """
    begins: list[int] = []
    meters: list[Meter] = []
    for begin, meter in _bars(list(_changes(score)), end):
        if len(begins) == MOST_BARS:
            raise InputRejected(f"It has over {MOST_BARS:,} bars.", hint="Cut it into pieces.")
        begins.append(begin)
        meters.append(meter)
    return Bars(np.array(begins, dtype=np.int64), tuple(meters))


def _changes(score: Score) -> Iterator[tuple[int, Meter]]:
    """Where meters change, in ticks at PPQ; from the beginning on, one holds."""
    changes = {0: COMMON}
    for change in score.meters:
        try:
            changes[round(Fraction(change.tick * PPQ, score.ticks_per_quarter))] = Meter(change.beats, change.unit)
        except ValueError as error:
            raise InputRejected(f"Its meter {change.beats}/{change.unit} cannot be read: {error}.") from error
    yield from sorted(changes.items())


def _bars(changes: list[tuple[int, Meter]], end: int) -> Iterator[tuple[int, Meter]]:
    for (begin, meter), following in zip(changes, [*(tick for tick, _ in changes[1:]), None], strict=True):
        last = end + 1 if following is None else min(following, end + 1)
        for at in range(begin, max(last, begin + (begin == 0)), meter.bar_ticks):
            cut = following is not None and at + meter.bar_ticks > following
            yield at, _of_length(following - at, meter) if cut and following is not None else meter


def _of_length(ticks: int, otherwise: Meter) -> Meter:
    """The meter of a bar that was cut to `ticks`; where no meter is so long, the one it would have had."""
    beats, unit = ticks // FINEST, FINEST_UNIT
    while beats % 2 == 0 and beats > 0 and unit > 4:
        beats, unit = beats // 2, unit // 2
    return Meter(beats, unit) if ticks % FINEST == 0 and 1 <= beats <= MOST_BEATS else otherwise
