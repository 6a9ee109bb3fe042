"""What the tables hold, as numbers two databases can be compared by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from cratedig.catalogue.backup.manifest import TableRows

_TABLES = """
select format('%I.%I', n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema')
  and not exists (select 1 from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 1
"""

# The text of a row is exact (floats in their shortest form that reads back equal) once these are set.
_SETTINGS = {
    "statement_timeout": "0",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}

# The sum over the rows' SHA-256, 128 bits of it in two halves: the order does not count, how often does.
_HASH = """
select count(*), coalesce(sum(('x' || left(digest, 16))::bit(64)::bigint), 0),
       coalesce(sum(('x' || substr(digest, 17, 16))::bit(64)::bigint), 0)
from (select encode(sha256(convert_to(every_row_of_it::text, 'UTF8')), 'hex') digest
      from {table} every_row_of_it) digests
"""


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection that sees the database as it is now until the block ends, and changes nothing."""
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("set transaction isolation level repeatable read read only"))
            for name, value in _SETTINGS.items():
                await connection.execute(text("select set_config(:name, :value, true)"), {"name": name, "value": value})
            yield connection
    finally:
        await engine.dispose()


async def server(connection: AsyncConnection) -> int:
    """The server's major version."""
    return int(await connection.scalar(text("show server_version_num")) or 0) // 10_000


async def tables(connection: AsyncConnection) -> list[str]:
    """The quoted names of all tables but those of extensions."""
    return list(await connection.scalars(text(_TABLES)))


async def contents(connection: AsyncConnection) -> dict[str, TableRows]:
    """Every table's rows and hash; on one core 40,000 rows/s of tracks, 15,000 of texts with their vectors."""
    return {table: await _rows(connection, table) for table in await tables(connection)}


async def _rows(connection: AsyncConnection, table: str) -> TableRows:
    count, first, second = (await connection.execute(text(_HASH.format(table=table)))).one()
    return TableRows(count, f"{int(first) % 2**64:016x}{int(second) % 2**64:016x}")
