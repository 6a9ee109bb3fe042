"""How much there is, and how the server does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Census:
    """Tracks in all, those whose text is studied, and those whose mood is known."""

    tracks: int
    texts: int
    moods: int


async def count(session: AsyncSession) -> Census:
    row = (
        await session.execute(
            text("""
                select (select count(*) from tracks) as tracks,
                       (select count(*) from track_texts) as texts,
                       (select count(*) from tracks where valence is not null) as moods
            """)
        )
    ).one()
    return Census(tracks=row.tracks, texts=row.texts, moods=row.moods)


@dataclass(frozen=True)
class Server:
    """The database server: versions, and how many of its connections are taken."""

    postgres: str
    pgvector: str | None
    connections: int
    max_connections: int


async def server(session: AsyncSession) -> Server:
    row = (
        await session.execute(
            text("""
                select current_setting('server_version') as postgres,
                       (select extversion from pg_extension where extname = 'vector') as pgvector,
                       (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
                       current_setting('max_connections')::int as max_connections
            """)
        )
    ).one()
    return Server(
        postgres=row.postgres,
        pgvector=row.pgvector,
        connections=row.connections,
        max_connections=row.max_connections,
    )
