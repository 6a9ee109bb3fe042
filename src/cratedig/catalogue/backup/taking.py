"""Catalogue -> backup."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import anyio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

import cratedig
from cratedig.catalogue.backup import archive, contents, files, programs
from cratedig.catalogue.backup.manifest import DUMP, Manifest, Member, TableRows
from cratedig.errors import CatalogueUnavailable
from cratedig.publish import Published


async def back_up(url: str, target: Path, *, data_dir: Path) -> tuple[Manifest, Published]:
    """Writes the catalogue at `url` and its files to `target`, whole or not at all.

    Takes no lock that a reader or writer would feel. Until it ends, the dump lies beside `target` a second time. Raises
    NotPublished, Unavailable (no pg_dump that fits), CatalogueUnavailable.
    """
    with files.workshop(target.parent) as folder:
        dump = folder / DUMP
        async with contents.snapshot(url) as connection:
            seen = await _seen(connection)
            tables = await _dumped_and_counted(url, connection, dump, seen)
        found, left_out = await anyio.to_thread.run_sync(files.found, seen.files, data_dir)
        manifest = Manifest(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            program=cratedig.__version__,
            revision=seen.revision,
            postgresql=seen.server,
            tables=tables,
            dump=await anyio.to_thread.run_sync(files.member, DUMP, dump),
            files=tuple(found),
            left_out=tuple(left_out),
        )
        sources = [(manifest.dump, dump), *((member, data_dir / files.place(member)) for member in found)]
        return manifest, await anyio.to_thread.run_sync(archive.write, target, manifest, sources)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the snapshot says besides its rows. `server` is a major version."""

    revision: str
    server: int
    snapshot: str
    files: list[Member]


async def _seen(connection: AsyncConnection) -> _Seen:
    if await connection.scalar(text("select to_regclass('alembic_version')")) is None:
        raise CatalogueUnavailable("There is no catalogue to back up: the database is empty.")
    revision = await connection.scalar(text("select version_num from alembic_version"))
    snapshot = await connection.scalar(text("select pg_export_snapshot()"))
    return _Seen(str(revision), await contents.server(connection), str(snapshot), await files.listed(connection))


async def _dumped_and_counted(url: str, connection: AsyncConnection, dump: Path, seen: _Seen) -> dict[str, TableRows]:
    """Both through one snapshot, beside each other."""
    arguments = ["--format=custom", "--compress=gzip:1", "--no-owner", "--no-acl", "--no-comments"]
    arguments += [f"--snapshot={seen.snapshot}", f"--file={dump}"]
    try:
        async with asyncio.TaskGroup() as together:
            together.create_task(programs.run("pg_dump", *arguments, url=url, server=seen.server))
            counting = together.create_task(contents.contents(connection))
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    return counting.result()
