"""Findings of analyzers in `analysis_results`: what wants reading, what was read, and what of it still holds.

One row per track and analyzer: the newest finding. It holds as long as the analyzer's version and what it was read from
(the lyric and, for analyzers that are told it, the tempo) are what they were; nothing marks it stale: it is compared.
A lyric nobody can read (no words) has a row too, without a sentiment and with the reason, so that it is not tried
again. Rows without `analyzer` came from elsewhere and are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.texts import Range, array_literal, ranges_of
from cratedig.music.finding import Finding, Theme
from cratedig.music.mood import Mood

LEAST_BPM, MOST_BPM = 20, 400
"""What is outside is no tempo of a song."""

_HEARD = """case when t.receipts->'audio_features'->>'kind' = 'imputed' then null
    when jsonb_typeof(t.audio_features->'tempo') = 'number' then cast(t.audio_features->>'tempo' as numeric) end"""
TEMPO = f"(case when {_HEARD} between {LEAST_BPM} and {MOST_BPM} then cast(round({_HEARD}) as int) else 0 end)"
"""A track's tempo in whole bpm, given or measured; 0: not known."""

_CHANGED = f"(r.lyric_digest is distinct from md5(t.lyrics) or coalesce(r.tempo_bpm <> {TEMPO}, false))"
_WANTS = f"""t.lyrics is not null and (r.id is null or r.model_version is distinct from :version or {_CHANGED}
    or r.created_at < cast(:redo_before as timestamptz))"""
_OTHERS = """from analysis_results o where o.track_id = t.id and o.analyzer is not null and o.analyzer <> :analyzer
    and o.sentiment is not null and o.lyric_digest = md5(t.lyrics)"""
_WANTS_COMBINED = f"""t.lyrics is not null and exists(select {_OTHERS}) and (r.id is null
    or not starts_with(r.model_version, :version || '-') or {_CHANGED}
    or r.created_at < cast(:redo_before as timestamptz)
    or exists(select {_OTHERS} and o.created_at > r.created_at))"""
COMBINED = "hybrid"
_BEHIND = f"""(r.analyzer = '{COMBINED}' and exists(select from analysis_results o where o.track_id = r.track_id
    and o.analyzer <> '{COMBINED}' and o.sentiment is not null and o.created_at > r.created_at))"""
"""True of a combined finding one of whose parts is newer."""
_HOLDS = (
    f"""(starts_with(r.model_version, coalesce(v.version, r.model_version)) and not {_CHANGED} and not {_BEHIND})"""
)
_FROM = "from tracks t left join analysis_results r on r.track_id = t.id and r.analyzer = :analyzer"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. type: what it is called in `analyzer_type`; hears_tempo: whether it is told a song's tempo; combines:
    it reads what the others found, and its findings' versions begin with its own.
    """

    analyzer: str
    version: str
    type: str
    hears_tempo: bool = False
    combines: bool = False

    @property
    def wants(self) -> str:
        """The condition of what it wants, over a track and this reader's finding of it."""
        return _WANTS_COMBINED if self.combines else _WANTS


@dataclass(frozen=True, slots=True)
class Unread:
    """What a reader is given of a track. digest: of the lyric. tempo_bpm: 0 where none is known."""

    track_id: int
    lyrics: str
    digest: str
    tempo_bpm: int


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from it: a finding, or why there is none."""

    unread: Unread
    finding: Finding | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A finding as it lies there. finding: None where the lyric could not be read, for the reason in `error`.

    stale: why it no longer holds, "analyzer" (another version reads now) or "lyric" (it, or its tempo, changed); ""
    where it holds.
    """

    analyzer: str
    type: str
    version: str
    finding: Finding | None
    error: str
    stale: str
    read_at: datetime


async def wanted_ranges(
    session: AsyncSession, reader: Reader, *, size: int, limit: int | None, redo_before: datetime | None = None
) -> list[Range]:
    """The tracks with lyrics that lack this reader's finding, or whose finding does not hold (or is older than
    `redo_before`); at most `limit`, in parts of `size`."""
    given = {**_asked(reader, redo_before), "size": size, "limit": limit}
    return await ranges_of(session, f"select t.id {_FROM} where {reader.wants}", given)


async def wanted(
    session: AsyncSession, reader: Reader, part: Range, *, redo_before: datetime | None = None
) -> list[Unread]:
    """Those of one part that still want reading."""
    statement = f"""select t.id, t.lyrics, md5(t.lyrics), {TEMPO} {_FROM}
        where t.id > :after and t.id <= :upto and {reader.wants} order by t.id limit :tracks"""
    rows = await session.execute(text(statement), {**_asked(reader, redo_before), **asdict(part)})
    return [Unread(*row) for row in rows]


