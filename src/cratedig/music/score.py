"""What a MIDI file says: notes in ticks, tempo map, meters. Positions stay the integers the file gives."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

DRUM_CHANNEL = 9
"""General MIDI's channel 10, counted from 0."""


def _check(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} {value} is outside {low}..{high}")


@dataclass(frozen=True, slots=True)
class Note:
    """One sounding note. `start` and `duration` in ticks; `pitch` 60 = middle C; `channel` and `track` from 0."""

    start: int
    duration: int
    pitch: int
    velocity: int
    channel: int
    track: int

    def __post_init__(self) -> None:
        if (
            self.start >= 0 and self.duration >= 0 and self.track >= 0 and 0 <= self.channel <= 15
            and 0 <= self.pitch <= 127 and 1 <= self.velocity <= 127
        ):  # fmt: skip
            return
        _check("start", self.start, 0, 2**31)
        _check("duration", self.duration, 0, 2**31)
        _check("pitch", self.pitch, 0, 127)
        _check("velocity", self.velocity, 1, 127)
        _check("channel", self.channel, 0, 15)
        _check("track", self.track, 0, 65535)

    @property
    def end(self) -> int:
        return self.start + self.duration

    @property
    def is_drum(self) -> bool:
        return self.channel == DRUM_CHANNEL


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From `tick` on a quarter lasts `us_per_quarter` microseconds (1..2**24-1, as MIDI stores it)."""

    tick: int
    us_per_quarter: int

    def __post_init__(self) -> None:
        _check("tick", self.tick, 0, 2**31)
        _check("us_per_quarter", self.us_per_quarter, 1, 2**24 - 1)

    @property
    def bpm(self) -> float:
        """Quarters per minute.

        >>> TempoChange(0, 500_000).bpm
        120.0
        """
        return 60e6 / self.us_per_quarter


@dataclass(frozen=True, slots=True)
class MeterChange:
    """From `tick` on a bar has `beats` beats, each one `unit`-th of a whole note (a power of two)."""

    tick: int
    beats: int
    unit: int

    def __post_init__(self) -> None:
        _check("tick", self.tick, 0, 2**31)
        _check("beats", self.beats, 1, 255)
        if self.unit < 1 or self.unit & (self.unit - 1):
            raise ValueError(f"unit {self.unit} is not a power of two")


@dataclass(frozen=True)
class Score:
    """A MIDI file: `kind` 0 (one track), 1 (tracks together) or 2 (tracks for themselves); notes by start, then pitch.

    Where the file names no tempo it is 120 BPM, where it names no meter 4/4 (RP-001, "Set Tempo", "Time Signature").
    named_drums: the tracks whose names say that drums are on them.
    """

    kind: int
    ticks_per_quarter: int
    tracks: int
    notes: tuple[Note, ...]
    tempos: tuple[TempoChange, ...]
    meters: tuple[MeterChange, ...]
    named_drums: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        _check("kind", self.kind, 0, 2)
        _check("ticks_per_quarter", self.ticks_per_quarter, 1, 32767)

    @property
    def drums(self) -> tuple[Note, ...]:
        """What is played on channel 10; in a file without it, what tracks named as drums play."""
        general = tuple(note for note in self.notes if note.is_drum)
        return general or tuple(note for note in self.notes if note.track in self.named_drums)

    @property
    def end(self) -> int:
        """The tick at which the last note ends; 0 without notes."""
        return max((note.end for note in self.notes), default=0)

    def seconds_at(self, tick: int) -> Fraction:
        """Exact time of a tick by the tempo map, in seconds.

        >>> Score(0, 96, 1, (), (TempoChange(96, 250_000),), ()).seconds_at(192)
        Fraction(3, 4)
        """
        changes = [TempoChange(0, 500_000), *self.tempos]
        past = changes[: bisect_right(changes, tick, key=lambda change: change.tick)]
        ends = [*(change.tick for change in past[1:]), tick]
        ticks = sum((end - now.tick) * now.us_per_quarter for now, end in zip(past, ends, strict=True))
        return Fraction(ticks, self.ticks_per_quarter * 1_000_000)
