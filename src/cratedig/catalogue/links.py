"""Which links want a look, what was found, and what stands in for the dead ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.recoveries import Recovery, forget_stand_ins, save_recoveries
from cratedig.music.receipt import Receipt

TRY_AGAIN_HOURS = 24
"""A link that could not be looked at is tried again after so long."""
_TRY = "link_try"
"""The key in `extra` under which the last look is kept that told nothing: its reason."""

_WANTED = f"""t.url is not null and (t.url_checked_at is null
    or t.extra->'{_TRY}' is not null and t.url_checked_at < now() - make_interval(hours => {TRY_AGAIN_HOURS})
    or t.url_checked_at < cast(:before as timestamptz))"""


@dataclass(frozen=True, slots=True)
class Link:
    """One address, and the tracks that have it. before: why the last look told nothing, where it did not."""

    url: str
    track_ids: tuple[int, ...]
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found at a link. new_url: what becomes the tracks' address, where that is sure.

    moved_to: where a permanent redirect leads. tried: why nothing was found out.
    """

    link: Link
    status: str
    receipt: Receipt
    tried: str | None = None
    moved_to: str | None = None
    confidence: float = 1.0
    new_url: str | None = None


async def days_ago(session: AsyncSession, days: int | None) -> datetime | None:
    """That time by the database's clock, which `url_checked_at` goes by."""
    then = text("select now() - make_interval(days => cast(:days as int))")
    found: datetime | None = await session.scalar(then, {"days": days})
    return found


async def count_wanted(session: AsyncSession, *, before: datetime | None) -> int:
    """How many addresses want a look: those never looked at, and those last looked at `before` then."""
    statement = f"select count(distinct t.url) from tracks t where {_WANTED}"
    return await session.scalar(text(statement), {"before": before}) or 0


async def wanted(session: AsyncSession, *, before: datetime | None, limit: int) -> list[Link]:
    """Addresses that want a look, each once, those of the oldest tracks first."""
    statement = f"""select t.url, array_agg(t.id order by t.id), max(t.extra->>'{_TRY}') from tracks t where {_WANTED}
        group by t.url order by min(t.id) limit :limit"""
    rows = await session.execute(text(statement), {"before": before, "limit": limit})
    return [Link(url, tuple(track_ids), before) for url, track_ids, before in rows]


_SAVE = text(
    f"""with c as (
        select * from unnest(cast(:ids as int[]), cast(:urls as text[]), cast(:statuses as text[]),
            cast(:new_urls as text[]), cast(:receipts as text[]), cast(:tries as text[]))
            as c(id, url, status, new_url, receipts, tried)
    ), held as (
        select t.id, c.status, c.new_url, c.receipts, c.tried from tracks t join c on c.id = t.id and c.url = t.url
        order by t.id for no key update of t
    )
    update tracks t set url = coalesce(held.new_url, t.url), url_checked_at = now(), updated_at = now(),
        url_status = case when held.tried is null then held.status else coalesce(t.url_status, held.status) end,
        receipts = case when held.tried is null or coalesce(t.url_status, held.status) = held.status
            then t.receipts || cast(held.receipts as jsonb) else t.receipts end,
        extra = case when held.tried is null then t.extra - '{_TRY}'
            else t.extra || jsonb_build_object('{_TRY}', held.tried) end
    from held where t.id = held.id returning t.id"""
)


async def save(session: AsyncSession, found: Sequence[Checked]) -> int:
    """Writes what was found. Returns to how many tracks; one whose address has changed meanwhile is passed over.

    A look that told nothing leaves what was known before.
    """
    rows = [(track_id, one) for one in found for track_id in one.link.track_ids]
    changed = await session.execute(
        _SAVE,
        {
            "ids": [track_id for track_id, _ in rows],
            "urls": [one.link.url for _, one in rows],
            "statuses": [one.status for _, one in rows],
            "new_urls": [one.new_url for _, one in rows],
            "receipts": [_receipts(one) for _, one in rows],
            "tries": [one.tried for _, one in rows],
        },
    )
    written = set(changed.scalars())
    rows = [(track_id, one) for track_id, one in rows if track_id in written]
    await save_recoveries(
        session,
        [
            Recovery(track_id, one.link.url, "moved", one.confidence, recovered_url=one.moved_to)
            for track_id, one in rows
            if one.moved_to is not None
        ],
    )
    await forget_stand_ins(session, [track_id for track_id, one in rows if one.status in ("VALID", "MOVED")])
    return len(written)


def _receipts(one: Checked) -> str:
    receipts = {"url_status": one.receipt.as_dict()}
    if one.new_url is not None:
        receipts["url"] = Receipt(one.link.url, "permanent redirect", one.confidence).as_dict()
    return orjson.dumps(receipts).decode()
