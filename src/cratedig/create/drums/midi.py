"""A groove as a Standard MIDI File (RP-001), and the proof that it reads back as the same groove."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cratedig.create.drums.midi_events import END_OF_TRACK, Event, chunks, events, joined, track
from cratedig.music.drums.groove import Groove, Hit
from cratedig.music.drums.kit import FIRST_NOTE, GENERAL_MIDI, LAST_NOTE, OPEN_HAT, Drum, Kit, Voice
from cratedig.music.drums.meter import PPQ, Meter
from cratedig.music.score import DRUM_CHANNEL

SHORTEST_TICKS: Final = 30
LENGTHS: Final[dict[Voice, int]] = {"hat": PPQ // 8, "ride": PPQ // 2, "crash": PPQ}
"""How long notes of a voice last, in ticks at PPQ, where nothing ends them sooner."""
LENGTH, OPEN_LENGTH = PPQ // 4, PPQ
_HEADER: Final = struct.pack(">HHH", 0, 1, PPQ)
_CLOCKS: Final = 24  # MIDI clocks a quarter

Struck = list[tuple[int, int, int]]
"""Ticks, notes, velocities, in order."""


def written(groove: Groove, *, kit: Kit = GENERAL_MIDI, name: str = "") -> bytes:
    """The bytes of a file of type 0 at PPQ ticks a quarter: drums on channel 10, a meter where it changes, the tempo.

    Notes last SHORTEST_TICKS or more unless the same drum is struck again sooner; an open hat ends at the next stroke
    of the hat; the track ends with the last bar. Raises ValueError where a stroke lies before the first beat or after
    the last bar, where one drum is struck twice at a tick, or where the kit lacks a drum.
    """
    strokes = sorted(groove.sounding(), key=lambda one: one[0])
    notes = {drum.note: note_in(kit, drum) for drum in {hit.drum for _, hit in strokes}}
    struck = sorted((tick, notes[hit.drum.note], hit.velocity) for tick, hit in strokes)
    _check(struck, end=groove.length_ticks)
    ordered = sorted((*_head(groove, name), *_notes(strokes, notes, end=groove.length_ticks)))
    played = [Event(tick, data) for tick, _, data in ordered]
    data = joined([(b"MThd", _HEADER), (b"MTrk", track([*played, Event(groove.length_ticks, END_OF_TRACK)]))])
    if reread(data) != (struck, groove.length_ticks):
        raise AssertionError("a groove was written that does not read the same")
    return data


def note_in(kit: Kit, drum: Drum) -> int:
    """The note on which a kit plays a drum: its General MIDI one where the kit knows it so, else the lowest that does.

    Raises ValueError where there is none within 35..81.
    """
    if kit.drum(drum.note) == drum:
        return drum.note
    others = (own for own, general in sorted(kit.notes.items()) if general == drum.note)
    found = next((own for own in others if FIRST_NOTE <= own <= LAST_NOTE), None)
    if found is None:
        raise ValueError(f"the kit {kit.name!r} has no {drum.name}")
    return found


def reread(data: bytes) -> tuple[Struck, int]:
    """What is struck on channel 10 of a file of one track, and the tick at which the track ends."""
    (body,) = (body for name, body in chunks(data) if name == b"MTrk")
    played = list(events(body))
    struck = ((one.tick, *one.data[1:3]) for one in played if one.note_on and one.channel == DRUM_CHANNEL)
    return sorted(struck), played[-1].tick


def _check(struck: Struck, *, end: int) -> None:
    if struck and not (struck[0][0] >= 0 and struck[-1][0] < end):
        raise ValueError("a stroke sounds before the first beat or after the last bar")
    if any(now[:2] == then[:2] for now, then in pairwise(struck)):
        raise ValueError("a drum is struck twice at the same tick")


def _head(groove: Groove, name: str) -> Iterator[tuple[int, int, bytes]]:
    if name:
        yield 0, 0, _meta(0x03, name.encode()[:127])
    yield 0, 1, _meta(0x51, round(60e6 / groove.tempo_bpm).to_bytes(3, "big"))
    begin, before = 0, None
    for bar in groove.bars:
        if bar.meter != before:
            yield begin, 1, _meta(0x58, _meter(bar.meter))
        begin, before = begin + bar.meter.bar_ticks, bar.meter


def _meta(kind: int, data: bytes) -> bytes:
    return bytes((0xFF, kind, len(data))) + data


def _meter(meter: Meter) -> bytes:
    """Beats, the unit as a power of two, clocks a click (a felt beat's, where all are alike), eight 32nds a quarter."""
    felt = meter.groups[0] if len(set(meter.groups)) == 1 else 1
    clocks = min(max(round(_CLOCKS * felt * meter.beat_quarters), 1), 255)
    return bytes((meter.beats, meter.unit.bit_length() - 1, clocks, 8))


def _notes(strokes: list[tuple[int, Hit]], notes: dict[int, int], *, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Ticks, ranks at a tick, messages: notes begin after what ends or is said there."""
    hats = [tick for tick, hit in strokes if hit.drum.voice == "hat"]
    again: dict[int, int] = {}
    for tick, hit in reversed(strokes):
        note = notes[hit.drum.note]
        stops = min(tick + _length(tick, hit, hats), again.get(note, end))
        again[note] = tick
        yield tick, 2, bytes((0x90 | DRUM_CHANNEL, note, hit.velocity))
        yield stops, 0, bytes((0x80 | DRUM_CHANNEL, note, 0))


def _length(tick: int, hit: Hit, hats: list[int]) -> int:
    """Ticks a stroke rings: an open hat until the hat is struck again."""
    if hit.drum != OPEN_HAT:
        return LENGTHS.get(hit.drum.voice, LENGTH)
    following = bisect_right(hats, tick)
    closes = hats[following] - tick if following < len(hats) else OPEN_LENGTH
    return min(max(closes, SHORTEST_TICKS), OPEN_LENGTH)
