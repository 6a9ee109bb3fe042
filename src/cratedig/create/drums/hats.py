"""A hi-hat that is opened is closed again, by a stick or by the foot, within a bar and before the part ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cratedig.create.drums.cells import Cells
from cratedig.create.drums.places import beats
from cratedig.create.drums.sketch import Sketch
from cratedig.music.drums.kit import CLOSED_HAT, OPEN_HAT, PEDAL_HAT

PEDAL_VELOCITY = 64
CLOSERS = (CLOSED_HAT.note, PEDAL_HAT.note)


def closed(part: Sequence[Sketch], cells: Cells) -> list[Sketch]:
    """The part with a pedal where an open hat would ring for over a bar; what nothing can close is struck closed."""
    made = list(part)
    for at, cell in _ringing(made, cells):
        if not _close(made, at, cell, cells):
            made[at] = _shut(made[at], cell, cells)
    return made


def closers(part: Sequence[Sketch], cells: Cells) -> list[set[int]]:
    """For each bar the strokes that close a hat: those that must stay as long as what they close."""
    kept: list[set[int]] = [set() for _ in part]
    is_open = False
    for at, cell in _events(part, cells):
        if int(cells.note[cell]) == OPEN_HAT.note:
            is_open = True
        elif is_open:
            kept[at].add(cell)
            is_open = False
    return kept


def _events(part: Sequence[Sketch], cells: Cells) -> Iterator[tuple[int, int]]:
    hat = cells.of(CLOSED_HAT, PEDAL_HAT, OPEN_HAT)
    for at, sketch in enumerate(part):
        yield from ((at, cell) for cell in sketch.strokes() if hat[cell])


def _ringing(part: Sequence[Sketch], cells: Cells) -> list[tuple[int, int]]:
    """Open hats after which the hat is not touched for a bar, or never again."""
    events = list(_events(part, cells))
    bar = cells.meter.bar_ticks
    found = []
    for here, after in zip(events, [*events, None][1:], strict=True):
        is_open = int(cells.note[here[1]]) == OPEN_HAT.note
        if is_open and (after is None or _time(after, cells, bar) - _time(here, cells, bar) > bar):
            found.append(here)
    return found


def _time(event: tuple[int, int], cells: Cells, bar_ticks: int) -> int:
    return event[0] * bar_ticks + int(cells.tick[event[1]])


def _close(part: list[Sketch], at: int, cell: int, cells: Cells) -> bool:
    """Puts the foot down on the next beat but one, in this bar or the one after; whether there is such a place."""
    begins = [beat.begin for beat in beats(cells.meter)]
    tick = int(cells.tick[cell])
    later = [(at, begin) for begin in begins if begin > tick][1:] + [(at + 1, begins[0])] * (at + 1 < len(part))
    for where, begin in later[:1]:
        pedal = cells.at[begin, PEDAL_HAT.note]
        if not part[where].struck[pedal]:
            part[where] = part[where].with_cell(pedal, PEDAL_VELOCITY)
        return True
    return False


def _shut(sketch: Sketch, cell: int, cells: Cells) -> Sketch:
    velocity = int(sketch.loud[cell])
    instead = cells.at.get((int(cells.tick[cell]), CLOSED_HAT.note))
    without = sketch.with_cell(cell, 0)
    return without if instead is None else without.with_cell(instead, velocity)