async def wanted_chars(
    session: AsyncSession, reader: Reader, *, limit: int | None, redo_before: datetime | None = None
) -> list[int]:
    """How long each lyric is that wants reading, in characters."""
    statement = f"select length(t.lyrics) {_FROM} where {reader.wants} order by t.id limit cast(:limit as bigint)"
    return list(await session.scalars(text(statement), {**_asked(reader, redo_before), "limit": limit}))


async def others(session: AsyncSession, reader: Reader, ids: Sequence[int]) -> dict[int, list[Finding]]:
    """What other analyzers found in the lyrics of these tracks as they are now, by track."""
    statement = f"""select t.id, o.analyzer, o.model_version, o.sentiment, o.confidence, o.complexity_score,
            o.analysis_data, cast(cast(o.analysis_embedding as text) as jsonb)
        from tracks t, lateral (select o.* {_OTHERS}) o
        where t.id = any(cast(:ids as int[])) order by t.id, o.analyzer"""  # noqa: S608 - of constants
    found: dict[int, list[Finding]] = {}
    for track_id, *row in await session.execute(text(statement), {"ids": list(ids), "analyzer": reader.analyzer}):
        found.setdefault(track_id, []).append(_finding(*row))
    return found


async def of_tracks(session: AsyncSession, ids: Sequence[int]) -> dict[int, Unread]:
    """What there is to read of these tracks; those without lyrics are left out."""
    statement = f"""select t.id, t.lyrics, md5(t.lyrics), {TEMPO} from tracks t
        where t.id = any(cast(:ids as int[])) and t.lyrics is not null"""  # noqa: S608 - of constants
    return {row[0]: Unread(*row) for row in await session.execute(text(statement), {"ids": list(ids)})}


def _asked(reader: Reader, redo_before: datetime | None) -> dict[str, Any]:
    return {"analyzer": reader.analyzer, "version": reader.version, "redo_before": redo_before}


_SAVE = text(
    """insert into analysis_results as r (track_id, analyzer, analyzer_type, model_version, lyric_digest, tempo_bpm,
        sentiment, confidence, themes, complexity_score, processing_time_ms, analysis_data, analysis_embedding)
    select u.track_id, :analyzer, :type, u.version, u.digest, u.tempo, u.sentiment, u.confidence, u.themes,
        u.complexity, u.ms, cast(u.data as jsonb), cast(u.embedding as vector)
    from unnest(cast(:ids as int[]), cast(:digests as text[]), cast(:tempos as int[]), cast(:sentiments as text[]),
        cast(:confidences as numeric[]), cast(:themes as text[]), cast(:complexities as numeric[]),
        cast(:times as int[]), cast(:data as text[]), cast(:embeddings as text[]), cast(:versions as text[]))
        as u(track_id, digest, tempo, sentiment, confidence, themes, complexity, ms, data, embedding, version)
    where exists (select from tracks t where t.id = u.track_id)
    on conflict (track_id, analyzer) do update set analyzer_type = excluded.analyzer_type,
        model_version = excluded.model_version, lyric_digest = excluded.lyric_digest, tempo_bpm = excluded.tempo_bpm,
        sentiment = excluded.sentiment, confidence = excluded.confidence, themes = excluded.themes,
        complexity_score = excluded.complexity_score, processing_time_ms = excluded.processing_time_ms,
        analysis_data = excluded.analysis_data, analysis_embedding = excluded.analysis_embedding, created_at = now()"""
)


async def save(session: AsyncSession, reader: Reader, rows: Sequence[Read]) -> None:
    """Writes what was read, over what this reader found before. A track deleted meanwhile is passed over."""
    found = [row.finding for row in rows]
    await session.execute(
        _SAVE,
        {
            "analyzer": reader.analyzer,
            "type": reader.type,
            "versions": [reader.version if one is None else one.version for one in found],
            "ids": [row.unread.track_id for row in rows],
            "digests": [row.unread.digest for row in rows],
            "tempos": [row.unread.tempo_bpm if reader.hears_tempo else None for row in rows],
            "sentiments": [one and one.sentiment for one in found],
            "confidences": [one and one.confidence for one in found],
            "themes": [one and ", ".join(theme.name for theme in one.themes) for one in found],
            "complexities": [one and one.complexity for one in found],
            "times": [one and round(one.processing_ms) for one in found],
            "data": array_literal([_document(row).decode() for row in rows]),
            "embeddings": [one and _vector(one.embedding) for one in found],
        },
    )


def _document(row: Read) -> bytes:
    """What `analysis_data` holds: everything of a finding that has no column of its own."""
    if row.finding is None:
        return orjson.dumps({"error": row.error})
    found = row.finding
    return orjson.dumps(
        {
            "valence": found.valence,
            "mood": found.mood,
            "emotions": dict(found.emotions),
            "themes": found.themes,
            "processing_ms": round(found.processing_ms, 3),
            "data": found.data,
        },
        option=orjson.OPT_SERIALIZE_NUMPY,
    )


def _vector(embedding: Sequence[float]) -> str | None:
    return "[" + ",".join(f"{value:.7g}" for value in embedding) + "]" if embedding else None


