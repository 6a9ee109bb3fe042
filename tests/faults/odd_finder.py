"""A finder process as none should be: `odd_finder.py WAY CHANNEL`. Each says that it holds version "v", then fails in
its way; `good` answers every question."""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from collections.abc import Callable
from typing import IO

from cratedig.find.processes.frames import Frame, Kind

VERSION = "v"
_HEAD = struct.Struct(">IBI")
FRONT = b'{"query":"q","mood_detected":null,"results":[],"metadata":'
METADATA = (
    b'{"total_candidates":0,"processing_time_ms":1.0,"stages":{},"query_type":"default","default_used":true,'
    b'"explanation":"","cached":false,"weighed":null}'
)
READY = len(METADATA).to_bytes(4) + METADATA + FRONT

Answer = Callable[[int], bytes]
ANSWERS: dict[str, Answer] = {
    "good": lambda number: Frame(Kind.ANSWER, READY, number).packed(),
    "mute": lambda _: b"",
    "garbles": lambda _: os.urandom(4096),
    "announces too much": lambda number: _HEAD.pack(2**32 - 1, Kind.ANSWER, number),
    "answers what nobody asked": lambda number: Frame(Kind.ANSWER, READY, number + 1).packed(),
    "answers without an answer": lambda number: Frame(Kind.ANSWER, b"", number).packed(),
    "answers in another form": lambda number: Frame(Kind.ANSWER, b"\0\0\0\2{}", number).packed(),
    "answers nobody's text": lambda number: Frame(Kind.NOT_FOUND, b"\xff", number).packed(),
    "asks back": lambda number: Frame(Kind.QUESTION, b"{}", number).packed(),
    "names no version": lambda _: Frame(Kind.STATE, b"\xff").packed(),
    "declines": lambda number: Frame(Kind.DECLINED, b"", number).packed(),
    "dies": lambda _: os._exit(1),
    "stands still": lambda _: threading.Event().wait() and b"",
}
"""Ways to answer a question; beats and states are answered as they should be, but for one that stands still."""


def main(way: str, channel: int) -> None:
    if way == "refuses":
        sys.exit(2)
    with socket.socket(fileno=channel) as end, end.makefile("rwb", buffering=0) as stream:
        if way == "never begins":
            threading.Event().wait()
        while head := stream.read(_HEAD.size):
            size, kind, number = _HEAD.unpack(head)
            _whole(stream, size)
            if kind == Kind.QUESTION:
                stream.write(ANSWERS[way](number))
            else:
                stream.write(Frame(Kind(kind), VERSION.encode() if kind == Kind.STATE else b"").packed())


def _whole(stream: IO[bytes], size: int) -> None:
    while size:
        size -= len(stream.read(size))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
