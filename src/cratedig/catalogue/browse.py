"""Reading for people: one track whole, the genres, moods to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.tables import Track
from cratedig.errors import NotFound

_UNREAD = {"lyrics_embedding", "audio_embedding", "match_key"}
"""Columns nobody reads; the vectors are 2 kB a row."""
_READ = [column for column in Track.__table__.columns if column.name not in _UNREAD]


async def track(session: AsyncSession, track_id: int) -> dict[str, Any]:
    """The track with that id, its columns by name. Raises NotFound."""
    row = (await session.execute(select(*_READ).where(Track.id == track_id))).one_or_none()
    if row is None:
        raise NotFound(f"No track has the id {track_id}.")
    return dict(row._mapping)


@dataclass(frozen=True, slots=True)
class Genre:
    name: str
    tracks: int


async def genres(session: AsyncSession, *, limit: int) -> list[Genre]:
    """The `limit` genres with most tracks, most first."""
    rows = await session.execute(
        text(
            "select genre, count(*) from tracks where genre is not null group by genre order by 2 desc, 1 limit :limit"
        ),
        {"limit": limit},
    )
    return [Genre(name, tracks) for name, tracks in rows]


async def moods(session: AsyncSession, *, every: int) -> list[tuple[float, float]]:
    """(valence, arousal) of every `every`-th track by id that has a mood: an even, repeatable sample."""
    rows = await session.execute(
        text("select valence, arousal from tracks where valence is not null and id % :every = 0 order by id"),
        {"every": every},
    )
    return [(valence, arousal) for valence, arousal in rows]


async def titles(session: AsyncSession, ids: Sequence[int]) -> dict[int, str | None]:
    """The titles of those of these tracks that exist."""
    rows = await session.execute(select(Track.id, Track.title).where(Track.id.in_(ids)))
    return {row.id: row.title for row in rows}
