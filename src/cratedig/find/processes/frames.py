"""What goes between the process that answers and its finders: a short head, then bytes in which nothing can run."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import IntEnum

_HEAD = struct.Struct(">IBI")
MOST_BYTES = 64 << 20
"""Of one frame; fifty results take 60 kB."""
BUFFER_BYTES = 1 << 20


class Kind(IntEnum):
    """STATE: to a finder, the catalogue's stamp to catch up with ("" for what is newest); from it, the version it finds
    in now ("" where it could not be read). BEAT: are you there; I am. QUESTION: to a finder; it answers each with one
    of the last three, under the same number. DECLINED: find it elsewhere."""

    STATE = 1
    BEAT = 2
    QUESTION = 3
    ANSWER = 4
    NOT_FOUND = 5
    DECLINED = 6


class Garbled(Exception):
    """What came in is no frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """number: of the question it belongs to, 0 where it belongs to none."""

    kind: Kind
    payload: bytes = b""
    number: int = 0

    def packed(self) -> bytes:
        return _HEAD.pack(len(self.payload), self.kind, self.number) + self.payload


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[Frame]:
    """All that come in, until the other side is gone. Raises Garbled."""
    try:
        while True:
            size, kind, number = _HEAD.unpack(await reader.readexactly(_HEAD.size))
            if size > MOST_BYTES:
                raise Garbled(f"a frame of {size:,} bytes")
            yield Frame(_kind(kind), await reader.readexactly(size), number)
    except (asyncio.IncompleteReadError, ConnectionError):
        return


def _kind(number: int) -> Kind:
    try:
        return Kind(number)
    except ValueError as error:
        raise Garbled(f"a frame of kind {number}") from error