_STORED = f"""select r.analyzer, r.analyzer_type, r.model_version, r.sentiment, r.confidence, r.complexity_score,
    r.analysis_data, r.created_at, {_CHANGED}, {_BEHIND}
    from analysis_results r join tracks t on t.id = r.track_id
    where r.track_id = :track and r.analyzer is not null order by r.analyzer"""  # noqa: S608 - of constants


async def of_track(session: AsyncSession, track_id: int, *, versions: Mapping[str, str]) -> list[Stored]:
    """A track's findings, by analyzer. versions: of the analyzers as they read now; one that is not named there holds
    as long as its lyric does."""
    rows = await session.execute(text(_STORED), {"track": track_id})
    return [_stored(tuple(row), versions) for row in rows]


def _stored(row: Sequence[Any], versions: Mapping[str, str]) -> Stored:
    analyzer, kind, version, sentiment, confidence, complexity, data, read_at, is_changed, is_behind = row
    current = versions.get(analyzer, version)
    is_current = version == current or (analyzer == COMBINED and version.startswith(f"{current}-"))
    is_older = is_behind or not is_current
    stale = "analyzer" if is_older else "lyric" if is_changed else ""
    finding = None if sentiment is None else _finding(analyzer, version, sentiment, confidence, complexity, data)
    return Stored(analyzer, kind, version, finding, data.get("error", ""), stale, read_at)


def _finding(
    analyzer: str,
    version: str,
    sentiment: Any,
    confidence: Any,
    complexity: Any,
    data: dict[str, Any],
    embedding: Sequence[float] | None = None,
) -> Finding:
    return Finding(
        analyzer=analyzer,
        version=version,
        sentiment=sentiment,
        valence=data["valence"],
        confidence=float(confidence),
        themes=tuple(Theme(**theme) for theme in data["themes"]),
        complexity=None if complexity is None else float(complexity),
        mood=None if data["mood"] is None else Mood(**data["mood"]),
        emotions=data["emotions"],
        data=data["data"],
        embedding=tuple(embedding or ()),
        processing_ms=data["processing_ms"],
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an analyzer is: tracks with lyrics, those with a finding that holds, those whose finding does not.

    typical_ms: its mean time a track, in milliseconds.
    """

    analyzer: str
    tracks: int
    fresh: int
    stale: int
    typical_ms: float | None


async def progress(session: AsyncSession, versions: Mapping[str, str]) -> list[Progress]:
    """Of every analyzer that left a finding; an analyzer that `versions` does not name is judged by its lyrics."""
    statement = f"""select r.analyzer, (select count(*) from tracks where lyrics is not null),
            count(*) filter (where {_HOLDS}), count(*) filter (where not {_HOLDS}),
            avg(coalesce(cast(r.analysis_data->>'processing_ms' as float8), r.processing_time_ms))
        from analysis_results r join tracks t on t.id = r.track_id
            left join unnest(cast(:names as text[]), cast(:versions as text[])) v(name, version) on v.name = r.analyzer
        where r.analyzer is not null group by r.analyzer order by r.analyzer"""  # noqa: S608 - of constants
    given = {"names": list(versions), "versions": list(versions.values())}
    return [Progress(*row) for row in await session.execute(text(statement), given)]


async def with_lyrics(session: AsyncSession) -> int:
    """How many tracks have lyrics."""
    return int(await session.scalar(text("select count(*) from tracks where lyrics is not null")) or 0)


async def is_something_unread(session: AsyncSession, readers: Sequence[Reader]) -> bool:
    """True where a track with lyrics lacks the finding of one of these readers, or has one that does not hold."""
    for reader in readers:
        found = await session.scalar(text(f"select exists(select {_FROM} where {reader.wants})"), _asked(reader, None))
        if found:
            return True
    return False


async def now(session: AsyncSession) -> datetime:
    """The database's time: findings before it are those that were there already."""
    moment: datetime = await session.scalar(text("select now()"))
    return moment


_LEAVE_ONE = text(
    """delete from analysis_results a using (
        select r.id, row_number() over (partition by coalesce(p.kept, r.track_id), r.analyzer
            order by p.kept is not null, r.created_at desc, r.id) as place
        from analysis_results r
            left join unnest(cast(:removed as int[]), cast(:kept as int[])) p(removed, kept) on p.removed = r.track_id
        where r.analyzer is not null and (r.track_id = any(:removed) or r.track_id = any(:kept))) ranked
    where a.id = ranked.id and ranked.place > 1"""
)


async def leave_one(session: AsyncSession, *, removed: Sequence[int], kept: Sequence[int]) -> None:
    """Before the findings of `removed` tracks become those of the `kept` ones, pair by pair: one of each analyzer, the
    kept track's own where it has one, else the newest."""
    await session.execute(_LEAVE_ONE, {"removed": list(removed), "kept": list(kept)})
