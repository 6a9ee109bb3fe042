"""A bar of drums drawn in the terminal: a row a drum, a cell a step, as high as it is loud."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from cratedig.cli.edge import console

if TYPE_CHECKING:
    from cratedig.music.drums.groove import Bar
    from cratedig.music.drums.kit import Drum

LOUDNESS = "▁▂▃▄▅▆▇█"
SIXTEENTH, FINEST = Fraction(1, 4), Fraction(1, 24)


def draw_bar(number: int, bar: Bar) -> None:
    """Onto stdout, with how far off the grid each drum is on average."""
    from rich.table import Table

    step = _step(bar)
    table = Table(title=f"bar {number}, {bar.meter}", title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column(_ruler(bar, step), no_wrap=True)
    table.add_column("off the grid")
    for drum in sorted({hit.drum for hit in bar.hits}, reverse=True):
        table.add_row(drum.name, "".join(_cells(bar, drum, step)), _pushes(bar, drum))
    console().print(table)


def _step(bar: Bar) -> Fraction:
    """The length of a cell: a sixteenth, or what the bar's hits need; flams are drawn where they nearly are."""
    wanted = [hit.place for hit in bar.hits if (hit.place / FINEST).denominator == 1]
    steps = (SIXTEENTH, Fraction(1, 6), Fraction(1, 8), Fraction(1, 12), FINEST)
    return next(step for step in steps if all((place / step).denominator == 1 for place in wanted))


def _ruler(bar: Bar, step: Fraction) -> str:
    pulses = {int(pulse / step): str(at) for at, pulse in enumerate(bar.meter.pulses, 1)}
    return "".join(pulses.get(at, " ")[:1] for at in range(int(bar.meter.bar_quarters / step)))


def _cells(bar: Bar, drum: Drum, step: Fraction) -> Iterator[str]:
    loudest: dict[int, int] = {}
    for hit in bar.hits:
        if hit.drum == drum:
            at = int(hit.place / step)
            loudest[at] = max(hit.velocity, loudest.get(at, 0))
    for at in range(int(bar.meter.bar_quarters / step)):
        yield LOUDNESS[loudest[at] // 16] if at in loudest else "·"


def _pushes(bar: Bar, drum: Drum) -> str:
    pushes = [hit.push for hit in bar.hits if hit.drum == drum]
    return f"{sum(pushes) / len(pushes):+.0f} ticks"
