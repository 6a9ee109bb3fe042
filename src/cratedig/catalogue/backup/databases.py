"""A fresh database beside the live one, and the moment in which it takes the live one's name."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from cratedig.catalogue.backup import contents
from cratedig.errors import CatalogueBusy, CatalogueUnavailable, UsageError
from cratedig.log import logger

FRESH, REPLACED = "cratedig_restoring_", "cratedig_replaced_"

# Rows that say nothing of music, people or work to be done: a catalogue with no others is empty.
_BOOKKEEPING = {"alembic_version", "catalogue_state", "job_ticks", "job_steps", "word_counts", "text_directions"}
_QUEUE = "procrastinate_"
_HOLDS = {"jobs": "select exists (select 1 from jobs where status in ('queued', 'running'))"}


@asynccontextmanager
async def fresh(url: str) -> AsyncIterator[str]:
    """The URL of a new, empty database on the same server, dropped at the end unless it was renamed.

    Until then a connection is held to it, by which the sweep of another restore knows that it is in use.
    """
    name = FRESH + uuid.uuid4().hex[:12]
    fresh_url = _named(url, name)
    async with _administrator(url) as administrator:
        await _sweep(administrator, url)
        await _create(administrator, name)
        try:
            yield fresh_url
        finally:
            with anyio.CancelScope(shield=True):
                await administrator.execute(text(f"drop database if exists {name} with (force)"))


@asynccontextmanager
async def held(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection to the database at `url` that keeps other restores from taking it for a leftover."""
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def refuse_unless_free(url: str) -> None:
    """Raises UsageError where the live catalogue holds anything, CatalogueBusy where somebody else uses it."""
    if not await is_empty(url):
        raise UsageError(
            "The catalogue is not empty; nothing was restored.",
            hint="Restore into a new --data-dir (or a new database).",
        )
    count = text("select count(*) from pg_stat_activity where datname = :name")
    async with _administrator(url) as administrator:
        if await administrator.scalar(count, {"name": make_url(url).database}):
            raise _in_use()


async def is_empty(url: str) -> bool:
    """True when no table holds anything but bookkeeping."""
    async with contents.snapshot(url) as connection:
        for table in await contents.tables(connection):
            name = table.partition(".")[2]
            if name in _BOOKKEEPING or name.startswith(_QUEUE):
                continue
            exists = _HOLDS.get(name, f"select exists (select 1 from {table})")  # noqa: S608 - quoted by the server
            if await connection.scalar(text(exists)):
                return False
    return True


async def switch(url: str, fresh_url: str) -> None:
    """Gives the fresh database the live one's name in one transaction, and drops the old one.

    The old one is looked at again first: were it filled in the last moment, it stays under its new name.
    """
    live, new = _quoted(make_url(url).database), _quoted(make_url(fresh_url).database)
    old = REPLACED + uuid.uuid4().hex[:12]
    async with _administrator(url) as administrator:
        await _rename(administrator, (live, old), (new, live))
        await _drop_empty(administrator, url, old)


async def _rename(administrator: AsyncConnection, *pairs: tuple[str, str]) -> None:
    """All or none: the statements are one transaction."""
    try:
        await administrator.execute(text("begin"))
        for before, after in pairs:
            await administrator.execute(text(f"alter database {before} rename to {after}"))
        await administrator.execute(text("commit"))
    except OperationalError as error:
        await administrator.execute(text("rollback"))
        raise _in_use() from error


async def _sweep(administrator: AsyncConnection, url: str) -> None:
    """Drops what killed restores left; a database that somebody is connected to is another restore's, and stays."""
    for name in await _with_prefix(administrator, FRESH):
        with contextlib.suppress(OperationalError):
            await administrator.execute(text(f"drop database if exists {name}"))
    for name in await _with_prefix(administrator, REPLACED):
        await _drop_empty(administrator, url, name)


async def _with_prefix(administrator: AsyncConnection, prefix: str) -> list[str]:
    named = text("select datname from pg_database where starts_with(datname, :prefix)")
    return list(await administrator.scalars(named, {"prefix": prefix}))


async def _drop_empty(administrator: AsyncConnection, url: str, name: str) -> None:
    if await is_empty(_named(url, name)):
        await administrator.execute(text(f"drop database if exists {name} with (force)"))
    else:
        logger(__name__).warning("a database was filled while another took its place; it is kept", database=name)


async def _create(administrator: AsyncConnection, name: str) -> None:
    try:
        await administrator.execute(text(f"create database {name} template template0"))
    except ProgrammingError as error:
        raise CatalogueUnavailable(
            "A fresh database beside the catalogue cannot be made: " + str(error.orig).splitlines()[0] + ".",
            hint="Give the catalogue's user the right CREATEDB.",
        ) from error


@asynccontextmanager
async def _administrator(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection to the server's own database: the catalogue's cannot be renamed from within."""
    async with held(_named(url, "postgres")) as connection:
        yield connection


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _quoted(name: str | None) -> str:
    return '"' + (name or "").replace('"', '""') + '"'


def _in_use() -> CatalogueBusy:
    return CatalogueBusy(
        "The catalogue is in use, so no backup can take its place; nothing was changed.",
        hint="Stop `cratedig up` and every `cratedig worker` on it.",
    )
