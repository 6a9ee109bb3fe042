"""How artists drum: their profiles, by name, and which are alike.

An artist here is a row of `artists` of the source SOURCE, known by the folded name; profiles are derived and rebuilt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.texts import vector_literal
from cratedig.errors import NotFound
from cratedig.music.drums.nearness import nearness, similarity
from cratedig.music.drums.style import Claim, StyleProfile
from cratedig.music.drums.style_shape import style_of, style_plain
from cratedig.music.text import fold

SOURCE: Final = "drummers"
CANDIDATES: Final = 100
"""How many of the nearest by words are compared by their numbers."""
RECENT: Final = 10

_PROFILE = text(
    """select p.profile from style_profiles p join artists a on a.id = p.artist_id
    where a.source = :source and a.source_id = :folded"""
)
_STAMP = text(
    """select p.updated_at from style_profiles p join artists a on a.id = p.artist_id
    where a.source = :source and a.source_id = :folded"""
)
_OWN = text(
    """select a.id, p.profile->'claims' as claims, cast(p.embedding as text) as embedding
    from style_profiles p join artists a on a.id = p.artist_id
    where a.source = :source and a.source_id = :folded"""
)


@dataclass(frozen=True, slots=True)
class Alike:
    """An artist who drums alike. similarity: 0..1 (music.drums.nearness)."""

    name: str
    similarity: float


async def artist_id(session: AsyncSession, name: str) -> int:
    """The artist of this name, made where there is none: under the name as it can be printed, since terminals obey
    what else a folder's name can hold. Raises ValueError for a name without letters or digits."""
    if not fold(name):
        raise ValueError(f"{name!r} is nobody's name")
    given = _named(name) | {"name": _printable(name)}
    found = await session.scalar(
        text("select id from artists where source = :source and source_id = :folded"), given
    ) or await session.scalar(
        text(
            """insert into artists (name, folded, source, source_id, research_status)
            values (:name, :folded, :source, :folded, 'pending')
            on conflict (source, source_id) where source_id is not null do update set folded = excluded.folded
            returning id"""
        ),
        given,
    )
    return int(found)


async def profile(session: AsyncSession, artist: str) -> StyleProfile | None:
    """The profile of an artist by name, however it is written; None where there is none."""
    plain = await session.scalar(_PROFILE, _named(artist))
    return None if plain is None else style_of(plain)


async def stamp(session: AsyncSession, artist: str) -> datetime | None:
    """When the profile of an artist was written; None where there is none."""
    found: datetime | None = await session.scalar(_STAMP, _named(artist))
    return found


async def names(session: AsyncSession) -> list[str]:
    """All artists with a profile, by name."""
    found = await session.scalars(
        text("select a.name from artists a join style_profiles p on p.artist_id = a.id order by a.folded")
    )
    return list(found)


async def claims(session: AsyncSession, *, limit: int = 200) -> list[tuple[str, dict[str, Claim]]]:
    """The names of artists and what is claimed of them, the profiles written last first."""
    rows = await session.execute(
        text(
            """select a.name, p.profile->'claims' as claims from style_profiles p join artists a on a.id = p.artist_id
            order by p.updated_at desc, p.id desc limit :limit"""
        ),
        {"limit": limit},
    )
    return [(row.name, claims_of(row.claims)) for row in rows]


async def census(session: AsyncSession) -> dict[str, Any]:
    """How many artists were asked for, by what became of it, and the profiles written last (RECENT)."""
    counts = await session.execute(
        text(
            """select count(*) as total, count(*) filter (where research_status = 'cached') as cached,
                count(*) filter (where research_status = 'researching') as researching,
                count(*) filter (where research_status = 'failed') as failed
            from artists where research_status is not null"""
        )
    )
    recent = await session.execute(
        text(
            """select name, confidence_score as confidence, last_updated from artists
            where research_status = 'cached' order by last_updated desc nulls last, id desc limit :most"""
        ),
        {"most": RECENT},
    )
    return {**counts.mappings().one(), "recent": [dict(row) for row in recent.mappings()]}


