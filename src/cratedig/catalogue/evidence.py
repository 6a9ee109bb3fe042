"""Evidence of how artists drum, kept so that a profile can be worked out again without the files it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MIDI_CONFIDENCE = 0.9  # of the specification's: played notes are what they are


@dataclass(frozen=True, slots=True)
class New:
    """A MIDI file's drums. digest: SHA-256 of the file; facts: what is told of it; played: its drums, packed."""

    artist_id: int
    title: str
    file_path: str
    digest: str
    facts: dict[str, Any]
    played: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The same as it lies in the catalogue."""

    title: str
    digest: str
    facts: dict[str, Any]
    played: bytes


@dataclass(frozen=True, slots=True)
class Due:
    """An artist whose profile does not rest on the evidence there is. evidence: the digest of that."""

    artist_id: int
    name: str
    evidence: str


_DUE = """
    select a.id, a.name, e.digest from artists a
    join (select artist_id, cast(:version as text) || ' ' || encode(sha256(convert_to(
            string_agg(digest || ' ' || (extracted_data->>'kit'), ',' order by digest), 'UTF8')), 'hex') as digest
        from research_sources where source_type = 'midi' group by artist_id) e on e.artist_id = a.id
    left join style_profiles p on p.artist_id = a.id
    where (:artist = '' or a.source_id = :artist)
        and (:redo or (p.evidence is distinct from e.digest and a.research_status is distinct from 'failed'))
    order by a.id limit :limit"""


async def add(session: AsyncSession, found: Sequence[New]) -> set[tuple[int, str]]:
    """Writes evidence; what an artist has already is read anew and stays one. Returns (artist, digest) of what is new.

    The artists' profiles are due then.
    """
    if not found:
        return set()
    rows = await session.execute(
        text(
            """insert into research_sources as s (artist_id, source_type, title, file_path, digest, extracted_data,
                played, confidence)
            select n.artist_id, 'midi', n.title, n.path, n.digest, cast(n.facts as jsonb), n.played, :confidence
            from unnest(cast(:artist_id as int[]), cast(:title as text[]), cast(:path as text[]),
                cast(:digest as text[]), cast(:facts as text[]), cast(:played as bytea[]))
                as n(artist_id, title, path, digest, facts, played)
            on conflict (artist_id, digest) do update set extracted_data = excluded.extracted_data,
                played = excluded.played, file_path = excluded.file_path
            returning s.artist_id, s.digest, s.xmax = 0 as is_new"""
        ),
        {
            "artist_id": [one.artist_id for one in found],
            "title": [one.title for one in found],
            "path": [one.file_path for one in found],
            "digest": [one.digest for one in found],
            "facts": [orjson.dumps(one.facts).decode() for one in found],
            "played": [one.played for one in found],
            "confidence": MIDI_CONFIDENCE,
        },
    )
    await session.execute(
        text("update artists set research_status = 'pending' where id = any(:ids) and research_status = 'failed'"),
        {"ids": sorted({one.artist_id for one in found})},
    )
    return {(row.artist_id, row.digest) for row in rows if row.is_new}


async def known(session: AsyncSession, digests: Sequence[str], *, kit: str) -> set[tuple[str, str]]:
    """(folded name of the artist, digest) of the evidence with these digests that was read by this kit."""
    rows = await session.execute(
        text(
            """select a.source_id, s.digest from research_sources s join artists a on a.id = s.artist_id
            where s.digest = any(cast(:digests as text[])) and s.extracted_data->>'kit' = :kit"""
        ),
        {"digests": list(digests), "kit": kit},
    )
    return {(row[0], row[1]) for row in rows}


async def due(
    session: AsyncSession, *, version: str, artist: str = "", redo: bool = False, limit: int | None = None
) -> list[Due]:
    """The artists (one, by folded name) whose profile another version made, or other evidence; all with `redo`."""
    given = {"version": version, "artist": artist, "redo": redo, "limit": limit}
    return [Due(*row) for row in await session.execute(text(_DUE), given)]


async def of_artist(session: AsyncSession, artist_id: int) -> list[Kept]:
    """The MIDI evidence of an artist, by title."""
    rows = await session.execute(
        text(
            """select title, digest, extracted_data, played from research_sources
            where artist_id = :id and source_type = 'midi' order by title, digest"""
        ),
        {"id": artist_id},
    )
    return [Kept(*row) for row in rows]
