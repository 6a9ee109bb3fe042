"""Our files in a backup: those that rows of published_files name, under `files/` as they lie in the data folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from cratedig.catalogue.backup.manifest import Member
from cratedig.errors import BackupRefused, NotPublished
from cratedig.publish import sha256_of

FOLDER = "files"


async def listed(connection: AsyncConnection) -> list[Member]:
    """What the rows say; backups are not backed up."""
    if await connection.scalar(text("select to_regclass('published_files')")) is None:
        return []
    rows = await connection.execute(
        text("select path, size, sha256 from published_files where kind <> 'backup' order by path")
    )
    return [Member(f"{FOLDER}/{path}", size, sha256) for path, size, sha256 in rows]


def found(members: Iterable[Member], data_dir: Path) -> tuple[list[Member], list[str]]:
    """The files that are as their rows say, and the paths of those that are not (built anew meanwhile, say)."""
    right: list[Member] = []
    wrong: list[str] = []
    for member in members:
        if _is_right(member, data_dir / place(member)):
            right.append(member)
        else:
            wrong.append(str(place(member)))
    return right, wrong


def _is_right(expected: Member, path: Path) -> bool:
    try:
        return member(expected.name, path) == expected
    except OSError:
        return False


def member(name: str, path: Path) -> Member:
    """The file at `path` as a member of that name. Raises OSError."""
    return Member(name, path.stat().st_size, sha256_of(path))


def place(member: Member) -> PurePosixPath:
    """Where in the data folder the file lies. Raises BackupRefused for a name that leads out of it."""
    path = PurePosixPath(member.name)
    if path.parts[:1] != (FOLDER,) or len(path.parts) < 2 or ".." in path.parts:
        raise BackupRefused(f"The backup holds a file with a forbidden name: {member.name!r}.")
    return path.relative_to(FOLDER)


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A private folder in `folder`, removed at the end. Raises NotPublished where none can be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(dir=folder, prefix=".backup-")
    except OSError as error:
        raise NotPublished(
            f"{str(folder)!r} cannot be written: {error.strerror or error}.", hint="Check its owner and the free space."
        ) from error
    with made as name:
        yield Path(name)
