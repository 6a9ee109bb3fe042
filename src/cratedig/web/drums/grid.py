"""A drum part as a grid: a row a drum, a bar of strokes; as high as it is loud, off its line as far as it is late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import orjson

from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import Drum
from cratedig.music.drums.meter import PPQ
from cratedig.music.drums.notation import write_bar
from cratedig.music.drums.strokes import force

QUARTER, ROW = 96.0, 22.0
"""Width of a quarter and height of a row, in units of the picture."""
SIXTEENTH: Final = Fraction(1, 4)

_DOWN: Final = ("crash", "ride", "hat", "tom", "snare", "kick", "percussion")
"""Rows from top to bottom, as on a drum sheet."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """x: where it sounds; line: where it is written; y, height: in its row. tip: all of it in words."""

    x: float
    line: float
    y: float
    height: float
    force: str
    tip: str


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """lines: x of the sixteenths; beats: x of the pulses."""

    number: int
    width: float
    lines: tuple[float, ...]
    beats: tuple[float, ...]
    strokes: tuple[Stroke, ...]
    written: str


@dataclass(frozen=True)
class Grid:
    """rows: names of the drums that are played, from the top."""

    groove: Groove
    rows: tuple[Drum, ...]

    @property
    def height(self) -> float:
        return ROW * len(self.rows)

    @cached_property
    def bars(self) -> tuple[DrawnBar, ...]:
        return tuple(self._bar(number, bar) for number, bar in enumerate(self.groove.bars, 1))

    @property
    def json(self) -> str:
        """For the player: tempo, ticks a quarter, length, begins of bars, and [tick, note, velocity] of each stroke."""
        begins, end = [], 0
        for bar in self.groove.bars:
            begins.append(end)
            end += bar.meter.bar_ticks
        strokes = sorted((max(tick, 0), hit.drum.note, hit.velocity) for tick, hit in self.groove.sounding())
        return orjson.dumps(
            {"tempo": self.groove.tempo_bpm, "ppq": PPQ, "length": end, "bars": begins, "strokes": strokes}
        ).decode()

    def _bar(self, number: int, bar: Bar) -> DrawnBar:
        width = float(bar.meter.bar_quarters) * QUARTER
        steps = range(int(bar.meter.bar_quarters / SIXTEENTH) + 1)
        return DrawnBar(
            number=number,
            width=width,
            lines=tuple(step * QUARTER / 4 for step in steps),
            beats=tuple(float(pulse) * QUARTER for pulse in bar.meter.pulses),
            strokes=tuple(self._strokes(bar)),
            written=write_bar(bar),
        )

    def _strokes(self, bar: Bar) -> Iterator[Stroke]:
        for hit in bar.hits:
            bottom, height = ROW * (self.rows.index(hit.drum) + 1), (ROW - 4) * hit.velocity / 127
            line = float(hit.place) * QUARTER
            x = line + hit.push / PPQ * QUARTER
            yield Stroke(
                round(x, 2), line, round(bottom - 2 - height, 2), round(height, 2), force(hit.velocity), _told(hit)
            )


def grid(groove: Groove) -> Grid:
    """The picture of a part, cymbals on top."""
    played = {hit.drum for bar in groove.bars for hit in bar.hits}
    return Grid(groove, tuple(sorted(played, key=lambda drum: (_DOWN.index(drum.voice), -drum.note))))


def _told(hit: Hit) -> str:
    beat = 1 + hit.place
    off = f"{abs(hit.push)} ticks {'late' if hit.push > 0 else 'early'}" if hit.push else "on the grid"
    return f"{hit.drum.name}, quarter {float(beat):g}, velocity {hit.velocity}, {off}"
