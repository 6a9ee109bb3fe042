"""Bars in writing: a row a drum, a cell a step, so that people and language models can read and write them.

    4/4 4
    hat    6.4. 6.4. 6.4. 6.4.
    snare  .... 8..1 .1.. 8...
    kick   8... ..7. .... ....

The first line is the meter and the steps of a quarter; a digit is a stroke of fourteen times that velocity.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from cratedig.music.drums.groove import Bar, Hit
from cratedig.music.drums.kit import DRUMS, Drum
from cratedig.music.drums.meter import Meter

LOUDER = 14
"""Velocity from one digit to the next."""

SHORT: Final[Mapping[str, Drum]] = MappingProxyType(
    {
        name: DRUMS[note]
        for name, note in {
            "kick": 36, "kick2": 35, "snare": 38, "snare2": 40, "stick": 37, "clap": 39, "hat": 42, "foot": 44,
            "open": 46, "ride": 51, "bell": 53, "ride2": 59, "crash": 49, "crash2": 57, "china": 52, "splash": 55,
            "tom1": 50, "tom2": 48, "tom3": 47, "tom4": 45, "tom5": 43, "tom6": 41, "bell2": 56, "tamb": 54,
        }.items()
    }
)  # fmt: skip
"""Drums by the short names of rows; others are written n and their note: n75."""

_NAMES = {drum: name for name, drum in SHORT.items()}
_HEAD = re.compile(r"(\d{1,3}/\d{1,3})\s+(\d{1,2})")
_STEPS = (4, 6, 8, 12, 24)
MOST_STEPS = 48


def read_bar(text: str) -> Bar:
    """A bar from its writing; blanks and | between cells mean nothing. Raises ValueError naming the line."""
    head, *rows = [line.strip() for line in text.strip().splitlines() if line.strip()] or [""]
    found = _HEAD.fullmatch(head)
    if found is None or not 1 <= int(found[2]) <= MOST_STEPS:
        raise ValueError(f"a bar begins with its meter and the steps of a quarter, like 4/4 4, not {head!r}")
    meter, step = Meter.parse(found[1]), Fraction(1, int(found[2]))
    hits = [hit for row in rows for hit in _hits(row, step, most=math.ceil(meter.bar_quarters / step))]
    return Bar(meter, tuple(sorted(hits, key=lambda hit: (hit.place, hit.drum.note))))


def write_bar(bar: Bar) -> str:
    """The writing of a bar: pushes are left out, velocities rounded, strokes between the finest steps moved to them."""
    per_quarter = next((steps for steps in _STEPS if all((hit.place * steps).denominator == 1 for hit in bar.hits)), 24)
    drums = sorted({hit.drum for hit in bar.hits}, reverse=True)
    return "\n".join((f"{bar.meter} {per_quarter}", *(_row(bar, drum, per_quarter) for drum in drums)))


def _hits(row: str, step: Fraction, *, most: int) -> Iterator[Hit]:
    name, _, cells = row.partition(" ")
    drum = SHORT.get(name) or DRUMS.get(int(name[1:]) if re.fullmatch(r"n\d{2}", name) else 0)
    if drum is None:
        raise ValueError(f"there is no drum {name!r} in {row!r}")
    cells = re.sub(r"[\s|]", "", cells)
    if len(cells) > most:
        raise ValueError(f"{row!r} has {len(cells)} cells, a bar {most}")
    for at, cell in enumerate(cells):
        if cell not in ".123456789":
            raise ValueError(f"{cell!r} is no stroke in {row!r}: a digit from 1 to 9, or a dot")
        if cell != ".":
            yield Hit(drum, at * step, velocity=LOUDER * int(cell))


def _row(bar: Bar, drum: Drum, per_quarter: int) -> str:
    cells = ["."] * math.ceil(bar.meter.bar_quarters * per_quarter)
    for hit in bar.hits:
        if hit.drum == drum:
            at = min(int(hit.place * per_quarter), len(cells) - 1)
            cells[at] = max(cells[at].replace(".", "0"), str(min(max(round(hit.velocity / LOUDER), 1), 9)))
    quarters = ("".join(cells[at : at + per_quarter]) for at in range(0, len(cells), per_quarter))
    return f"{_NAMES.get(drum, f'n{drum.note}'):<6} {' '.join(quarters)}"
