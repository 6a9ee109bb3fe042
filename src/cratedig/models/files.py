"""Files that are whole or absent: written aside, flushed, renamed; read only when their SHA-256 is the recorded one."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def publish(path: Path, data: bytes) -> None:
    """Give `path` these bytes at one instant: a reader, or a power cut, sees the old file or the new one, never half.

    Temporary file in the same folder, fsync, rename, fsync of the folder. Raises OSError and leaves nothing behind.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; another process (or thread) that asks waits. The system frees it when the holder dies."""
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sweep(folder: Path) -> None:
    """Remove what killed writers left. Call it holding the folder's lock."""
    for leftover in folder.glob(".*.part"):
        leftover.unlink(missing_ok=True)
