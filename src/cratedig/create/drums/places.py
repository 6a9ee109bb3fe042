"""Bars as strokes in ticks, and the same bars in another meter: beat for beat, by what a place means in its beat."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from cratedig.music.drums.groove import Bar
from cratedig.music.drums.meter import PPQ, Meter

FINE: Final = PPQ // 24
"""Ticks of the finest place that is told apart; what lies between belongs to a flam, and is put beside it."""

LONGEST_BEAT: Final = Fraction(3, 2)
"""In quarters: what is longer is felt as several beats."""
SHORTEST_BEAT: Final = PPQ // 4


class Stroke(NamedTuple):
    """tick: from the bar's beginning, at PPQ."""

    tick: int
    note: int
    velocity: int


class Beat(NamedTuple):
    """begin, length: in ticks; unit: the tick count of one of its written parts; threes: three of them make it."""

    begin: int
    length: int
    unit: int
    threes: bool


def strokes(bar: Bar, meter: Meter) -> list[Stroke]:
    """What a bar plays, in a bar of `meter`, ascending and each drum once a tick."""
    told = _told(bar)
    return told if bar.meter == meter else _each_once(_carried(told, bar.meter, meter), meter.bar_ticks)


@lru_cache(maxsize=64)
def beats(meter: Meter) -> tuple[Beat, ...]:
    """The beats of a bar as they are counted: none longer than a dotted quarter."""
    found = []
    for pulse, group in zip(meter.pulses, meter.groups, strict=True):
        length, unit = group * meter.beat_quarters, meter.beat_quarters
        parts = 1 if length <= LONGEST_BEAT else int(length / min(unit, Fraction(1)))
        for part in range(parts):
            begin = pulse + length * part / parts
            found.append(Beat(int(begin * PPQ), int(length / parts * PPQ), int(unit * PPQ), parts == 1 and group == 3))
    return _gathered(tuple(found))


def _gathered(found: tuple[Beat, ...]) -> tuple[Beat, ...]:
    """Beats too short to be counted are counted several at once, about a quarter's worth."""
    shortest = min(beat.length for beat in found)
    if shortest >= SHORTEST_BEAT or len(found) == 1:
        return found
    many = max(PPQ // shortest, 1)
    lots = (found[at : at + many] for at in range(0, len(found), many))
    return tuple(Beat(lot[0].begin, sum(one.length for one in lot), lot[0].unit, threes=False) for lot in lots)


def _told(bar: Bar) -> list[Stroke]:
    """The strokes of a bar at places that are told apart; of a flam both."""
    taken: set[tuple[int, int]] = set()
    rows = sorted(((int(hit.place * PPQ), hit) for hit in bar.hits), key=lambda row: (row[0] % FINE != 0, row[0]))
    last = (bar.meter.bar_ticks - 1) // FINE * FINE
    found = []
    for exact, hit in rows:
        near = min((exact + FINE // 2) // FINE * FINE, last)
        beside = (near, near - FINE, near + FINE) if exact <= near else (near, near + FINE, near - FINE)
        tick = next((at for at in beside if 0 <= at <= last and (at, hit.drum.note) not in taken), None)
        if tick is not None:
            taken.add((tick, hit.drum.note))
            found.append(Stroke(tick, hit.drum.note, hit.velocity))
    return sorted(found)


def _carried(told: list[Stroke], old: Meter, new: Meter) -> list[Stroke]:
    source, target = beats(old), beats(new)
    mixed = len({beat.length for beat in target}) > 1
    found = []
    for beat, partner in zip(target, _partners(len(source), len(target)), strict=True):
        own = source[partner]
        within = [one for one in told if own.begin <= one.tick < own.begin + own.length]
        found += [Stroke(tick, one.note, one.velocity) for one in within for tick in _put(one.tick, own, beat, mixed)]
    return found


def _partners(source: int, target: int) -> list[int]:
    """Which beat of the old bar each beat of the new one plays: the first the first, the last ones the last ones."""
    if target <= source:
        return [0, *range(source - target + 1, source)]
    tail = min(2, source)
    head = max(source - tail, 1)
    return [at % head for at in range(target - tail)] + list(range(source - tail, source))


def _put(tick: int, own: Beat, beat: Beat, mixed: bool) -> list[int]:
    """Where a stroke of the beat `own` is struck in `beat`."""
    part = Fraction(tick - own.begin, own.length)
    if beat.threes == own.threes or not beat.threes:
        return [beat.begin + int(part * beat.length)]
    if mixed:  # a longer beat among others: its last third says again what the second half said
        twos = int(part * 2 * beat.unit)
        return [beat.begin + twos] + ([beat.begin + twos + beat.unit] if 2 * part >= 1 else [])
    if part.denominator in (1, 3, 6):
        return [beat.begin + int(part * beat.length)]
    return [beat.begin + int(_long_short(part) * beat.length)]


def _long_short(part: Fraction) -> Fraction:
    """The second half of a beat of two becomes the last third of a beat of three, what lies between goes with it."""
    half = Fraction(1, 2)
    return part * Fraction(4, 3) if part < half else Fraction(2, 3) + (part - half) * Fraction(2, 3)


def _each_once(found: list[Stroke], bar_ticks: int) -> list[Stroke]:
    """The loudest of what falls together, in order."""
    return sorted({one[:2]: one for one in sorted(found) if one.tick < bar_ticks}.values())