async def save(
    session: AsyncSession, artist_id: int, profile: StyleProfile, *, embedding: NDArray[np.float32], evidence: str
) -> None:
    """Writes a profile over the one there was. embedding: (384,) of its description; evidence: a digest of what it
    rests on."""
    plain = style_plain(profile)
    await session.execute(
        text(
            """insert into style_profiles (artist_id, text_description, quantitative_params, midi_templates_json,
                embedding, confidence_score, evidence, profile)
            values (:artist_id, :description, cast(:numbers as jsonb), cast(:files as jsonb),
                cast(:embedding as vector), :confidence, :evidence, cast(:profile as jsonb))
            on conflict (artist_id) do update set text_description = excluded.text_description,
                quantitative_params = excluded.quantitative_params, midi_templates_json = excluded.midi_templates_json,
                embedding = excluded.embedding, confidence_score = excluded.confidence_score,
                evidence = excluded.evidence, profile = excluded.profile, updated_at = clock_timestamp()"""
        ),
        {
            "artist_id": artist_id,
            "description": profile.description,
            "numbers": _json({name: claim.value for name, claim in profile.claims.items()}),
            "files": _json([passage.source for passage in profile.passages]),
            "embedding": vector_literal(embedding),
            "confidence": profile.confidence,
            "evidence": evidence,
            "profile": _json(plain),
        },
    )
    await session.execute(
        text(
            """update artists set research_status = 'cached', confidence_score = :confidence,
                sources_count = :sources, last_updated = clock_timestamp() where id = :artist_id"""
        ),
        {"artist_id": artist_id, "confidence": profile.confidence, "sources": sum(profile.sources.values())},
    )


async def fail(session: AsyncSession, artist_id: int) -> None:
    """Notes that the evidence of an artist makes no profile; one there was is gone with what it rested on."""
    await session.execute(text("delete from style_profiles where artist_id = :id"), {"id": artist_id})
    await session.execute(
        text("update artists set research_status = 'failed', confidence_score = 0 where id = :id"), {"id": artist_id}
    )


async def similar(session: AsyncSession, artist: str, *, limit: int = 5) -> list[Alike]:
    """The artists who drum most like one, the most alike first. Raises NotFound where the artist has no profile."""
    own = (await session.execute(_OWN, _named(artist))).one_or_none()
    if own is None:
        raise NotFound(f"There is no profile of {artist!r}.", hint="Bring in MIDI of theirs: collect midi DIR.")
    return await like(session, claims_of(own.claims), own.embedding, limit=limit, without=own.id)


async def like(
    session: AsyncSession, claims: dict[str, Claim], embedding: str, *, limit: int, without: int | None = None
) -> list[Alike]:
    """The artists whose profiles are most like these claims and this embedding (as a pgvector literal)."""
    rows = await session.execute(
        text(
            """select a.name, p.profile->'claims' as claims, 1 - (p.embedding <=> cast(:embedding as vector)) as cosine
            from style_profiles p join artists a on a.id = p.artist_id
            where p.embedding is not null and a.id is distinct from :without
            order by p.embedding <=> cast(:embedding as vector) limit :most"""
        ),
        {"embedding": embedding, "without": without, "most": max(limit, CANDIDATES)},
    )
    found = [Alike(row.name, similarity(row.cosine, nearness(claims, claims_of(row.claims)))) for row in rows]
    return sorted(found, key=lambda one: (-one.similarity, one.name))[:limit]


def claims_of(plain: dict[str, Any]) -> dict[str, Claim]:
    return {name: Claim(**claim) for name, claim in plain.items()}


def _printable(name: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())


def _named(artist: str) -> dict[str, str]:
    return {"source": SOURCE, "folded": fold(artist)}


def _json(value: dict[str, Any] | Sequence[Any]) -> str:
    return orjson.dumps(value).decode()
