"""What a chat model may write as a drum part, what is mended in it, and what is sent back to it.

A few strokes off the grid, out of range or beyond the end are mended and counted; where many are, or where bars, meter
or hands do not come out, the model is told and asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Final

from pydantic import BaseModel, Field

from cratedig.music.drums.groove import Bar, Hit
from cratedig.music.drums.kit import OPEN_HAT, ROLAND, Drum
from cratedig.music.drums.meter import PPQ, Meter
from cratedig.music.drums.strokes import Strokes, strokes

MOST_NOTES: Final = 1_000
MOST_MENDED: Final = 0.15
"""Share of the strokes that may be mended; a model that misses more has not understood what was asked."""
MOST_HANDS: Final = 2
MOST_PER_QUARTER: Final = 30
GRIDS: Final = (PPQ // 8, PPQ // 12)  # thirty-seconds; what triplets of eighths and of sixteenths lie on

_FEET: Final = frozenset({35, 36, 44})


class SaidNote(BaseModel):
    pitch: Annotated[int, Field(ge=0, le=127)]
    velocity: Annotated[int, Field(ge=0, le=127)]
    time: Annotated[int, Field(ge=0, le=10_000_000)]
    duration: Annotated[int, Field(ge=0, le=10_000_000)] = 120


class SaidPart(BaseModel):
    """The drum generator's exchange format; how long a stroke lasts is written by us, whatever is said."""

    notes: Annotated[list[SaidNote], Field(min_length=1, max_length=MOST_NOTES)]
    tempo: Annotated[float, Field(gt=0, le=1000)]
    time_signature: tuple[int, int]
    total_bars: int


@dataclass
class Mended:
    """How many strokes were mended, by what was done to them."""

    counts: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))


def bars_said(said: SaidPart, meter: Meter, bars: int, known: Collection[Strokes]) -> tuple[list[Bar], Mended]:
    """The part as `bars` bars, and what was mended in it. known: bars that are not to be repeated, as `strokes` tells
    them. Raises ValueError, in words for the model, where it will not do."""
    if said.time_signature != (meter.beats, meter.unit):
        raise ValueError(f"time_signature is {said.time_signature}, asked was {meter}")
    mended = Mended()
    placed = _placed(said, meter.bar_ticks * bars, mended)
    made = [_bar(meter, held, mended) for held in _by_bar(placed, meter, bars)]
    if mended.counts.total() > MOST_MENDED * len(said.notes):
        raise ValueError(f"too much of it had to be mended: {mended}")
    _check(made, meter, known)
    return made, mended


def _placed(said: SaidPart, end: int, mended: Mended) -> dict[tuple[int, Drum], int]:
    """Velocity by tick and drum; of two strokes at once the louder one."""
    placed: dict[tuple[int, Drum], int] = {}
    for note in said.notes:
        drum, tick = ROLAND.drum(note.pitch), _on_grid(note.time)
        if drum is None or not note.velocity:
            mended.counts["left out that no drum plays"] += 1
        elif tick >= end:
            mended.counts["left out beyond the end"] += 1
        else:
            mended.counts["moved to the grid"] += tick != note.time
            placed[tick, drum] = max(note.velocity, placed.get((tick, drum), 0))
    mended.counts = +mended.counts
    return placed


def _on_grid(tick: int) -> int:
    return min((round(tick / grid) * grid for grid in GRIDS), key=lambda near: abs(near - tick))


def _by_bar(placed: dict[tuple[int, Drum], int], meter: Meter, bars: int) -> list[dict[tuple[int, Drum], int]]:
    held: list[dict[tuple[int, Drum], int]] = [{} for _ in range(bars)]
    for (tick, drum), velocity in placed.items():
        held[tick // meter.bar_ticks][tick % meter.bar_ticks, drum] = velocity
    return held


def _bar(meter: Meter, held: dict[tuple[int, Drum], int], mended: Mended) -> Bar:
    hits = []
    for tick in sorted({tick for tick, _ in held}):
        struck = {drum: velocity for (at, drum), velocity in held.items() if at == tick}
        kept = _playable(struck)
        mended.counts["left out for want of hands"] += len(struck) - len(kept)
        hits += [Hit(drum, Fraction(tick, PPQ), struck[drum]) for drum in sorted(kept)]
    mended.counts = +mended.counts
    return Bar(meter, tuple(hits))


def _playable(struck: dict[Drum, int]) -> set[Drum]:
    """What two hands and two feet can strike at once: the loudest; an open hi-hat shuts out the others."""
    loudest = sorted(struck, key=lambda drum: (-struck[drum], drum))
    if OPEN_HAT in struck:
        loudest = [drum for drum in loudest if drum.voice != "hat" or drum == OPEN_HAT]
    hands = [drum for drum in loudest if drum.note not in _FEET]
    return {*hands[:MOST_HANDS], *(drum for drum in loudest if drum.note in _FEET)}


def _check(bars: list[Bar], meter: Meter, known: Collection[Strokes]) -> None:
    """Raises ValueError for what is no drum part."""
    for test, words in _FAULTS:
        if wrong := [str(at) for at, bar in enumerate(bars, 1) if test(bar, meter)]:
            raise ValueError(f"{words} (bar {', '.join(wrong)} of {len(bars)})")
    if copied := [str(at) for at, bar in enumerate(bars, 1) if strokes(bar) in known]:
        raise ValueError(f"a reference bar is repeated as it is (bar {', '.join(copied)}): write one of your own")
    if not any(hit.drum.voice in ("kick", "snare") for bar in bars for hit in bar.hits):
        raise ValueError("neither kick nor snare is played")


def _too_dense(bar: Bar, meter: Meter) -> bool:
    return len(bar.hits) > MOST_PER_QUARTER * meter.bar_quarters


_FAULTS: Final[tuple[tuple[Callable[[Bar, Meter], bool], str], ...]] = (
    (lambda bar, meter: not bar.hits, "nothing is played in a bar that was asked for"),
    (_too_dense, "there are more strokes than anybody can play"),
)
