"""The history of drum parts that were made: who was played like, by whom, how, and the parts themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.styles import SOURCE
from cratedig.errors import NotFound
from cratedig.music.text import fold

_ADD = text("""
    insert into generation_history
        (artist_id, artist, provider_used, generation_time_ms, user_params, output_files, made)
    values ((select id from artists where source = :source and source_id = :folded),
            :artist, :provider_used, :generation_time_ms,
            cast(:user_params as jsonb), cast(:output_files as jsonb), cast(:made as jsonb))
    returning id
""")
_ONE = text("""
    select id, artist, provider_used, generation_time_ms, user_params, output_files, made, created_at
    from generation_history where id = :id
""")


@dataclass(frozen=True)
class Generation:
    """One row. user_params: as it was asked for; made: what came of it (create/drums/composition.py)."""

    id: int
    artist: str
    provider_used: str
    generation_time_ms: int
    user_params: Mapping[str, Any]
    output_files: Sequence[str]
    made: Mapping[str, Any]
    created_at: datetime


async def add(
    session: AsyncSession,
    *,
    artist: str,
    provider_used: str,
    generation_time_ms: int,
    user_params: Mapping[str, Any],
    output_files: Sequence[str],
    made: Mapping[str, Any],
) -> int:
    """Its id."""
    row = {"source": SOURCE, "folded": fold(artist), "artist": artist, "provider_used": provider_used,
           "generation_time_ms": generation_time_ms, "user_params": json.dumps(user_params),
           "output_files": json.dumps(list(output_files)), "made": json.dumps(made)}  # fmt: skip
    return int((await session.execute(_ADD, row)).scalar_one())


async def get(session: AsyncSession, generation_id: int) -> Generation:
    """Raises NotFound."""
    row = (await session.execute(_ONE, {"id": generation_id})).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no drum part {generation_id}.", hint="Make one: cratedig drums ARTIST.")
    return Generation(**row)
