"""API keys as the database knows them: an id, a role, an HMAC, and when they end. Never a key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.errors import NotFound

State = Literal["living", "expired", "revoked"]

USE_WRITTEN_EVERY_S = 60.0

_KEYS = text("""
    select id, name, role, digest, created_at, expires_at, last_used_at, revoked_at,
           case when revoked_at is not null then 'revoked' when expires_at <= now() then 'expired' else 'living' end
             as state
    from api_keys order by created_at desc, id
""")


@dataclass(frozen=True)
class KeyRow:
    """A key without its secret. Times are the database's."""

    id: str
    name: str
    role: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: State


@dataclass(frozen=True)
class Proof:
    """What a presented key is checked against."""

    id: str
    role: str
    digest: bytes
    state: State


async def add(session: AsyncSession, *, id: str, name: str, role: str, digest: bytes, lifetime: timedelta) -> KeyRow:
    await session.execute(
        text("""
            insert into api_keys (id, name, role, digest, expires_at)
            values (:id, :name, :role, :digest, now() + :lifetime)
        """),
        {"id": id, "name": name, "role": role, "digest": digest, "lifetime": lifetime},
    )
    return next(row for row in await listed(session) if row.id == id)


async def listed(session: AsyncSession) -> list[KeyRow]:
    """Every key that was ever made, the newest first."""
    rows = await session.execute(_KEYS)
    return [
        KeyRow(
            id=row.id,
            name=row.name,
            role=row.role,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
            state=row.state,
        )
        for row in rows
    ]


async def revoke(session: AsyncSession, id: str) -> KeyRow:
    """Ends a key now; one that was revoked before stays so. Raises NotFound."""
    ended = text("update api_keys set revoked_at = coalesce(revoked_at, now()) where id = :id")
    await session.execute(ended, {"id": id})
    row = next((row for row in await listed(session) if row.id == id), None)
    if row is None:
        raise NotFound(f"No key has the id {id!r}.", hint="`cratedig keys list` shows them.")
    return row


async def proofs(session: AsyncSession) -> list[Proof]:
    """What a key is checked against: every key that was ever made."""
    return [Proof(row.id, row.role, bytes(row.digest), row.state) for row in await session.execute(_KEYS)]


async def note_use(session: AsyncSession, ids: Iterable[str]) -> None:
    """Writes that the keys were used now, unless that was written less than a minute ago."""
    await session.execute(
        text("""
            update api_keys set last_used_at = now()
            where id = any(:ids) and (last_used_at is null or last_used_at < now() - make_interval(secs => :every))
        """),
        {"ids": sorted(ids), "every": USE_WRITTEN_EVERY_S},
    )
