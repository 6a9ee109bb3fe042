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


@dataclass(frozen=True)
class Backends:
    """Connections of one state. longest_s: how long the oldest open transaction among them has lasted, in seconds."""

    state: str
    count: int
    longest_s: float


@dataclass(frozen=True)
class Connections:
    """Who is connected. allowed: how many a plain user may open; others: those that are not Cratedig's."""

    allowed: int
    others: int
    states: tuple[Backends, ...]

    @property
    def open(self) -> int:
        return sum(backends.count for backends in self.states)

    def of(self, state: str) -> Backends:
        return next((found for found in self.states if found.state == state), Backends(state, 0, 0.0))


async def connections(session: AsyncSession, *, application: str) -> Connections:
    """`application`: the name our own connections bear."""
    limits = (
        await session.execute(
            text("""
                select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                         - current_setting('reserved_connections', true)::int as allowed,
                       count(*) filter (where application_name is distinct from :application) as others
                from pg_stat_activity where backend_type = 'client backend'
            """),
            {"application": application},
        )
    ).one()
    states = await session.execute(
        text("""
            select coalesce(state, 'unknown') as state, count(*) as count,
                   coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 as longest_s
            from pg_stat_activity where backend_type = 'client backend' group by 1 order by 2 desc, 1
        """)
    )
    return Connections(limits.allowed, limits.others, tuple(Backends(*row) for row in states))


@dataclass(frozen=True)
class Coverage:
    """How many of the tracks it is for an analyzer has done. typical_ms: its mean time a track, None where unknown."""

    analyzer: str
    done: int
    tracks: int
    typical_ms: float | None = None


async def coverage(session: AsyncSession) -> list[Coverage]:
    """Of the texts, the moods, and of analyzers elsewhere whose results were brought in; the latter among tracks with
    lyrics. What our own analyzers did is in `findings.progress`."""
    counted = await count(session)
    rows = await session.execute(
        text("""
            select analyzer_type, count(distinct track_id), (select count(*) from tracks where lyrics is not null),
                   avg(processing_time_ms)::float8
            from analysis_results where analyzer is null group by 1 order by 1
        """)
    )
    return [
        Coverage("text", counted.texts, counted.tracks),
        Coverage("mood", counted.moods, counted.tracks),
        *(Coverage(*row) for row in rows),
    ]
