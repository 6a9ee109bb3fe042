"""Reading tracks that want healing, and writing what healing made of them.

What healing wrote has a receipt with the key "healer"; such a value is read as absent, so that healing again starts
from what was given. Of each part (genre, tags, ...) a track keeps the digest of the given values that it was healed
from, under extra.healed: a part whose digest is right is not healed again, and a track that changed between reading
and writing is left for the next run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import AsyncConnection, sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.imports import copy_text
from cratedig.catalogue.texts import received_vector

PARTS = ("music", "genre", "tags", "description", "numbers", "traits", "audio")
COLUMNS = ("genre", "tags", "description")
"""The columns that healing fills; everything else it makes is kept under `extra`."""

_GENRE = "case when t.receipts->'genre' ? 'healer' then null else t.genre end"
_TAGS = "case when t.receipts->'tags' ? 'healer' then '{}' else t.tags end"
_DESCRIPTION = "case when t.receipts->'description' ? 'healer' then null else t.description end"
_AUDIO = "case when t.receipts->'audio_features' ? 'healer' then null else t.audio_features end"
_DIGEST = f"""left(md5(concat_ws(chr(31), t.title, t.artist, t.artist_source_id, t.album, {_GENRE},
    array_to_string({_TAGS}, chr(30)), {_DESCRIPTION}, t.duration_s, t.year, t.playback_count, t.like_count, t.url,
    round(cast(t.popularity as numeric), 2), {_AUDIO})), 10)"""
_TEXT_UNTOUCHED = " and ".join(
    f"not coalesce(t.receipts->'{column}' ? 'healer', false)" for column in ("genre", "tags", "description")
)
_GIVEN = f"""t.id, t.title, t.artist, t.source, t.artist_source_id, t.album, {_GENRE} as genre, {_TAGS} as tags,
    left({_DESCRIPTION}, 2000) as description, left(t.extra->>'extracted_vibe_text', 2000) as vibe, t.duration_s,
    t.year, not coalesce(t.receipts ? 'year', false) as year_given, t.playback_count, t.like_count, t.popularity,
    t.url, {_AUDIO} as audio_features"""


@dataclass(frozen=True, slots=True)
class Given:
    """A track's given values, the digest of them, and its text's embedding where study read the same text."""

    track_id: int
    title: str | None
    artist: str | None
    source: str
    artist_source_id: str | None
    album: str | None
    genre: str | None
    tags: Sequence[str]
    description: str | None
    vibe: str | None
    duration_s: float | None
    year: int | None
    year_given: bool
    playback_count: int | None
    like_count: int | None
    popularity: float | None
    url: str | None
    audio_features: dict[str, Any] | None
    source_id: str | None = None
    digest: str = ""
    embedding: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Healed:
    """What is written of a track. genre, tags, description: None where there is nothing to fill in. receipts and extra
    are added to what is there; `parts` are marked as healed. audio_features: for a track that was given none."""

    track_id: int
    digest: str
    genre: str | None
    tags: Sequence[str] | None
    description: str | None
    receipts: Mapping[str, Any]
    extra: Mapping[str, Any]
    audio_features: Mapping[str, float] | None = None


async def patient(session: AsyncSession) -> None:
    """Gives this transaction ten minutes a statement: some read every track."""
    await session.execute(text("set local statement_timeout = '600s'"))


async def count_pending(session: AsyncSession, parts: Sequence[str], *, redo: bool) -> int:
    """How many tracks want one of these parts healed; all of them with `redo`."""
    statement = f"select count(*) from tracks t where {_pending(parts, redo)}"
    return await session.scalar(text(statement)) or 0


async def pending(
    session: AsyncSession, parts: Sequence[str], *, after: int, limit: int, redo: bool, embeddings: bool
) -> list[Given]:
    """The next tracks by id above `after` that want one of these parts. embeddings: also of their texts, for tracks
    without a given genre, or without audio features where those are asked for, whose text is as it was given."""
    vector = "vector_send(x.embedding)" if embeddings else "null"
    lacking = f"(({_GENRE}) is null or {'audio' in parts} and ({_AUDIO}) is null)"
    wanted = f"x.track_id = t.id and {lacking} and {_TEXT_UNTOUCHED}"
    join = f"left join track_texts x on {wanted}" if embeddings else ""
    statement = f"""select {_GIVEN}, t.source_id, {_DIGEST} as digest, {vector} as embedding from tracks t {join}
        where t.id > :after and {_pending(parts, redo)} order by t.id limit :limit"""
    rows = await session.execute(text(statement), {"after": after, "limit": limit})
    return [
        Given(*row[:-1], embedding=None if row[-1] is None else received_vector(row[-1]))  # type: ignore[misc]
        for row in map(tuple, rows)
    ]


async def sample(
    session: AsyncSession, *, at_most: int, with_genre: bool = False, with_audio: bool = False
) -> list[Given]:
    """Up to `at_most` tracks in the order of a hash of their ids: the same ones every time, from everywhere."""
    needed = [column for column, is_needed in ((_GENRE, with_genre), (_AUDIO, with_audio)) if is_needed]
    only = "where " + " and ".join(f"({column}) is not null" for column in needed) if needed else ""
    statement = f"select {_GIVEN} from tracks t {only} order by hashint4(t.id), t.id limit :at_most"
    rows = await session.execute(text(statement), {"at_most": at_most})
    return [Given(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ArtistGenre:
    """Totals over the tracks of one artist with one given genre (or none). Sums of logarithms are natural ones."""

    artist: str | None
    source: str
    artist_source_id: str | None
    genre: str | None
    tracks: int
    plays: int
    played: int
    log_plays: float
    log_seconds: float
    timed: int
    years: int
    dated: int


async def artist_totals(session: AsyncSession) -> list[ArtistGenre]:
    """Every artist's totals by given genre; artists are told apart by name, or by their source's id where that is
    all."""
    statement = f"""select t.artist, case when t.artist is null then t.source else '' end as source,
            case when t.artist is null then t.artist_source_id end as artist_source_id, {_GENRE} as genre, count(*),
            coalesce(sum(t.playback_count), 0)::bigint, count(t.playback_count),
            coalesce(sum(ln(1 + greatest(0, t.playback_count)::float8)), 0),
            coalesce(sum(ln(greatest(1, t.duration_s)::float8)), 0), count(t.duration_s),
            coalesce(sum(t.year) filter (where not coalesce(t.receipts ? 'year', false)), 0)::bigint,
            count(t.year) filter (where not coalesce(t.receipts ? 'year', false))
        from tracks t where t.artist is not null or t.artist_source_id is not null group by 1, 2, 3, 4"""
    return [ArtistGenre(*row) for row in await session.execute(text(statement))]


async def play_thresholds(session: AsyncSession, shares: Sequence[float]) -> list[int]:
    """Play counts at these shares of the tracks that have one, ascending; [] where none has."""
    found = await session.scalar(
        text(
            "select percentile_disc(cast(:shares as float8[])) within group (order by playback_count) from tracks "
            "where playback_count is not null"
        ),
        {"shares": list(shares)},
    )
    return [int(value) for value in found] if found else []


async def nulls(session: AsyncSession) -> dict[str, int]:
    """How many tracks have nothing, by column that healing fills; and all tracks under "tracks"."""
    row = (
        await session.execute(
            text("""select count(*) as tracks, count(*) filter (where genre is null) as genre,
                count(*) filter (where tags = '{}') as tags, count(*) filter (where description is null) as description
                from tracks""")
        )
    ).one()
    return dict(row._mapping)


async def save(session: AsyncSession, rows: Sequence[Healed], parts: Sequence[str]) -> int:
    """Writes healed tracks whose given values are still those they were healed from. Returns how many were.

    A column that was given stays as it is; one that healing filled before is replaced, or emptied again.
    """
    if not rows:
        return 0
    driver = await _driver(session)
    await driver.execute(
        "create temp table healing (id int, digest text, genre text, tags text[], description text, receipts jsonb, "
        "extra jsonb, audio_features jsonb) on commit drop"
    )
    columns = ("id", "digest", "genre", "tags", "description", "receipts", "extra", "audio_features")
    records = [
        (
            *(row.track_id, row.digest, row.genre, list(row.tags or ()), row.description, row.receipts, row.extra),
            row.audio_features,
        )
        for row in rows
    ]
    async with driver.cursor() as cursor, cursor.copy("copy healing from stdin") as copy:
        await copy.write(copy_text(columns, records))
    cursor = await driver.execute(_save_statement(parts))
    await driver.execute("drop table healing")
    return cursor.rowcount


def _save_statement(parts: Sequence[str]) -> sql.SQL:
    """The update of one chunk: columns of the healed parts alone, their old receipts taken away first."""
    filled = [column for column in COLUMNS if column in parts]
    given = {"genre": _GENRE, "tags": _TAGS, "description": _DESCRIPTION}
    changes = [
        f"tags = case when ({_TAGS}) = '{{}}' then s.tags else t.tags end"
        if column == "tags"
        else f"{column} = coalesce({given[column]}, s.{column})"
        for column in filled
    ]
    if "audio" in parts:
        changes.append(f"audio_features = coalesce({_AUDIO}, s.audio_features)")
    by_part = (("music", ("music",)), ("numbers", ESTIMATES), ("audio", ("audio_features",)))
    names = [*filled, *(name for part, theirs in by_part if part in parts for name in theirs)]
    old = " ".join(f"- case when t.receipts->'{name}' ? 'healer' then '{name}' else '' end" for name in names)
    marks = ", ".join(f"'{part}', s.digest" for part in parts)
    changes += [
        f"receipts = (t.receipts {old}) || s.receipts",
        f"""extra = (t.extra {"- 'estimated'" if "numbers" in parts else ""}) || s.extra
            || jsonb_build_object('healed', coalesce(t.extra->'healed', '{{}}') || jsonb_build_object({marks}))""",
        "updated_at = now()",
    ]
    return sql.SQL(
        f"update tracks t set {', '.join(changes)} from healing s where t.id = s.id and {_DIGEST} = s.digest"
    )


ESTIMATES = ("estimated_playback_count", "estimated_duration_s", "estimated_year")
"""Receipts of numbers that nobody gave; the numbers stand under extra.estimated, never in the columns."""


def _pending(parts: Sequence[str], redo: bool) -> str:
    """Parts are checked names (PARTS), never a user's text."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise ValueError(f"no such parts: {sorted(unknown)}")
    if redo:
        return "true"
    return "(" + " or ".join(f"t.extra->'healed'->>'{part}' is distinct from {_DIGEST}" for part in parts) + ")"


async def _driver(session: AsyncSession) -> AsyncConnection[Any]:
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, AsyncConnection)
    return driver


async def tracks_by_source(session: AsyncSession) -> dict[tuple[str, str], Given]:
    """Every track with a source's id, by (source, id); for evaluations with labels by hand."""
    rows = await session.execute(text(f"select {_GIVEN}, t.source_id from tracks t where t.source_id is not null"))
    return {(found.source, found.source_id or ""): found for found in (Given(*row) for row in rows)}


async def playlists_by_source(session: AsyncSession) -> dict[tuple[str, str], tuple[int, str | None, str | None]]:
    """(id, title, description) of every playlist with a source's id."""
    rows = await session.execute(
        text("select source, source_id, id, title, description from playlists where source_id is not null")
    )
    return {(source, source_id): (number, title, description) for source, source_id, number, title, description in rows}
