"""Swing: where the places of a bar sound when its pairs are uneven.

A swing of s % at eighths lets the first of a pair last s % of it: 50 is straight, 66.7 the triplet's 2:1, 75 dotted
(Friberg & Sundström 2002, "Swing ratios and ensemble timing in jazz performance", measure players between them). The
same holds for sixteenths within each eighth; what lies between is carried along in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from cratedig.music.drums.meter import PPQ, Meter

EIGHTH, SIXTEENTH = PPQ // 2, PPQ // 4
THIRDS: Final = frozenset(at * PPQ // 6 for at in (1, 2, 4, 5))
"""Ticks of a quarter where only triplets and sextuplets fall."""
HALVES: Final = frozenset(at * PPQ // 8 for at in (1, 2, 3, 5, 6, 7))
"""Those where only sixteenths and thirty-seconds fall; the off eighth is in both."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a bar that swings for itself, in ticks at PPQ: a quarter (two eighths), or a lone eighth."""

    begin: int
    length: int


@lru_cache(maxsize=256)
def cells(meter: Meter) -> tuple[Cell, ...]:
    """The stretches of a bar that can swing, in order.

    Quarters, where a beat is one or more; else pairs of eighths. What is felt in threes swings at sixteenths only, and
    threes of sixteenths not at all.

    >>> [cell.length for cell in cells(Meter(7, 8))]
    [480, 480, 240, 240, 240]
    """
    found, begin = [], 0
    for beats in meter.groups:
        length = int(beats * meter.beat_quarters * PPQ)
        width = next((width for width in (PPQ, EIGHTH) if length % width == 0), None)
        if width is not None:
            found += [Cell(at, width) for at in range(begin, begin + length, width)]
        begin += length
    return tuple(found)


Part = Literal["beat", "off eighth", "off sixteenth"]
"""Of a place that swing is told by: it lies on a cell's beginning, on its second eighth, or on a second sixteenth."""


@lru_cache(maxsize=256)
def parts(meter: Meter) -> Mapping[int, Part]:
    """The places of a bar, in ticks, that swing is told by. In a lone eighth only sixteenths are uneven."""
    found: dict[int, Part] = {}
    for cell in cells(meter):
        for at in range(0, cell.length, SIXTEENTH):
            found[cell.begin + at] = "off sixteenth" if at % EIGHTH else "off eighth" if at else "beat"
    return found


def swung(meter: Meter, places: Iterable[int], *, swing_8: float, swing_16: float) -> dict[int, float]:
    """Where each place of a bar sounds, not yet rounded; both in ticks at PPQ from its beginning; swings in percent.

    The order of places is kept, with a tick or more between them; more swing is never earlier. A quarter whose places
    are triplets is in threes already and stays as it is.

    >>> swung(Meter(4, 4), [0, 240, 480, 720], swing_8=62, swing_16=50)
    {0: 0.0, 240: 297.6, 480: 480.0, 720: 777.6}
    """
    ordered = sorted(set(places))
    sounds = {place: float(place) for place in ordered}
    for cell in cells(meter):
        within = [place - cell.begin for place in ordered if 0 <= place - cell.begin < cell.length]
        if not _in_threes(within):
            nodes = _nodes(cell.length, swing_8, swing_16)
            sounds.update((cell.begin + at, cell.begin + _carried(at, nodes)) for at in within)
    return dict(zip(ordered, _apart([sounds[place] for place in ordered], end=meter.bar_ticks), strict=True))


def _in_threes(within: Sequence[int]) -> bool:
    return not THIRDS.isdisjoint(within) and HALVES.isdisjoint(within) and not _against(within)


def _against(within: Sequence[int]) -> bool:
    """Whether an off eighth is played against triplets: sextuplets have their first or last third as well."""
    return EIGHTH in within and PPQ // 6 not in within and 5 * PPQ // 6 not in within


def _nodes(length: int, swing_8: float, swing_16: float) -> Mapping[int, float]:
    """Where the sixteenths of a cell, and its end, sound."""
    eighths = [0.0, PPQ * swing_8 / 100, float(PPQ)] if length == PPQ else [0.0, float(EIGHTH)]
    nodes = {length: eighths[-1]}
    for at, (begin, end) in enumerate(pairwise(eighths)):
        nodes[at * EIGHTH] = begin
        nodes[at * EIGHTH + SIXTEENTH] = begin + (end - begin) * swing_16 / 100
    return nodes


def _carried(at: int, nodes: Mapping[int, float]) -> float:
    """A tick of a cell, in proportion between the sixteenths on both sides."""
    before = at - at % SIXTEENTH
    begin, end = nodes[before], nodes[before + SIXTEENTH]
    return begin + (at - before) * (end - begin) / SIXTEENTH


def _apart(ticks: Sequence[float], *, end: int) -> list[float]:
    """Ascending ticks moved, where they fall together, as little as sets them a tick apart and before the end."""
    forward: list[float] = []
    for tick in ticks:
        forward.append(max(tick, forward[-1] + 1) if forward else tick)
    latest = range(end - len(forward), end)
    return [min(tick, last) for tick, last in zip(forward, latest, strict=True)]
