"""What is said between the product and a child: one task down, one reply up, descriptors beside them.

A task is written by us and read by a child before it has seen a file. A reply may come from a child that a file has
taken over: a fixed layout, lengths checked, nothing in it is ever executed or unpickled.
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

_REPLY = struct.Struct("<4sB8Q")
_MAGIC = b"CDB1"
MOST_BYTES = 4096
"""The longest message either way."""
_MOST_TEXT = 600
MIDI_HEAD = 8
"""Numbers before each file's rows, where several MIDI files are decoded as one task."""


class Status(IntEnum):
    READY = 0  # the walls stand; text: Isolation.as_lines()
    DONE = 1
    UNDECODABLE = 2
    OVER_LIMIT = 3
    DIED = 4  # numbers[0]: the signal, 0 for an exit
    NEEDS_FFMPEG = 5  # text: the container's name


@dataclass(frozen=True)
class Reply:
    """`numbers` mean what the kind of the task says; `text` is for people, or the name of a container."""

    status: Status
    numbers: tuple[int, ...] = ()
    text: str = ""

    def to_bytes(self) -> bytes:
        numbers = (*self.numbers, *[0] * (8 - len(self.numbers)))
        return _REPLY.pack(_MAGIC, self.status, *numbers) + self.text.encode("utf-8", "replace")[:_MOST_TEXT]

    @classmethod
    def of_bytes(cls, data: bytes) -> Reply:
        """Raises ValueError for what is not a reply. Control characters in the text become spaces."""
        if len(data) < _REPLY.size or data[:4] != _MAGIC or len(data) > _REPLY.size + _MOST_TEXT:
            raise ValueError(f"not a reply: {data[:16]!r}")
        _, status, *numbers = _REPLY.unpack_from(data)
        text = data[_REPLY.size :].decode("utf-8", "replace")
        plain = "".join(char if char.isprintable() or char == "\n" else " " for char in text)
        return cls(Status(status), tuple(numbers), plain)


@dataclass(frozen=True)
class Task:
    """What a child is to do with the descriptors it gets: the file, and the memory its result goes to."""

    kind: str
    options: dict[str, Any]


def send_task(channel: socket.socket, task: Task, descriptors: list[int]) -> None:
    socket.send_fds(channel, [json.dumps([task.kind, task.options]).encode()], descriptors)


def receive_task(channel: socket.socket) -> tuple[Task, list[int]] | None:
    """None where the other side is gone."""
    data, descriptors, _, _ = socket.recv_fds(channel, MOST_BYTES, 2)
    if not data:
        return None
    kind, options = json.loads(data)
    return Task(kind, options), descriptors
