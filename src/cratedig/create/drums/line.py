"""The strokes of a groove in one line, as feel is put on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove import Groove, Hit
from cratedig.music.drums.swing import parts, swung

FLAM_TICKS: Final = 48
"""Strokes of a drum no farther apart are one gesture; thirty-seconds are 60 ticks apart."""

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Line:
    """One entry a stroke, shape (n,) each, in the order of Groove.sounding; ticks at PPQ.

    begins: where its bar begins; written: where it stands, of the groove; grid: where that sounds as swung, not
    rounded; parts: what its place is to swing ("": nothing); touches: how it is usually struck, None where unknown;
    gestures: the number of the stroke it is pushed with, the main one of a flam or drag, else its own.
    """

    hits: tuple[Hit, ...]
    begins: Integers
    written: Integers
    grid: Floats
    parts: NDArray[np.str_]
    touches: tuple[Touch | None, ...]
    gestures: Integers

    @property
    def sounding(self) -> list[int]:
        """Where each stroke sounds now."""
        return [tick + hit.push for tick, hit in zip(self.written.tolist(), self.hits, strict=True)]


def line(groove: Groove, feel: Feel) -> Line:
    """The strokes of `groove` as `feel` has them."""
    begin, rows = 0, []
    hits: list[Hit] = []
    for bar in groove.bars:
        places = [hit.tick - hit.push for hit in bar.hits]
        sounds = swung(bar.meter, places, swing_8=feel.swing_8, swing_16=feel.swing_16)
        told = parts(bar.meter)
        hits += bar.hits
        rows += [(begin, begin + place, begin + sounds[place], told.get(place, "")) for place in places]
        begin += bar.meter.bar_ticks
    begins, written, grid, kinds = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Line(
        tuple(hits),
        np.array(begins, dtype=np.int64),
        np.array(written, dtype=np.int64),
        np.array(grid, dtype=np.float64),
        np.array(kinds, dtype=np.str_),
        tuple(feel.touch(hit.drum.voice, hit.place) for hit in hits),
        _gestures(written, hits),
    )


def _gestures(written: Sequence[int], hits: Sequence[Hit]) -> Integers:
    found = list(range(len(hits)))
    following: dict[int, int] = {}
    for at in reversed(found):
        note = hits[at].drum.note
        then = following.get(note)
        if then is not None and written[found[then]] - written[at] <= FLAM_TICKS:
            found[at] = found[then]
        following[note] = at
    return np.array(found, dtype=np.int64)
