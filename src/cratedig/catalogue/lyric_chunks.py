"""The parts of lyrics with what they mean (`lyric_chunks`): which tracks want theirs worked out, which parts are near.

The digest of a track's parts is of its lyric and of what worked them out: another embedder, or another lyric, and the
track wants study again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.lines import Lines
from cratedig.catalogue.texts import Range, ranges_of, vector_literal

_DIGEST = "md5(concat_ws(chr(31), cast(:version as text), t.lyrics))"
_HAS = "exists (select from lyric_chunks c where c.track_id = t.id"
_WANTS = f"case when t.lyrics is null then {_HAS}) else :redo or not {_HAS} and c.digest = {_DIGEST}) end"

MOST_BREADTH = 1000
"""pgvector searches an HNSW index no broader."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A track whose lyric wants to be taken apart. lyrics: "" where it has none any more. digest: of the two."""

    track_id: int
    lyrics: str
    digest: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of a track's lyric that stand together. first_line: from 0, headings and blank lines not counted.

    embedding: (384,), of length 1.
    """

    track_id: int
    number: int
    digest: str
    first_line: int
    lines: int
    embedding: NDArray[np.float32]


async def unread_ranges(
    session: AsyncSession, *, version: str, size: int, limit: int | None, redo: bool
) -> list[Range]:
    """The tracks whose lyrics want to be taken apart under this version, at most `limit`, in parts of `size`."""
    given = {"version": version, "redo": redo, "size": size, "limit": limit}
    return await ranges_of(session, f"select t.id from tracks t where {_WANTS}", given)


async def unread(session: AsyncSession, part: Range, *, version: str, redo: bool) -> list[Unread]:
    """Those of one part that still want it."""
    statement = f"""select t.id, coalesce(t.lyrics, ''), {_DIGEST} from tracks t
        where t.id > :after and t.id <= :upto and {_WANTS} order by t.id limit :tracks"""
    rows = await session.execute(text(statement), {"version": version, "redo": redo, **asdict(part)})
    return [Unread(*row) for row in rows]


async def save(session: AsyncSession, read: Sequence[Unread], chunks: Sequence[Chunk]) -> None:
    """Writes the parts of these tracks in place of those they had. Tracks deleted meanwhile are passed over."""
    await session.execute(
        text("delete from lyric_chunks where track_id = any(:ids)"), {"ids": [one.track_id for one in read]}
    )
    if not chunks:
        return
    await session.execute(
        text(
            """insert into lyric_chunks (track_id, number, digest, first_line, lines, embedding)
            select u.track_id, u.number, u.digest, u.first_line, u.lines, cast(u.embedding as halfvec)
            from unnest(cast(:ids as int[]), cast(:numbers as int[]), cast(:digests as text[]),
                cast(:firsts as int[]), cast(:lines as int[]), cast(:embeddings as text[]))
                as u(track_id, number, digest, first_line, lines, embedding)
            where exists (select from tracks t where t.id = u.track_id)"""
        ),
        {
            "ids": [one.track_id for one in chunks],
            "numbers": [one.number for one in chunks],
            "digests": [one.digest for one in chunks],
            "firsts": [one.first_line for one in chunks],
            "lines": [one.lines for one in chunks],
            "embeddings": [vector_literal(one.embedding) for one in chunks],
        },
    )


class Near(NamedTuple):
    """A part of a lyric. likeness: its cosine with what was sought, -1..1."""

    track_id: int
    number: int
    likeness: float


class Where(NamedTuple):
    """Which lines of its lyric a part is. first_line: from 0, headings and blank lines not counted."""

    first_line: int
    lines: int


# The settings hold for the statement: the outer row is made before the index is searched, which is when they are read.
# It also reads the vectors once: a cast among the columns would read 384 numbers anew for every part that is found.
_NEAREST = """select near.* from (select set_config('hnsw.ef_search', cast(%s as text), true),
        set_config('hnsw.iterative_scan', %s, true), cast(%s as halfvec) as judge, cast(%s as halfvec) as sought
        offset 0) asked, lateral (
    select c.track_id, c.number, 1 - (c.embedding <=> asked.judge) from lyric_chunks c
    {where} order by c.embedding <=> asked.sought limit %s) near"""
_ALL = _NEAREST.format(where="")
_SOME = _NEAREST.format(where="where c.track_id = any(cast(%s as int[]))")
_EXACT = """select track_id, number, 1 - away from (
        select c.track_id, c.number, c.embedding <=> cast(%s as halfvec) as away from lyric_chunks c {where} offset 0) c
    order by away, track_id, number limit %s"""
_EXACT_ALL = _EXACT.format(where="")
_EXACT_SOME = _EXACT.format(where="where c.track_id = any(cast(%s as int[]))")
_WHERE = """select c.track_id, c.first_line, c.lines
    from unnest(cast(%s as int[]), cast(%s as int[])) as u(track_id, number)
    join lyric_chunks c on c.track_id = u.track_id and c.number = u.number"""


async def nearest(
    lines: Lines,
    vector: NDArray[np.float32],
    k: int,
    *,
    breadth: int,
    only: Sequence[int] | None = None,
    judged_by: NDArray[np.float32] | None = None,
) -> list[Near]:
    """The `k` parts nearest to `vector` (384,) by pgvector's index, nearest first; `only` among these tracks.

    breadth: how far the index is searched, k .. MOST_BREADTH: more is surer and slower. Where `only` leaves out what is
    found, the search goes on. judged_by: what their likeness is to, (384,); None: to `vector`.
    """
    sought, wide = vector_literal(vector), str(min(MOST_BREADTH, max(k, breadth)))
    judge = sought if judged_by is None else vector_literal(judged_by)
    if only is None:
        return _found(await lines.rows(_ALL, (wide, "off", judge, sought, k)))
    return _found(await lines.rows(_SOME, (wide, "strict_order", judge, sought, list(only), k)))


async def nearest_of(lines: Lines, vector: NDArray[np.float32], k: int, ids: Sequence[int] | None = None) -> list[Near]:
    """The same of some tracks, or all, one by one: exact, and faster than the index where they are few."""
    if ids is None:
        return _found(await lines.rows(_EXACT_ALL, (vector_literal(vector), k)))
    return _found(await lines.rows(_EXACT_SOME, (vector_literal(vector), list(ids), k)))


def _found(rows: Sequence[tuple[Any, ...]]) -> list[Near]:
    return [Near(*row) for row in rows]


async def places(lines: Lines, parts: Mapping[int, int]) -> dict[int, Where]:
    """track -> which lines the part of this number is. parts: track -> number; those that are gone are left out."""
    if not parts:
        return {}
    rows = await lines.rows(_WHERE, (list(parts), list(parts.values())))
    return {track: Where(*where) for track, *where in rows}


async def count(session: AsyncSession) -> int:
    """How many parts there are."""
    return int(await session.scalar(text("select count(*) from lyric_chunks")) or 0)
