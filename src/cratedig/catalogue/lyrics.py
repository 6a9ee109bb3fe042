"""Lyrics as they are stored: `tracks.lyrics` holds the words, `lyric_texts` what was learned when they were cleaned.

A row of `lyric_texts` describes the words whose digest it has; words that came otherwise are read as they stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.music.lyric import Lyric


@dataclass(frozen=True, slots=True)
class LyricText:
    """What is known of a track's words.

    digest: of `tracks.lyrics`. starts_s: when each line is sung, None where unknown. language: ISO 639-1.
    languages: {"shares": language -> share of the lines, "cyrillic": share of the letters}.
    verdict: kind, reason, votes. changes: what cleaning did, as `Change.as_dict` has it.
    fingerprint: texts of nearly the same words share a number.
    """

    track_id: int
    digest: str
    starts_s: tuple[float | None, ...] = ()
    language: str | None = None
    languages: Mapping[str, Any] = field(default_factory=dict)
    verdict: Mapping[str, Any] = field(default_factory=dict)
    changes: Sequence[Mapping[str, Any]] = ()
    fingerprint: tuple[int, ...] = ()
    source: str = ""


def digest(lyrics: str) -> str:
    """Of a track's words, as SQL's md5() gives it."""
    return hashlib.md5(lyrics.encode(), usedforsecurity=False).hexdigest()


def starts_of(lyric: Lyric) -> tuple[float | None, ...]:
    """When each line is sung; none at all where no line has a time."""
    if not any(section.starts_s for section in lyric.sections):
        return ()
    return tuple(at_s for one in lyric.sections for at_s in (one.starts_s or (None,) * len(one.lines)))


async def lyric_of(session: AsyncSession, track_id: int) -> Lyric | None:
    """A track's lyric with its sections and, where they are known, times; None where the track has none."""
    return (await lyrics_of(session, [track_id])).get(track_id)


async def lyrics_of(session: AsyncSession, ids: Sequence[int]) -> dict[int, Lyric]:
    """The same of many; tracks without lyrics are left out."""
    statement = text(
        """select t.id, t.lyrics, x.starts_s from tracks t
        left join lyric_texts x on x.track_id = t.id and x.digest = md5(t.lyrics)
        where t.id = any(:ids) and t.lyrics is not null"""
    )
    rows = await session.execute(statement, {"ids": list(ids)})
    return {track_id: lyric for track_id, words, starts in rows if (lyric := _timed(Lyric.of(words), starts))}


def _timed(lyric: Lyric, starts: Sequence[float | None] | None) -> Lyric:
    """The lyric with times, where there are as many as lines; a section has all of its own or none."""
    if not starts or len(starts) != len(lyric.lines):
        return lyric
    rest = iter(starts)
    timed = []
    for section in lyric.sections:
        own = [at_s for at_s in islice(rest, len(section.lines)) if at_s is not None]
        timed.append(replace(section, starts_s=tuple(own)) if len(own) == len(section.lines) else section)
    return Lyric(tuple(timed))


async def about(session: AsyncSession, track_id: int) -> LyricText | None:
    """What is known of a track's words as they are now; None where they were never cleaned."""
    statement = text(
        """select x.track_id, x.digest, x.starts_s, x.language, x.languages, x.verdict, x.changes, x.fingerprint,
            x.source
        from lyric_texts x join tracks t on t.id = x.track_id and md5(t.lyrics) = x.digest where x.track_id = :track"""
    )
    row = (await session.execute(statement, {"track": track_id})).one_or_none()
    if row is None:
        return None
    track, its_digest, starts, language, languages, verdict, changes, numbers, source = row
    return LyricText(
        *(track, its_digest, tuple(starts or ()), language, languages, verdict, tuple(changes), tuple(numbers), source)
    )


async def save(session: AsyncSession, rows: Sequence[LyricText]) -> None:
    """Writes or replaces what is known of these tracks' words. A track deleted meanwhile is passed over."""
    if not rows:
        return
    last = {row.track_id: row for row in rows}  # a statement may not touch one row twice
    document = orjson.dumps([_shape(row) for row in last.values()]).decode()
    await session.execute(_SAVE, {"rows": document})


_SAVE = text(
    """insert into lyric_texts
        (track_id, digest, starts_s, language, languages, verdict, changes, fingerprint, source)
    select u.track_id, u.digest, u.starts_s, u.language, u.languages, u.verdict, u.changes, u.fingerprint, u.source
    from jsonb_to_recordset(cast(:rows as jsonb)) as u(track_id int, digest text, starts_s real[], language text,
        languages jsonb, verdict jsonb, changes jsonb, fingerprint bigint[], source text)
    where exists (select from tracks t where t.id = u.track_id)
    on conflict (track_id) do update set digest = excluded.digest, starts_s = coalesce(excluded.starts_s,
            case when excluded.digest = lyric_texts.digest then lyric_texts.starts_s end),
        language = excluded.language, languages = excluded.languages, verdict = excluded.verdict,
        changes = excluded.changes, fingerprint = excluded.fingerprint, source = excluded.source, read_at = now()"""
)


def _shape(row: LyricText) -> dict[str, Any]:
    return {
        "track_id": row.track_id,
        "digest": row.digest,
        "starts_s": list(row.starts_s) or None,
        "language": row.language,
        "languages": row.languages,
        "verdict": row.verdict,
        "changes": list(row.changes),
        "fingerprint": list(row.fingerprint),
        "source": row.source,
    }


@dataclass(frozen=True, slots=True)
class Alike:
    """Another track whose words are nearly these. shared: numbers of the fingerprint that both have."""

    track_id: int
    title: str | None
    artist: str | None
    shared: int


async def alike(session: AsyncSession, track_ids: Sequence[int]) -> dict[int, list[Alike]]:
    """For each of these tracks the others with nearly the same words, those that share most first.

    Only a bitmap scan reads the index of fingerprints; who takes a turn (imports.take_turn) has switched it off.
    """
    await session.execute(text("set local enable_bitmapscan = on"))
    statement = text(
        """select x.track_id, o.track_id, t.title, t.artist,
            (select count(*) from unnest(x.fingerprint) f where f = any(o.fingerprint))
        from lyric_texts x join lyric_texts o on o.fingerprint && x.fingerprint and o.track_id <> x.track_id
            join tracks t on t.id = o.track_id
        where x.track_id = any(:ids) order by x.track_id, 5 desc, o.track_id"""
    )
    found: dict[int, list[Alike]] = {}
    for track_id, *other in await session.execute(statement, {"ids": list(track_ids)}):
        found.setdefault(track_id, []).append(Alike(*other))
    return found
