"""What stands in for dead links: which tracks want something, what is like them, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

SEEK_AGAIN_DAYS = 30
"""What was sought and not found is sought again after so long."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What stands in for a track's lost address: another address, another track, or both.

    strategy: moved, search, platform or nearest track.
    """

    track_id: int
    original_url: str
    strategy: str
    confidence: float
    recovered_url: str | None = None
    stand_in_id: int | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A track whose link is dead."""

    track_id: int
    url: str
    title: str | None
    artist: str | None
    album: str | None
    duration_s: float | None
    source: str
    source_id: str | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A track with a link that may live. similarity: of its text's meaning, -1 .. 1."""

    lost_id: int
    track_id: int
    url: str
    is_checked: bool
    title: str | None
    artist: str | None
    album: str | None
    duration_s: float | None
    similarity: float


async def count_lost(session: AsyncSession, strategy: str) -> int:
    """How many tracks `lost` gives."""
    statement = text(f"select count(*) from tracks t where {_LOST}")
    return await session.scalar(statement, {"strategy": strategy, "days": SEEK_AGAIN_DAYS, "after": 0}) or 0


async def lost(session: AsyncSession, strategy: str, *, after: int, limit: int) -> list[Lost]:
    """Tracks with ids above `after` and dead links, for which this was not tried lately, or whose stand-in died."""
    statement = text(
        f"""select t.id, t.url, t.title, t.artist, t.album, t.duration_s, t.source, t.source_id from tracks t
        where {_LOST} order by t.id limit :limit"""
    )
    given = {"strategy": strategy, "days": SEEK_AGAIN_DAYS, "after": after, "limit": limit}
    return [Lost(*row) for row in await session.execute(statement, given)]


_LOST = """t.url_status = 'DEAD' and t.url is not null and t.id > :after
    and (cast(t.extra->'link_sought'->>cast(:strategy as text) as timestamptz) > now() - make_interval(days => :days)
        is not true
    or exists (select from link_recoveries r join tracks s on s.id = r.stand_in_id
        where r.track_id = t.id and r.strategy = :strategy and s.url_status = 'DEAD'))"""

NEIGHBOURS = 10
_ALIVE = "t.url is not null and coalesce(t.url_status, 'UNKNOWN') in ('VALID', 'MOVED', 'UNKNOWN')"


async def neighbours(session: AsyncSession, track_ids: Sequence[int]) -> list[Neighbour]:
    """For each of these tracks those like it whose link is not known to be dead: nearest by meaning, and by name."""
    for name, value in (("hnsw.ef_search", "40"), ("hnsw.iterative_scan", "relaxed_order")):
        await session.execute(text("select set_config(:name, :value, true)"), {"name": name, "value": value})
    rows = await session.execute(
        text(
            f"""select l.id, n.id, n.url, n.url_status in ('VALID', 'MOVED') is true, n.title, n.artist, n.album,
                n.duration_s, coalesce(1 - (nx.embedding <=> lx.embedding), 0)
            from tracks l left join track_texts lx on lx.track_id = l.id
            cross join lateral (
                (select t.id from track_texts x join tracks t on t.id = x.track_id
                    where {_ALIVE} and t.id <> l.id and lx.embedding is not null
                    order by x.embedding <=> lx.embedding limit {NEIGHBOURS})
                union
                (select t.id from tracks t where t.match_key = l.match_key and {_ALIVE} and t.id <> l.id
                    limit {NEIGHBOURS})
            ) near join tracks n on n.id = near.id left join track_texts nx on nx.track_id = n.id
            where l.id = any(cast(:ids as int[])) order by l.id, n.id"""
        ),
        {"ids": list(track_ids)},
    )
    return [Neighbour(*row) for row in rows]


async def save_sought(session: AsyncSession, strategy: str, sought: Sequence[int], found: Sequence[Recovery]) -> None:
    """Writes what a strategy found for the tracks it was tried for, and that it was tried."""
    await session.execute(
        text("""delete from link_recoveries where strategy = :strategy and track_id = any(cast(:ids as int[]))"""),
        {"strategy": strategy, "ids": list(sought)},
    )
    await save_recoveries(session, found)
    await session.execute(
        text(
            """update tracks t set updated_at = now(), extra = t.extra || jsonb_build_object('link_sought',
                coalesce(t.extra->'link_sought', '{}') || jsonb_build_object(cast(:strategy as text), now()))
            where t.id in (select s.id from tracks s where s.id = any(cast(:ids as int[])) order by s.id
                for no key update)"""
        ),
        {"strategy": strategy, "ids": list(sought)},
    )


async def save_recoveries(session: AsyncSession, found: Sequence[Recovery]) -> None:
    """Writes or replaces these, one for each track and strategy. An address that moved twice keeps its first name."""
    if not found:
        return
    await session.execute(
        text(
            """insert into link_recoveries as r
                (track_id, original_url, recovered_url, stand_in_id, strategy, confidence)
            select u.* from unnest(cast(:tracks as int[]), cast(:originals as text[]), cast(:recovered as text[]),
                cast(:stand_ins as int[]), cast(:strategies as text[]), cast(:confidences as real[])) u(track_id)
            where exists (select from tracks t where t.id = u.track_id)
            on conflict (track_id, strategy) do update set recovered_url = excluded.recovered_url,
                original_url = case when r.recovered_url = excluded.original_url then r.original_url
                    else excluded.original_url end,
                stand_in_id = excluded.stand_in_id, confidence = excluded.confidence, found_at = now()"""
        ),
        {
            "tracks": [one.track_id for one in found],
            "originals": [one.original_url for one in found],
            "recovered": [one.recovered_url for one in found],
            "stand_ins": [one.stand_in_id for one in found],
            "strategies": [one.strategy for one in found],
            "confidences": [one.confidence for one in found],
        },
    )


async def forget_stand_ins(session: AsyncSession, track_ids: Sequence[int]) -> None:
    """A link that leads to its music again needs nothing in its place."""
    await session.execute(
        text("delete from link_recoveries where track_id = any(cast(:ids as int[])) and strategy <> 'moved'"),
        {"ids": list(track_ids)},
    )


async def of_track(session: AsyncSession, track_id: int) -> list[Recovery]:
    """What stands in for this track's link, the surest first."""
    rows = await session.execute(
        text(
            """select track_id, original_url, strategy, confidence, recovered_url, stand_in_id from link_recoveries
            where track_id = :id order by confidence desc, strategy"""
        ),
        {"id": track_id},
    )
    return [Recovery(*row) for row in rows]
