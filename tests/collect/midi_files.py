"""Small MIDI files for tests, written by hand: format 0, 480 ticks a quarter."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from tests.understand.drums.players import Stroke

LONG = 30


def midi(strokes: Sequence[Stroke], *, tempo_bpm: float = 120.0, channel: int = 9) -> bytes:
    """A file of these strokes (tick, note, velocity)."""
    events = [(tick, 0x90, note, velocity) for tick, note, velocity in strokes]
    events += [(tick + LONG, 0x80, note, 0) for tick, note, _ in strokes]
    body, now = b"\x00\xff\x51\x03" + round(60e6 / tempo_bpm).to_bytes(3), 0
    for tick, status, note, velocity in sorted(events):
        body += _number(tick - now) + bytes((status | channel, note, velocity))
        now = tick
    body += b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(body)) + body


def _number(value: int) -> bytes:
    """A variable-length quantity (RP-001)."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
