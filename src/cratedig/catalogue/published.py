"""The published files: a row each, written after the file, by which it is known again before anything parses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import anyio
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.tables import PublishedFile
from cratedig.errors import Damaged, NotFound
from cratedig.publish import Published, sha256_of

Kind = Literal["model", "index", "midi", "backup", "sound", "taste"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A published file as its row says. `path` is relative to the data folder; `size` in bytes."""

    path: str
    kind: str
    sha256: str
    size: int


async def record(session: AsyncSession, published: Published, *, kind: Kind, data_dir: Path) -> None:
    """Writes the file's row; of a path published again, the newer one counts."""
    values = {"kind": kind, "sha256": published.sha256, "size": published.size, "published_at": func.now()}
    statement = insert(PublishedFile).values(path=_name(data_dir, published.path), **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["path"], set_=values))


async def verified(session: AsyncSession, data_dir: Path, path: Path) -> Path:
    """`path`, once its bytes have the recorded SHA-256: call it before any parser sees them.

    Raises NotFound where no row names it, Damaged where the bytes differ or cannot be read.
    """
    recorded = await session.get(PublishedFile, _name(data_dir, path))
    if recorded is None:
        raise NotFound(f"No published file is recorded at {str(path)!r}.")
    found = await anyio.to_thread.run_sync(_size_and_sha256, path)
    if found != (recorded.size, recorded.sha256):
        raise Damaged(
            f"{str(path)!r} is not the file that was published: its size or SHA-256 differs. It was not read."
        )
    return path


async def listed(session: AsyncSession, kinds: Sequence[Kind]) -> list[Recorded]:
    """The rows of these kinds, by path."""
    columns = PublishedFile.path, PublishedFile.kind, PublishedFile.sha256, PublishedFile.size
    rows = await session.execute(select(*columns).where(PublishedFile.kind.in_(kinds)).order_by(PublishedFile.path))
    return [Recorded(*row) for row in rows]


async def newest(session: AsyncSession, kind: Kind) -> Recorded | None:
    """The row of this kind that was published last; None where there is none."""
    columns = PublishedFile.path, PublishedFile.kind, PublishedFile.sha256, PublishedFile.size
    found = select(*columns).where(PublishedFile.kind == kind)
    row = (
        await session.execute(found.order_by(PublishedFile.published_at.desc(), PublishedFile.path).limit(1))
    ).first()
    return None if row is None else Recorded(*row)


async def forget(session: AsyncSession, data_dir: Path, path: Path) -> None:
    """Removes the row of a file that is to be removed; the row goes first, as it came last."""
    await session.execute(delete(PublishedFile).where(PublishedFile.path == _name(data_dir, path)))


def _name(data_dir: Path, path: Path) -> str:
    """The path as the row names it. Raises ValueError for a path outside the data folder."""
    return path.resolve().relative_to(data_dir.resolve()).as_posix()


def _size_and_sha256(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_size, sha256_of(path)
    except OSError as error:
        raise Damaged(f"{str(path)!r} cannot be read: {error.strerror or error}.") from error
