"""Backup -> catalogue: beside the live one first, in its place once every row is what it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import anyio

from cratedig.catalogue import schema
from cratedig.catalogue.backup import archive, contents, databases, files, programs
from cratedig.catalogue.backup.manifest import DUMP, Manifest, TableRows
from cratedig.errors import BackupRefused, CatalogueNewer


async def verified(path: Path) -> Manifest:
    """The manifest of a backup that is whole and not newer than this program. Raises BackupRefused, CatalogueNewer."""
    manifest = await anyio.to_thread.run_sync(archive.verified, path)
    for member in manifest.files:
        files.place(member)
    if manifest.revision > schema.HEAD:
        raise CatalogueNewer(
            f"The backup's schema is at revision {manifest.revision}, newer than this program's {schema.HEAD}.",
            hint=f"Restore it with Cratedig {manifest.program} or newer.",
        )
    return manifest


async def restore(path: Path, url: str, *, data_dir: Path) -> Manifest:
    """Puts the backup in place of the empty catalogue at `url`.

    Raises BackupRefused, CatalogueNewer, UsageError (not empty), CatalogueBusy (in use); the live catalogue is as it
    was then. Our files are published before the switch, so that no row names a file that is not there yet.
    """
    manifest = await verified(path)
    await databases.refuse_unless_free(url)
    async with databases.fresh(url) as fresh:
        async with databases.held(fresh):
            await _restored(path, manifest, fresh, scratch=data_dir)
            await anyio.to_thread.run_sync(schema.upgrade, fresh)
            places = [(member, data_dir / files.place(member)) for member in manifest.files]
            await anyio.to_thread.run_sync(archive.extract, path, places)
        await databases.refuse_unless_free(url)
        await databases.switch(url, fresh)
    return manifest


async def rehearse(path: Path, url: str) -> Manifest:
    """Restores the backup into a database beside the one at `url`, compares the rows, and drops it again.

    Raises as `restore` does, but for what concerns the live catalogue, which is not touched.
    """
    manifest = await verified(path)
    async with databases.fresh(url) as fresh, databases.held(fresh):
        await _restored(path, manifest, fresh, scratch=path.parent)
    return manifest


async def _restored(path: Path, manifest: Manifest, url: str, *, scratch: Path) -> None:
    async with contents.snapshot(url) as connection:
        server = await contents.server(connection)
    if manifest.postgresql > server:
        raise BackupRefused(
            f"The backup is of PostgreSQL {manifest.postgresql}, this server is {server}; nothing was changed.",
            hint=f"Restore it on PostgreSQL {manifest.postgresql} or newer.",
        )
    with files.workshop(scratch) as folder:
        dump = folder / DUMP
        await anyio.to_thread.run_sync(archive.extract, path, [(manifest.dump, dump)])
        await programs.run("pg_restore", "--exit-on-error", "--no-owner", "--no-acl", str(dump), url=url, server=server)
    async with contents.snapshot(url) as connection:
        _compare(manifest.tables, await contents.contents(connection))


def _compare(expected: Mapping[str, TableRows], found: Mapping[str, TableRows]) -> None:
    differ = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if differ:
        raise BackupRefused(
            f"What was restored differs from what was backed up, in {', '.join(differ)}. Nothing was changed."
        )
