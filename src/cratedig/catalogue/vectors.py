"""The vectors of each space as they lie in the catalogue: read in parts for a build, what changed since it, and the
nearest by pgvector where there is no index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.texts import vector_literal

Space = Literal["text", "audio", "mood", "lines"]
"""Of tracks, and of the parts of their lyrics."""
SPACES: tuple[Space, ...] = ("text", "audio", "mood")
"""Those in which a track has one vector."""
PARTS: Final = 128
"""A part of a lyric has the id track x PARTS + its number; no lyric has so many."""

_HEADER = 4  # bytes of pgvector's binary form before its floats
_MOST_BREADTH = 1000  # pgvector allows no more
_ROWS = {
    "text": "(select track_id as id, embedding as vector from track_texts)",
    "audio": "(select id, audio_embedding as vector from tracks where audio_embedding is not null)",
    "mood": """(select id, cast(array[valence, arousal] as vector) as vector from tracks
        where valence is not null and arousal is not null)""",
    "lines": f"""(select cast(track_id as bigint) * {PARTS} + number as id, track_id, number,
        cast(embedding as vector) as vector from lyric_chunks)""",
}
_AFTER = {"lines": f"(track_id, number) > (cast(:after / {PARTS} as int), cast(:after % {PARTS} as int))"}
_ORDER = {"lines": "track_id, number"}
_TRACK = {"lines": "track_id"}
_SPREAD = {"lines": "hashint8(id) & 2147483647"}  # the ids themselves end as the numbers of parts do
_NEAREST = {
    "text": """select track_id, -(embedding <#> cast(:vector as vector)) from track_texts
        where not track_id = any(:without) order by embedding <=> cast(:vector as vector) limit :k""",
    "audio": """select id, 1 - (audio_embedding <=> cast(:vector as vector)) from tracks
        where audio_embedding is not null and not id = any(:without)
        order by audio_embedding <=> cast(:vector as vector) limit :k""",
    "mood": """select id, -(point(valence, arousal) <-> point(:valence, :arousal)) from tracks
        where valence is not null and arousal is not null and not id = any(:without)
        order by point(valence, arousal) <-> point(:valence, :arousal) limit :k""",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """Tracks, or parts of lyrics, with their vectors: ids (n,), rising; vectors (n, dim)."""

    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)


async def count(session: AsyncSession, space: Space) -> int:
    """How many vectors there are in the space."""
    return int(await session.scalar(text(f"select count(*) from {_ROWS[space]} v")) or 0)


async def part(session: AsyncSession, space: Space, *, after: int, limit: int, dim: int) -> Placed:
    """The next vectors by id."""
    statement = f"""select id, vector_send(vector) from {_ROWS[space]} v where {_AFTER.get(space, "id > :after")}
        order by {_ORDER.get(space, "id")} limit :limit"""
    return _placed((await session.execute(text(statement), {"after": after, "limit": limit})).all(), dim)


async def sample(session: AsyncSession, space: Space, *, every: int, dim: int) -> Placed:
    """Vectors spread evenly over the ids: about one of `every`."""
    statement = f"""select id, vector_send(vector) from {_ROWS[space]} v
        where ({_SPREAD.get(space, "id")}) % :every = 0 order by id"""
    return _placed((await session.execute(text(statement), {"every": every})).all(), dim)


async def mark(session: AsyncSession) -> datetime:
    """The moment before which every change is committed and seen by the statements that follow: the start of the
    oldest transaction that is under way."""
    statement = """select least(now(), (select min(xact_start) from pg_stat_activity
        where datname = current_database() and xact_start is not null))"""
    found: datetime = (await session.execute(text(statement))).scalar_one()
    return found


async def those(session: AsyncSession, space: Space, ids: Sequence[int], *, dim: int) -> Placed:
    """The vectors of these tracks, by id; tracks that have none are left out."""
    statement = f"""select id, vector_send(vector) from {_ROWS[space]} v
        where {_TRACK.get(space, "id")} = any(:ids) order by id"""
    return _placed((await session.execute(text(statement), {"ids": list(ids)})).all(), dim)


async def nearest(
    session: AsyncSession, space: Space, vector: NDArray[np.float32], k: int, *, without: Sequence[int] = ()
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest `k` tracks by pgvector (by GiST for moods), in one of SPACES: ids and scores as an index of the space
    gives them."""
    if space == "text":
        breadth = {"breadth": str(min(_MOST_BREADTH, max(200, 2 * k)))}
        await session.execute(text("select set_config('hnsw.ef_search', :breadth, true)"), breadth)
    given = {"vector": vector_literal(vector), "k": k, "without": list(without)}
    if space == "mood":
        given = {"valence": float(vector[0]), "arousal": float(vector[1]), "k": k, "without": list(without)}
    rows = (await session.execute(text(_NEAREST[space]), given)).all()
    return np.array([row[0] for row in rows], dtype=np.int64), np.array([row[1] for row in rows], dtype=np.float32)


def _placed(rows: Sequence[Sequence[bytes]], dim: int) -> Placed:
    """From (id, pgvector's binary form): two 16-bit header words, then big-endian float32."""
    sent = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.uint8).reshape(len(rows), _HEADER + 4 * dim)
    vectors = np.ascontiguousarray(sent[:, _HEADER:]).view(">f4").astype(np.float32)
    return Placed(np.array([row[0] for row in rows], dtype=np.int64), vectors.reshape(len(rows), dim))
