"""The drums of a MIDI file as a few bytes: what a style can be worked out from again without the file."""

from __future__ import annotations

import json
import zlib
from itertools import accumulate
from typing import Any, Final

from cratedig.music.score import MeterChange, Note, Score, TempoChange

MOST_BYTES: Final = 64 << 20
"""Of a packed score once it is unpacked; a million notes take about 20 MB."""


def packed(score: Score) -> bytes:
    """The notes that are drums, the tempi and the meters."""
    columns = [list(column) for column in zip(*(_row(note) for note in score.drums), strict=True)]
    if columns:
        columns[0] = [now - before for before, now in zip([0, *columns[0]], columns[0], strict=False)]
    plain = {
        "kind": score.kind,
        "ticks": score.ticks_per_quarter,
        "tracks": score.tracks,
        "named": sorted(score.named_drums),
        "tempos": [[change.tick, change.us_per_quarter] for change in score.tempos],
        "meters": [[change.tick, change.beats, change.unit] for change in score.meters],
        "notes": columns,
    }
    return zlib.compress(json.dumps(plain, separators=(",", ":")).encode())


def unpacked(data: bytes) -> Score:
    """The score that was packed so; ValueError, KeyError or TypeError where none was."""
    plain = json.loads(_inflated(data))
    columns: list[Any] = plain["notes"]
    if columns:
        columns = [accumulate(columns[0]), *columns[1:]]
    return Score(
        kind=plain["kind"],
        ticks_per_quarter=plain["ticks"],
        tracks=plain["tracks"],
        notes=tuple(Note(*row) for row in zip(*columns, strict=True)),
        tempos=tuple(TempoChange(*row) for row in plain["tempos"]),
        meters=tuple(MeterChange(*row) for row in plain["meters"]),
        named_drums=frozenset(plain["named"]),
    )


def _row(note: Note) -> tuple[int, ...]:
    return note.start, note.duration, note.pitch, note.velocity, note.channel, note.track


def _inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj()
    try:
        plain = inflate.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise ValueError(f"no packed score: {error}") from error
    if not inflate.eof:
        raise ValueError("no packed score: it ends early or is too long")
    return plain
