"""MIDI in the child, read by symusic; written back as integers.

symusic sorts each track's notes by (channel, program) but does not tell the channel. So every track gets one
marker note a channel at tick 0 (pitch = channel), and all that was there moves one tick later: the groups then name
themselves. Notes that never end are left out, as symusic does.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import symusic.core
from numpy.typing import NDArray

from cratedig.box.wire import MIDI_HEAD, Reply, Status

_CHUNK = struct.Struct(">4sI")
_HEADER = struct.Struct(">HHH")
_CHANNELS = range(16)
_MARKERS = b"".join(bytes((0, 0x90 | c, c, 1)) for c in _CHANNELS) + b"".join(
    bytes((0 if c else 1, 0x80 | c, c, 0)) for c in _CHANNELS
)
_SYMUSIC_COLUMNS = ("time", "duration", "pitch", "velocity")
_MOST_TRACKS = 2048  # orchestral scores have some dozens; each costs 16 markers
_DRUMS = re.compile(r"drum|percussion|\bperc\b|\bkit\b", re.IGNORECASE)
NOTE_COLUMNS = ("start", "duration", "pitch", "velocity", "channel", "track")

Integers = NDArray[np.int32]


@dataclass(frozen=True)
class MidiTask:
    max_bytes: int
    max_notes: int


@dataclass(frozen=True)
class MidiBatchTask:
    """Files one after another in one memory; sizes: bytes of each."""

    max_bytes: int
    max_notes: int
    sizes: list[int]


class NotMidi(Exception):
    """Says what is wrong, for people."""


class TooMuch(NotMidi):
    """It is over a limit."""


def decode(task: MidiTask, source: int, result: int) -> Reply:
    """Writes int32 rows to `result`: notes (NOTE_COLUMNS), tempos (tick, us), meters (tick, beats, unit), and the
    tracks whose name says that drums are on them.

    Numbers: kind, ticks a quarter, tracks, notes, tempos, meters, tracks named as drums.
    """
    size = os.fstat(source).st_size
    if size > task.max_bytes:
        return Reply(Status.OVER_LIMIT, text=f"it has {size:,} bytes, {task.max_bytes:,} are the most for MIDI")
    try:
        head, parts = _decoded(_all(source, size), task.max_notes)
    except TooMuch as error:
        return Reply(Status.OVER_LIMIT, text=str(error))
    except NotMidi as error:
        return Reply(Status.UNDECODABLE, text=str(error))
    except RuntimeError as error:
        return Reply(Status.UNDECODABLE, text=str(error).removeprefix("MiniMidi: ").removesuffix(": iostream error"))
    for part in parts:
        _write(result, part)
    return Reply(Status.DONE, (*head, *(len(part) for part in parts)))


def decode_batch(task: MidiBatchTask, source: int, result: int) -> Reply:
    """Writes of each file MIDI_HEAD int32 (whether it was decoded, and the numbers of `decode`), then `decode`'s rows.

    Of files that cannot be decoded only a head of zeros: what is wrong with them they are asked one by one.
    Numbers: files.
    """
    at = 0
    for size in task.sizes:
        data = os.pread(source, size, at)
        at += size
        try:
            if size > task.max_bytes or len(data) < size:
                raise TooMuch
            head, parts = _decoded(data, task.max_notes)
        except (NotMidi, RuntimeError):
            head, parts = (0, 0, 0), ()
        numbers = (int(bool(parts)), *head, *(len(part) for part in parts))
        _write(result, np.array((*numbers, *[0] * (MIDI_HEAD - len(numbers))), dtype=np.int32))
        for part in parts:
            _write(result, part)
    return Reply(Status.DONE, (len(task.sizes),))


def _decoded(data: bytes, max_notes: int) -> tuple[tuple[int, int, int], tuple[Integers, ...]]:
    """Kind, ticks a quarter, tracks; notes, tempos, meters, tracks named as drums. Raises NotMidi, RuntimeError."""
    kind, division, chunks = _chunks(data)
    if len(chunks) > _MOST_TRACKS:
        raise TooMuch(f"it has {len(chunks):,} tracks, {_MOST_TRACKS:,} are the most")
    score = symusic.core.ScoreTick.from_midi(_marked(kind, division, chunks))
    if score.note_num() - len(_CHANNELS) * len(chunks) > max_notes:
        raise TooMuch(f"it has over {max_notes:,} notes")
    notes, named = _notes(score)
    return (kind, division, len(chunks)), (notes, _tempos(score), _meters(score), named)


def _all(source: int, size: int) -> bytes:
    return b"".join(iter(lambda: os.read(source, 1 << 20), b"")) if size else b""


def _chunks(data: bytes) -> tuple[int, int, list[bytes]]:
    """The file's kind, its ticks a quarter, and its tracks' bytes (RP-001: chunks of other types are passed over)."""
    parts = _split(data)
    name, body = next(parts, (b"", b""))
    if name != b"MThd" or len(body) < _HEADER.size:
        raise NotMidi("it does not start like a MIDI file")
    kind, _, division = _HEADER.unpack_from(body)
    if kind > 2:
        raise NotMidi(f"there is no MIDI file of kind {kind}")
    if not 1 <= division < 0x8000:
        raise NotMidi("its time is in film frames, not in ticks a quarter" if division else "a quarter has 0 ticks")
    tracks = [body for name, body in parts if name == b"MTrk"]
    return kind, division, tracks


def _split(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        if at + _CHUNK.size > len(data):
            raise NotMidi(f"it ends inside the chunk at byte {at}")
        name, length = _CHUNK.unpack_from(data, at)
        at += _CHUNK.size
        if at + length > len(data):
            raise NotMidi(f"the chunk at byte {at - _CHUNK.size} claims {length:,} bytes, {len(data) - at:,} are there")
        yield name, data[at : at + length]
        at += length


def _marked(kind: int, division: int, tracks: list[bytes]) -> bytes:
    if not all(map(_starts_with_status, tracks)):
        raise NotMidi("a track starts with a running status")  # it would continue our marker
    head = _CHUNK.pack(b"MThd", _HEADER.size) + _HEADER.pack(kind, len(tracks), division)
    return head + b"".join(_CHUNK.pack(b"MTrk", len(_MARKERS) + len(body)) + _MARKERS + body for body in tracks)


def _starts_with_status(track: bytes) -> bool:
    delta = next((at for at, byte in enumerate(track[:4]) if byte < 0x80), 3)
    return track[delta + 1 : delta + 2] >= b"\x80" or len(track) <= delta + 1


def _notes(score: symusic.core.ScoreTick) -> tuple[Integers, Integers]:
    """Rows by start, pitch, track; the markers are taken out and every tick moved back. Then who is named as drums."""
    channel, track, rows = -1, -1, [np.empty((0, len(NOTE_COLUMNS)), dtype=np.int32)]
    named: set[int] = set()
    for part in score.tracks:
        group = part.notes.numpy()
        if is_marked := group["time"][0] == 0:
            channel = int(group["pitch"][0])
            track += channel == 0
        if _DRUMS.search(part.name):
            named.add(track)
        columns = [group[name][int(is_marked) :].astype(np.int32) for name in _SYMUSIC_COLUMNS]
        if size := columns[0].size:
            rows.append(np.column_stack([*columns, np.full((size, 2), (channel, track), dtype=np.int32)]))
    notes: Integers = np.concatenate(rows)
    notes[:, 0] -= 1
    if notes[:, :2].size and notes[:, :2].min() < 0:
        raise NotMidi("it goes on after 2**31 ticks")
    order = np.lexsort((notes[:, 5], notes[:, 2], notes[:, 0]))
    return notes[order], np.array(sorted(named), dtype=np.int32).reshape(-1, 1)


def _tempos(score: symusic.core.ScoreTick) -> Integers:
    """A tempo of 0 microseconds means nothing and is passed over."""
    table = score.tempos.numpy()
    return _changes(table["time"], table["mspq"])


def _meters(score: symusic.core.ScoreTick) -> Integers:
    table = score.time_signatures.numpy()
    return _changes(table["time"], table["numerator"], table["denominator"])


def _changes(time: NDArray[np.generic], *values: NDArray[np.generic]) -> Integers:
    """Rows in order of time; of several at one tick the last one counts."""
    columns = [column.astype(np.int32) for column in (time, *values)]
    columns[0] = np.maximum(columns[0] - 1, 0)
    rows = np.column_stack(columns)
    rows = rows[(rows[:, 1:] > 0).all(axis=1)]
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    last = np.append(rows[1:, 0] != rows[:-1, 0], True)[: len(rows)]
    changes: Integers = rows[last].astype(np.int32)
    return changes


def _write(result: int, rows: Integers) -> None:
    left = memoryview(rows.tobytes())
    while left:
        left = left[os.write(result, left) :]
