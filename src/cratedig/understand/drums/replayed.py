"""A groove as a listener has it: only its sounds, put on a grid anew."""

from __future__ import annotations

from cratedig.music.drums.groove import Groove
from cratedig.music.drums.meter import PPQ, Meter
from cratedig.music.score import DRUM_CHANNEL, MeterChange, Note, Score, TempoChange
from cratedig.understand.drums.played import Played, played


def replayed(groove: Groove) -> Played:
    """What would be read of the groove's MIDI file. Raises InputRejected where nothing is struck."""
    notes = sorted(
        (max(0, tick), hit.drum.note, hit.velocity)
        for tick, hit in groove.sounding()
    )  # fmt: skip
    tempo = TempoChange(0, round(60e6 / groove.tempo_bpm))
    return played(
        Score(
            0, PPQ, 1,
            tuple(Note(tick, 1, note, velocity, DRUM_CHANNEL, 0) for tick, note, velocity in notes),
            (tempo,), tuple(_changes(groove)),
        )
    )  # fmt: skip


def _changes(groove: Groove) -> list[MeterChange]:
    changes: list[MeterChange] = []
    begin, before = 0, Meter(1, 1)
    for bar in groove.bars:
        if bar.meter != before:
            changes.append(MeterChange(begin, bar.meter.beats, bar.meter.unit))
        begin, before = begin + bar.meter.bar_ticks, bar.meter
    return changes
