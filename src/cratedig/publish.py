"""Files that are whole or absent: written aside, flushed, renamed; read only when their SHA-256 is the recorded one."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cratedig.errors import Damaged, NotPublished


@dataclass(frozen=True, slots=True)
class Published:
    """A file as it was published. `sha256` is hexadecimal; `size` is in bytes."""

    path: Path
    sha256: str
    size: int


class Draft:
    """A binary file on its way to `path`; its bytes are hashed as they are written. Made by `publishing` only."""

    def __init__(self, path: Path, handle: int, mode: int) -> None:
        self.path = path
        self._file = os.fdopen(handle, "wb")
        self._mode = mode
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes) -> int:
        """Raises NotPublished where the disk takes no more."""
        try:
            written = self._file.write(data)
        except OSError as error:
            raise _not_published(self.path, error) from error
        self._hash.update(data)
        self._size += written
        return written

    def seal(self) -> None:
        """Flushes to the disk, permissions too; raises OSError."""
        self._file.flush()
        os.fchmod(self._file.fileno(), self._mode)
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Closes the file, whatever is left to write."""
        with suppress(OSError):
            self._file.close()

    @property
    def published(self) -> Published:
        """What was written; true of `path` once the `publishing` block has ended."""
        return Published(self.path, self._hash.hexdigest(), self._size)


def publish(path: Path, data: bytes, *, mode: int = 0o600) -> Published:
    """Give `path` these bytes at one instant: a reader, or a power cut, sees the old file or the new one, never half.

    Raises NotPublished, leaves the old file as it is and nothing beside it.
    """
    with publishing(path, mode=mode) as draft:
        draft.write(data)
    return draft.published


@contextmanager
def publishing(path: Path, *, mode: int = 0o600) -> Iterator[Draft]:
    """`publish` for what is written bit by bit: the file appears when the block ends, and not at all when it raises.

    Temporary file in the same folder (made where it is missing), fsync, rename, fsync of the folder. A symbolic link
    is neither followed nor replaced. Raises NotPublished; errors of the block itself pass through.
    """
    draft, temporary = _drafted(path, mode)
    try:
        yield draft
        try:
            draft.seal()
            temporary.replace(path)
        except OSError as error:
            raise _not_published(path, error) from error
    except BaseException:
        draft.abandon()
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _drafted(path: Path, mode: int) -> tuple[Draft, Path]:
    try:
        if path.is_symlink():
            raise OSError(0, "it is a symbolic link")
        _make_folder(path.parent)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise _not_published(path, error) from error
    return Draft(path, handle, mode), Path(name)


def _make_folder(folder: Path) -> None:
    """Makes what is missing of `folder`, so that it too outlasts a power cut."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    for part in reversed(missing):
        part.mkdir(exist_ok=True)
        _sync_folder(part.parent)


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise _not_published(folder, error) from error


def _not_published(path: Path, error: OSError) -> NotPublished:
    reason = error.strerror or str(error)
    return NotPublished(
        f"{str(path)!r} cannot be written: {reason}. What was there before is kept.",
        hint="Check the folder's owner and the free space.",
    )


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file of any size, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_verified(path: Path, sha256_expected: str) -> bytes:
    """The bytes of a file that are the ones published. Raises Damaged where they differ or cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Damaged(f"{str(path)!r} cannot be read: {error.strerror or error}.") from error
    if sha256(data) != sha256_expected:
        raise Damaged(f"{str(path)!r} is not the file that was published: its SHA-256 differs. It was not read.")
    return data


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
