"""The catalogue's connection: the server, the pool, transactions, the schema."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import anyio
from psycopg.errors import DuplicateDatabase
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import QueuePool

from cratedig.catalogue import schema
from cratedig.catalogue.lines import Lines
from cratedig.catalogue.postgres import EmbeddedPostgres
from cratedig.catalogue.trouble import translated
from cratedig.errors import CatalogueUnavailable, SettingsError
from cratedig.log import logger

WATCH_EVERY_S = 1.0
MOST_LINES = 3  # of a pool's connections; one at least, and two thirds are left to transactions
APPLICATION = "cratedig"  # how the server's lists name our connections


class Catalogue:
    """An open catalogue. The edge (a request, a command) opens a transaction and commits it; the middle never does."""

    def __init__(self, *, url: str, engine: AsyncEngine, lines: Lines, pool_size: int) -> None:
        self.url = url  # holds the password: never logged
        self.pool_size = pool_size  # how many connections this process opens at most
        self.engine = engine
        self.lines = lines
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        data_dir: Path,
        url: str | None = None,
        pool_size: int = 10,
        statement_timeout_s: float = 30.0,
        upgrade: bool = True,
    ) -> AsyncIterator[Self]:
        """Connects, starting the embedded server in `data_dir` when `url` is None, and brings the schema up to date.

        Raises CatalogueUnavailable (no server, no pgvector), CatalogueNewer (made by a newer Cratedig).
        """
        async with contextlib.AsyncExitStack() as stack:
            if url is None:
                url = await stack.enter_async_context(_embedded(data_dir))
            else:
                url = _with_driver(url)
                await _check_reachable(url)
            catalogue = await stack.enter_async_context(
                cls._connected(url, pool_size=pool_size, statement_timeout_s=statement_timeout_s)
            )
            if upgrade:
                await catalogue.upgrade()
            yield catalogue

    @classmethod
    @asynccontextmanager
    async def _connected(cls, url: str, *, pool_size: int, statement_timeout_s: float) -> AsyncIterator[Self]:
        given = {
            "options": f"-c statement_timeout={int(statement_timeout_s * 1000)}",
            "connect_timeout": 5,
            "tcp_user_timeout": int(statement_timeout_s * 1000),  # a server that is gone without a word
            "application_name": APPLICATION,
        }
        lines = Lines(url, given, size=_lines_of(pool_size))
        engine = create_async_engine(
            url,
            hide_parameters=True,  # an error's text would quote rows
            pool_size=max(1, pool_size - _lines_of(pool_size)),
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,  # after a restart of the server the next request gets a living connection
            connect_args=given,
        )
        try:
            yield cls(url=url, engine=engine, lines=lines, pool_size=pool_size)
        finally:
            await lines.close()
            await engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises CatalogueUnavailable when the server cannot be reached, is full, or took too long.
        """
        try:
            with translated():
                async with self._sessions.begin() as session:
                    yield session
        except CatalogueUnavailable as error:
            # a connection that breaks while psycopg sees to a cancellation raises in its place, and who is cancelled
            # once would go on for ever
            if (task := asyncio.current_task()) and task.cancelling():
                raise asyncio.CancelledError from error
            raise

    @asynccontextmanager
    async def scratch(self) -> AsyncIterator[Self]:
        """A fresh, migrated, empty catalogue on the same server, dropped at the end (evaluations, tests)."""
        name = f"scratch_{uuid.uuid4().hex[:12]}"
        url = make_url(self.url).set(database=name).render_as_string(hide_password=False)
        await _administer(self.url, f"create database {name}")
        try:
            async with self._connected(url, pool_size=5, statement_timeout_s=600.0) as scratch:
                await scratch.upgrade()
                yield scratch
        finally:
            with anyio.CancelScope(shield=True):
                await _administer(self.url, f"drop database if exists {name} with (force)")

    @property
    def connections_in_use(self) -> int:
        pool = self.engine.pool
        return self.lines.in_use + (pool.checkedout() if isinstance(pool, QueuePool) else 0)

    async def upgrade(self) -> str | None:
        """Brings the schema up to date. Returns the revision it had before; None when it was empty."""
        with translated():
            return await anyio.to_thread.run_sync(schema.upgrade, self.url)

    async def revision(self) -> str | None:
        """The schema's revision; None when the database is empty."""
        with translated():
            return await anyio.to_thread.run_sync(schema.revision, self.url)

    async def differences(self) -> list[str]:
        """Where the database's schema differs from this program's; [] when it does not."""
        with translated():
            return await anyio.to_thread.run_sync(schema.differences, self.url)


def _lines_of(pool_size: int) -> int:
    """
    >>> [_lines_of(size) for size in (1, 4, 10)]
    [1, 1, 3]
    """
    return max(1, min(MOST_LINES, pool_size // 3))


def _with_driver(url: str) -> str:
    """The address of a PostgreSQL as SQLAlchemy wants it. Raises SettingsError, which does not quote it."""
    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        read = None
    if read is None or read.drivername.partition("+")[0] not in {"postgresql", "postgres"}:
        raise SettingsError(
            "Setting database.url is no PostgreSQL's address.", hint="Write postgresql://USER:PASSWORD@HOST/DATABASE."
        )
    return read.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


@asynccontextmanager
async def _embedded(data_dir: Path) -> AsyncIterator[str]:
    """The embedded server, kept alive while the block runs; gives the catalogue's URL."""
    server = EmbeddedPostgres(data_dir)
    try:
        await anyio.to_thread.run_sync(server.start)
        await _ensure_database(server.url)
        watch = asyncio.create_task(_keep_alive(server))
        try:
            yield server.url
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(server.stop)


async def _keep_alive(server: EmbeddedPostgres) -> None:
    """Starts the server again when it died under us."""
    while True:
        await anyio.sleep(WATCH_EVERY_S)
        if not await anyio.to_thread.run_sync(server.is_alive):
            logger(__name__).warning("the embedded PostgreSQL died; starting it again")
            with contextlib.suppress(CatalogueUnavailable):  # said in the log by the next turn; requests get their 503
                await anyio.to_thread.run_sync(server.start)


async def _ensure_database(url: str) -> None:
    parsed = make_url(url)
    maintenance = create_async_engine(parsed.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        async with maintenance.connect() as connection:
            named = {"name": parsed.database}
            if not await connection.scalar(text("select 1 from pg_database where datname = :name"), named):
                await connection.execute(text(f'create database "{parsed.database}"'))
    except ProgrammingError as error:
        if not isinstance(error.orig, DuplicateDatabase):  # another process that started with us was first
            raise
    finally:
        await maintenance.dispose()


async def _administer(url: str, statement: str) -> None:
    """Runs one statement outside a transaction."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def _check_reachable(url: str) -> None:
    engine = create_async_engine(url, connect_args={"connect_timeout": 5})
    try:
        async with engine.connect() as connection:
            available = await connection.scalar(text("select 1 from pg_available_extensions where name = 'vector'"))
    except OperationalError as error:
        shown = make_url(url).render_as_string(hide_password=True)
        raise CatalogueUnavailable(
            f"The database {shown} cannot be reached: {str(error.orig).splitlines()[0]}",
            hint="Check CRATEDIG_DATABASE__URL, or unset it to use the embedded server.",
        ) from error
    finally:
        await engine.dispose()
    if not available:
        raise CatalogueUnavailable("The database has no pgvector extension.", hint="Install pgvector on the server.")
