"""A Standard MIDI File as chunks and events, bytes for bytes, so that what is not touched stays as it was (RP-001).

Reads what the box has read before: it is for writing such a file anew with some of its notes changed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cratedig.errors import InputRejected

END_OF_TRACK: Final = b"\xff\x2f\x00"
_CHUNK: Final = struct.Struct(">4sI")
_NOTE_OFF, _NOTE_ON, _SYSTEM, _META = 0x80, 0x90, 0xF0, 0xFF
_DATA_BYTES: Final = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


@dataclass(frozen=True, slots=True)
class Event:
    """tick: from the track's beginning; data: the whole message, status first, however the file shortened it."""

    tick: int
    data: bytes

    @property
    def channel(self) -> int | None:
        """0..15; None for what concerns no channel."""
        return self.data[0] & 0x0F if self.data[0] < _SYSTEM else None

    @property
    def note_on(self) -> bool:
        return self.data[0] & 0xF0 == _NOTE_ON and self.data[2] > 0

    @property
    def note_off(self) -> bool:
        return self.data[0] & 0xF0 == _NOTE_OFF or (self.data[0] & 0xF0 == _NOTE_ON and self.data[2] == 0)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and bodies of a file's chunks, MThd first."""
    at = 0
    while at + _CHUNK.size <= len(data):
        name, length = _CHUNK.unpack_from(data, at)
        yield name, data[at + _CHUNK.size : at + _CHUNK.size + length]
        at += _CHUNK.size + length


def joined(parts: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(_CHUNK.pack(name, len(body)) + body for name, body in parts)


def events(track: bytes) -> Iterator[Event]:
    """The events of a track up to its end. Raises InputRejected where it breaks off, or holds what is no event."""
    at, tick, status = 0, 0, 0
    try:
        while at < len(track):
            delta, at = _number(track, at)
            tick += delta
            if track[at] >= _NOTE_OFF:
                status, at = track[at], at + 1
            end = _end(track, at, status)
            if end > len(track):
                raise IndexError
            yield Event(tick, bytes((status,)) + track[at:end])
            at = end
    except (IndexError, KeyError):
        raise InputRejected(f"A track of it is damaged at byte {at:,}.", hint="Nothing was written.") from None


def _end(track: bytes, at: int, status: int) -> int:
    """Where the message ends whose data begin at `at`."""
    if status in (0xF0, 0xF7, _META):
        length, begin = _number(track, at + (status == _META))
        return begin + length
    return at + _DATA_BYTES[status & 0xF0]


def track(played: Iterable[Event]) -> bytes:
    """The bytes of events in order of their ticks, no status left out."""
    now, parts = 0, []
    for event in played:
        parts += [_variable(event.tick - now), event.data]
        now = event.tick
    return b"".join(parts)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A variable-length quantity, and where it ends; four bytes at most."""
    value = 0
    for end in range(at, at + 4):
        value = value << 7 | data[end] & 0x7F
        if data[end] < 0x80:
            return value, end + 1
    raise IndexError


def _variable(value: int) -> bytes:
    """
    >>> _variable(0x4000).hex()
    '818000'
    """
    septets = [value & 0x7F]
    while value := value >> 7:
        septets.append(value & 0x7F | 0x80)
    return bytes(reversed(septets))
