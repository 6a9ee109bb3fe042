"""Batches of lyrics: what is to be read, forgotten once it is; the answers, kept for a day after the batch has ended.

A batch is the job that reads it; its items go with it. A lyric that was pasted is emptied in the statement that stores
its answer, and whatever is left of them when the job ends, however it ends, by a trigger (migration 0010).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.findings import TEMPO, Unread

KEPT_HOURS = 24
LINES = 200
"""Answers read at once."""


@dataclass(frozen=True, slots=True)
class Item:
    """One lyric to be read. unread: what there is to read; of a pasted lyric its track is 0. None: the track's lyric
    went away."""

    number: int
    is_pasted: bool
    unread: Unread | None


async def add_pasted(session: AsyncSession, job_id: str, lyrics: Sequence[str]) -> None:
    """Puts pasted lyrics under a job, in their order."""
    await session.execute(
        text(
            """insert into batch_items (job_id, number, lyric)
            select :job, n - 1, lyric from unnest(cast(:lyrics as text[])) with ordinality as u(lyric, n)"""
        ),
        {"job": job_id, "lyrics": list(lyrics)},
    )


async def add_tracks(session: AsyncSession, job_id: str, track_ids: Sequence[int]) -> None:
    """Puts tracks under a job, in their order."""
    await session.execute(
        text(
            """insert into batch_items (job_id, number, track_id)
            select :job, n - 1, id from unnest(cast(:ids as int[])) with ordinality as u(id, n)"""
        ),
        {"job": job_id, "ids": list(track_ids)},
    )


@dataclass(frozen=True, slots=True)
class Meets:
    """What tracks meet; what is empty or None asks nothing."""

    artists: Sequence[str] = ()
    genres: Sequence[str] = ()
    min_year: int | None = None
    max_year: int | None = None


async def tracks_that_meet(session: AsyncSession, meets: Meets, *, limit: int) -> list[int]:
    """Tracks with lyrics, by id. Names are compared without regard to case."""
    statement = """select id from tracks where lyrics is not null
        and (cardinality(cast(:artists as text[])) = 0 or lower(artist) = any(:artists))
        and (cardinality(cast(:genres as text[])) = 0 or lower(genre) = any(:genres))
        and (cast(:min_year as int) is null or year >= :min_year)
        and (cast(:max_year as int) is null or year <= :max_year) order by id limit :limit"""
    given = {
        "artists": [name.lower() for name in meets.artists],
        "genres": [name.lower() for name in meets.genres],
        "min_year": meets.min_year,
        "max_year": meets.max_year,
        "limit": limit,
    }
    return list(await session.scalars(text(statement), given))


async def missing(session: AsyncSession, track_ids: Sequence[int]) -> list[int]:
    """Those of these that are no tracks."""
    statement = """select u.id from unnest(cast(:ids as int[])) as u(id)
        where not exists (select from tracks t where t.id = u.id) order by 1"""
    return list(await session.scalars(text(statement), {"ids": list(track_ids)}))


async def unanswered(session: AsyncSession, job_id: str, *, first: int, count: int) -> list[Item]:
    """Of a part of a batch, what was not answered yet."""
    statement = f"""select i.number, i.track_id is null, coalesce(i.track_id, 0), coalesce(i.lyric, t.lyrics),
            md5(t.lyrics), case when t.id is null then 0 else {TEMPO} end
        from batch_items i left join tracks t on t.id = i.track_id
        where i.job_id = :job and i.number >= :first and i.number < :first + :count and i.answer is null
        order by i.number"""  # noqa: S608 - of constants
    rows = await session.execute(text(statement), {"job": job_id, "first": first, "count": count})
    return [
        Item(number, is_pasted, None if lyric is None else Unread(track, lyric, digest or "", tempo))
        for number, is_pasted, track, lyric, digest, tempo in rows
    ]


async def answer(session: AsyncSession, job_id: str, answers: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Keeps answers by number, and empties what was pasted."""
    await session.execute(
        text(
            """update batch_items i set answer = cast(u.answer as jsonb), lyric = null
            from unnest(cast(:numbers as int[]), cast(:answers as text[])) as u(number, answer)
            where i.job_id = :job and i.number = u.number"""
        ),
        {
            "job": job_id,
            "numbers": [number for number, _ in answers],
            "answers": [orjson.dumps(one, option=orjson.OPT_SERIALIZE_NUMPY).decode() for _, one in answers],
        },
    )


async def items(session: AsyncSession, job_id: str) -> int:
    """How many lyrics a batch has; 0 once it is forgotten."""
    return int(await session.scalar(text("select count(*) from batch_items where job_id = :job"), {"job": job_id}) or 0)


@dataclass(frozen=True, slots=True)
class Answered:
    """An item that was answered; answer: a JSON object."""

    number: int
    track_id: int | None
    answer: str


async def answered(session: AsyncSession, job_id: str, *, start: int, limit: int) -> AsyncIterator[Answered]:
    """Answers from number `start` on, in order, up to the first that is still to come while the batch goes on."""
    statement = """select i.number, i.track_id, cast(i.answer as text) from batch_items i join jobs j on j.id = i.job_id
        where i.job_id = :job and i.number >= :start and i.answer is not null
        and (j.status in ('succeeded', 'failed', 'stopped', 'cancelled') or i.number < coalesce(
            (select min(o.number) from batch_items o where o.job_id = :job and o.answer is null), i.number + 1))
        order by i.number limit :limit"""
    while limit > 0:
        at_once = min(limit, LINES)
        rows = await session.execute(text(statement), {"job": job_id, "start": start, "limit": at_once})
        found = [Answered(*row) for row in rows]
        for one in found:
            yield one
        if len(found) < at_once:
            return
        start, limit = found[-1].number + 1, limit - len(found)


async def expire(session: AsyncSession) -> int:
    """Forgets the items of batches that ended long enough ago. Returns how many there were."""
    result = await session.execute(
        text(
            """delete from batch_items i using jobs j where j.id = i.job_id
            and j.finished_at < now() - make_interval(hours => :hours) returning 1"""
        ),
        {"hours": KEPT_HOURS},
    )
    return len(result.all())
