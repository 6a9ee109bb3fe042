"""A file that is to be decoded: opened by the product, checked to be a plain file, handed on as a descriptor."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cratedig.errors import InputRejected, NotFound

_COPIED_BYTES = 1 << 24


@contextmanager
def opened(source: Path | bytes) -> Iterator[int]:
    """A descriptor at the start of the file, or of the bytes. Links are followed: what they lead to is what counts.

    Raises NotFound, or InputRejected for what is no plain file (a pipe is never waited for) or may not be read.
    """
    descriptor = _of_bytes(source) if isinstance(source, bytes) else _of_path(source)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def memory(name: str) -> Iterator[int]:
    """Memory with a descriptor: what a child writes its result to."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _of_bytes(data: bytes) -> int:
    descriptor = os.memfd_create("source", os.MFD_CLOEXEC)
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _of_path(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"{str(path)!r} is not there.", hint="Check the path.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputRejected(f"{str(path)!r} cannot be read: {reason}.", hint="Check its rights.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputRejected(f"{str(path)!r} is not a plain file.", hint="Give a file with audio or MIDI in it.")
    return descriptor


def copied_to(target: int, source: int, *, most_bytes: int) -> bool:
    """Copies a descriptor's file into memory, so that another user may open it anew; false where it is too big."""
    if os.fstat(source).st_size > most_bytes:
        return False
    while os.sendfile(target, source, None, _COPIED_BYTES):
        pass
    os.lseek(target, 0, os.SEEK_SET)
    return True
