"""The database, its schema, its pool, and what is in it."""

from __future__ import annotations

from cratedig.catalogue import Catalogue, census
from cratedig.catalogue.schema import HEAD
from cratedig.health.component import Component, asked

OLDEST_PGVECTOR = (0, 8)  # iterative scans: a filtered search still finds top_k


async def parts(catalogue: Catalogue) -> list[Component]:
    return [
        await asked("database", lambda: _server(catalogue)),
        await asked("schema", lambda: _schema(catalogue)),
        await asked("catalogue", lambda: _contents(catalogue)),
        _pool(catalogue),
    ]


async def _server(catalogue: Catalogue) -> Component:
    async with catalogue.begin() as session:
        server = await census.server(session)
    detail = f"PostgreSQL {server.postgres}, pgvector {server.pgvector}, {server.connections} connections"
    if server.pgvector is None:
        return Component("database", "failed", detail, "Install pgvector on the server.")
    if _version(server.pgvector) < OLDEST_PGVECTOR:
        return Component("database", "degraded", detail, "Update pgvector to 0.8: filtered searches find too little.")
    if server.connections > 0.9 * server.max_connections:
        return Component("database", "degraded", detail, f"Raise max_connections (now {server.max_connections}).")
    return Component("database", "ok", detail)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdecimal())


async def _schema(catalogue: Catalogue) -> Component:
    revision = await catalogue.revision()
    if revision == HEAD:
        return Component("schema", "ok", f"revision {revision}")
    return Component("schema", "failed", f"revision {revision}, this program has {HEAD}", "Run `cratedig db upgrade`.")


async def _contents(catalogue: Catalogue) -> Component:
    async with catalogue.begin() as session:
        counted = await census.count(session)
    detail = f"{counted.tracks:,} tracks, {counted.texts:,} texts and {counted.moods:,} moods studied"
    if counted.tracks == 0:
        return Component("catalogue", "degraded", "empty", "Run `cratedig collect csv FILE`, or `cratedig up --demo`.")
    if counted.texts < counted.tracks:
        return Component("catalogue", "degraded", detail, "Run `cratedig study`.")
    return Component("catalogue", "ok", detail)


def _pool(catalogue: Catalogue) -> Component:
    detail = f"{catalogue.connections_in_use} of {catalogue.pool_size} connections in use"
    if catalogue.connections_in_use >= catalogue.pool_size:
        return Component("pool", "degraded", detail, "Requests wait for a connection: see `doctor --connections`.")
    return Component("pool", "ok", detail)
