"""What finding reads of every track, as it lies in the catalogue: in parts by id, or of those that changed.

The words come as PostgreSQL keeps them, lexemes with positions and weights; of a track whose text was not studied yet
they are made of its plain fields on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg import AsyncConnection
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.lines import Lines
from cratedig.catalogue.tables import TEXT_DIM
from cratedig.catalogue.texts import received_vector

SEGMENT: Final = "segment"
"""Its name among the spaces of `index_builds` and `index_changes`."""


class Row(NamedTuple):
    """One track. features: JSON. sound, meaning: pgvector's binary form. words: a tsvector's binary form."""

    track_id: int
    title: str | None
    artist: str | None
    album: str | None
    duration_s: float | None
    year: int | None
    popularity: float | None
    playback_count: int | None
    valence: float | None
    arousal: float | None
    is_dead: bool
    features: str | None
    sound: bytes | None
    meaning: bytes | None
    words: bytes


class Lexemes(NamedTuple):
    """A word's. stems: none for a stop word; more than one where PostgreSQL takes it for several words."""

    stems: tuple[str, ...]
    plain: tuple[str, ...]


_PLAIN_WORDS = """setweight(to_tsvector('simple', coalesce(t.title, '')), 'A')
    || setweight(to_tsvector('english', coalesce(t.title, '')), 'A')
    || setweight(to_tsvector('simple', coalesce(t.artist, '')), 'B')
    || setweight(to_tsvector('english', concat_ws(' ', t.album, t.genre, array_to_string(t.tags, ' '))), 'C')
    || to_tsvector('english', coalesce(left(t.description, 2000), ''))"""
_SELECT = f"""select t.id, t.title, t.artist, t.album, t.duration_s, t.year, t.popularity, t.playback_count, t.valence,
        t.arousal, coalesce(t.url_status = 'DEAD', false), cast(t.audio_features as text),
        vector_send(t.audio_embedding), vector_send(x.embedding), tsvectorsend(coalesce(x.words, {_PLAIN_WORDS}))
    from tracks t left join track_texts x on x.track_id = t.id"""


async def count(session: AsyncSession) -> int:
    """How many tracks there are."""
    return int(await session.scalar(text("select count(*) from tracks")) or 0)


async def part(session: AsyncSession, *, after: int, limit: int) -> list[Row]:
    """The next tracks by id."""
    return await _rows(session, f"{_SELECT} where t.id > %s order by t.id limit %s", (after, limit))


async def those(session: AsyncSession, ids: Sequence[int]) -> list[Row]:
    """These tracks, by id; those that are gone are left out."""
    return await _rows(session, f"{_SELECT} where t.id = any(%s) order by t.id", (list(ids),))


async def common_directions(session: AsyncSession) -> NDArray[np.float32]:
    """What all texts share: their mean, then their main directions, shape (n, 384); none where nothing was learned."""
    statement = "select vector_send(direction) from text_directions order by rank"
    found = [received_vector(sent) for sent in await session.scalars(text(statement))]
    return np.array(found, dtype=np.float32).reshape(-1, TEXT_DIM)


async def lexemes(lines: Lines, words: Sequence[str]) -> dict[str, Lexemes]:
    """word -> its English stem, and it as it stands. Words are folded."""
    statement = """select w, tsvector_to_array(to_tsvector('english', w)), tsvector_to_array(to_tsvector('simple', w))
        from unnest(cast(%s as text[])) w"""
    rows = await lines.rows(statement, (list(words),))
    return {word: Lexemes(tuple(stems), tuple(plain)) for word, stems, plain in rows}


async def _rows(session: AsyncSession, statement: str, given: tuple[Any, ...]) -> list[Row]:
    """Through the driver itself, in binary: SQLAlchemy would decode vectors and words from text, byte by byte."""
    raw = await (await session.connection()).get_raw_connection()
    connection: AsyncConnection[Any] = raw.driver_connection  # type: ignore[assignment]
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(statement.encode(), given)
        return [Row(*row) for row in await cursor.fetchall()]
