"""Answers kept to be given again: the same request with the same Idempotency-Key has one effect."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

KEPT_HOURS = 24
FORGOTTEN_AT_ONCE = 100


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    body: bytes
    media_type: str


@dataclass(frozen=True)
class Asked:
    """A request that names a key. digest: SHA-256 of all that makes it the request it is."""

    caller: str
    key: str
    digest: bytes


Found = Answer | Literal["new", "running", "another"]
"""The kept answer; or the key is new; or its first request still runs; or it was another request's."""


async def look_up(session: AsyncSession, asked: Asked) -> Found:
    """What is known of the key. `new` reserves it until the transaction ends, so that a second request sees `running`.

    The reservation is a lock of the transaction: nothing of it outlives a crash.
    """
    if not await session.scalar(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": _lock(asked)}):
        return "running"
    row = (
        await session.execute(
            text("""
                select request_digest, status, body, media_type from idempotent_answers
                where caller = :caller and key = :key and created_at > now() - make_interval(hours => :hours)
            """),
            {"caller": asked.caller, "key": asked.key, "hours": KEPT_HOURS},
        )
    ).one_or_none()
    if row is None:
        return "new"
    if row.request_digest != asked.digest:
        return "another"
    return Answer(row.status, row.body, row.media_type)


async def keep(session: AsyncSession, asked: Asked, answer: Answer) -> None:
    """Keeps the answer with its effect: both are committed by the same transaction, or neither is."""
    await _forget_the_old(session)
    await session.execute(
        text("""
            insert into idempotent_answers (caller, key, request_digest, status, body, media_type)
            values (:caller, :key, :digest, :status, :body, :media_type)
            on conflict (caller, key) do update set request_digest = excluded.request_digest, created_at = now(),
              status = excluded.status, body = excluded.body, media_type = excluded.media_type
        """),  # a conflict is with an answer older than KEPT_HOURS: look_up found nothing newer, and holds the lock
        {
            "caller": asked.caller,
            "key": asked.key,
            "digest": asked.digest,
            "status": answer.status,
            "body": answer.body,
            "media_type": answer.media_type,
        },
    )


async def forget(session: AsyncSession, caller: str) -> None:
    """Deletes all that is kept for a caller: their requests have their effect again."""
    await session.execute(text("delete from idempotent_answers where caller = :caller"), {"caller": caller})


async def _forget_the_old(session: AsyncSession) -> None:
    await session.execute(
        text("""
            delete from idempotent_answers where (caller, key) in (
              select caller, key from idempotent_answers where created_at <= now() - make_interval(hours => :hours)
              limit :at_once for update skip locked)
        """),
        {"hours": KEPT_HOURS, "at_once": FORGOTTEN_AT_ONCE},
    )


def _lock(asked: Asked) -> int:
    digest = hashlib.sha256(f"idempotent\0{asked.caller}\0{asked.key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
