"""Sounds as answers: only files that are recorded, only while their bytes are the recorded ones, in ranges.

No part of a path comes from a request. A file is opened without following a link at its end, known again by device,
inode, time and size, and hashed once for each of these: what took its place meanwhile is not sent.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from cratedig.box.containers import HEAD_BYTES, container_of
from cratedig.errors import NotFound
from cratedig.publish import sha256_of

MEDIA_TYPES: Final = {
    "WAV": "audio/wav",
    "FLAC": "audio/flac",
    "OGG": "audio/ogg",
    "MP3": "audio/mpeg",
    "MP4": "audio/mp4",
    "AAC": "audio/aac",
    "AIFF": "audio/aiff",
    "Matroska": "audio/webm",
}
"""What browsers play, by the container's first bytes; never by the file's name."""
ANY_BYTES: Final = "application/octet-stream"
PIECE: Final = 1 << 18
MOST_REMEMBERED: Final = 10_000
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

Identity = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file that was found to be the recorded one. size: bytes."""

    path: Path
    identity: Identity
    size: int
    media_type: str


class Recordings:
    """What one application plays; remembers which files it has hashed."""

    def __init__(self) -> None:
        self._hashes: dict[Identity, str] = {}

    async def find(self, path: Path, sha256: str) -> Recorded:
        """The file where its bytes are the recorded ones. Raises NotFound."""
        return await anyio.to_thread.run_sync(self._find, path, sha256)

    def _find(self, path: Path, sha256: str) -> Recorded:
        try:
            with _opened(path) as number:
                identity = _identity(number)
                head = os.pread(number, HEAD_BYTES, 0)
            if identity not in self._hashes:
                if len(self._hashes) >= MOST_REMEMBERED:
                    self._hashes.clear()
                self._hashes[identity] = sha256_of(path)
        except OSError as error:
            raise NotFound("The sound's file cannot be read any more.", hint="Collect it again.") from error
        if self._hashes[identity] != sha256:
            raise NotFound("The sound's file is not the one that was collected.", hint="Collect it again.")
        container = container_of(head)
        media_type = MEDIA_TYPES.get(container.name if container else "", ANY_BYTES)
        return Recorded(path, identity, identity[3], media_type)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A descriptor. Raises OSError, for what is no plain file too; a pipe is never waited for."""
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(f"{str(path)!r} is no plain file")
        yield number
    finally:
        os.close(number)


def _identity(number: int) -> Identity:
    found = os.fstat(number)
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def answer(recorded: Recorded, asked: str | None) -> Response:
    """The file, or the one range of it that a Range header asks for (RFC 9110, section 14).

    A header that is malformed or asks for several ranges is passed over. Raises HTTPException 416.
    """
    span = range_of(asked, recorded.size)
    if span is not None and not span:
        raise HTTPException(416, "The range lies behind the end", {"Content-Range": f"bytes */{recorded.size}"})
    sent = span or range(recorded.size)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Length": str(len(sent)),
        "Content-Disposition": "inline",
    }
    if span is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{recorded.size}"
    return StreamingResponse(_pieces(recorded, sent), 206 if span else 200, headers, recorded.media_type)


def range_of(asked: str | None, size: int) -> range | None:
    """The bytes a Range header asks for; None for all of them, empty where it cannot be satisfied.

    >>> range_of("bytes=2-", 10), range_of("bytes=-3", 10), range_of("bytes=0-99", 10)
    (range(2, 10), range(7, 10), range(0, 10))
    >>> range_of("bytes=12-", 10), range_of("bytes=0-1,4-5", 10), range_of("bytes=5-2", 10)
    (range(0, 0), None, None)
    """
    found = _RANGE.fullmatch(asked or "")
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if int(last) else range(0)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last) + 1) if last else size) if int(first) < size else range(0)


async def _pieces(recorded: Recorded, span: range) -> AsyncIterator[bytes]:
    with _opened(recorded.path) as number:
        if _identity(number) != recorded.identity:
            raise NotFound("The sound's file changed while it was sent.")
        for at in range(span.start, span.stop, PIECE):
            yield await anyio.to_thread.run_sync(os.pread, number, min(PIECE, span.stop - at), at)
