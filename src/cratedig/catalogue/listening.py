"""What listeners did with tracks: written, taken back, listed, forgotten. A listener's rows are nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.errors import NotFound

LOCAL = "local"
"""Whoever uses this machine without a key."""
MOST_COUNTED = 5_000
"""Events of a listener that count, the newest: what lies behind them has faded."""
_STANCES = ("like", "dislike")


@dataclass(frozen=True, slots=True)
class Weighed:
    """How an answer had been weighed that led to an event: by a bandit's arm, drawn with `chance` (above 0 to 1)."""

    query_type: str
    arm: str
    chance: float
    context: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class New:
    """An event to write. at: with its offset from UTC."""

    track_id: int
    kind: str
    at: datetime
    weighed: Weighed | None = None


@dataclass(frozen=True, slots=True)
class Listened:
    """An event as it was written. at: by the listener's clock.  undone_at: when it was taken back."""

    id: int
    track_id: int
    kind: str
    at: datetime
    undone_at: datetime | None
    title: str | None
    artist: str | None
    weighed: Weighed | None = None


_COLUMNS = """l.id, l.track_id, l.kind, l.at, l.utc_offset_min, l.undone_at, t.title, t.artist,
    l.query_type, l.arm, l.chance, l.context"""
_ADD = text(f"""
    with l as (
        insert into listening (listener, track_id, kind, at, utc_offset_min, query_type, arm, chance, context)
        select :listener, e.track_id, e.kind, e.at, e.utc_offset_min, e.query_type, e.arm, e.chance, e.context
        from rows from (jsonb_to_recordset(cast(:events as jsonb)) as (track_id int, kind text, at timestamptz,
            utc_offset_min int, query_type text, arm text, chance real, context real[])) with ordinality
            as e(track_id, kind, at, utc_offset_min, query_type, arm, chance, context, place)
        order by e.place returning *
    )
    select {_COLUMNS} from l join tracks t on t.id = l.track_id order by l.id
""")


async def add(session: AsyncSession, listener: str, events: Sequence[New]) -> list[Listened]:
    """Writes events, in their order. Raises NotFound where a track does not exist; nothing is written then."""
    wanted = {event.track_id for event in events}
    found = await session.scalars(
        text("select id from tracks where id = any(cast(:ids as int[])) order by id for key share"),
        {"ids": sorted(wanted)},
    )
    if missing := wanted - set(found):
        raise NotFound(f"There is no track {min(missing)}.", hint="Nothing of this request was written.")
    await _take_turn(session, listener)
    rows = await session.execute(_ADD, {"listener": listener, "events": _as_json(events)})
    return [_listened(row) for row in rows]


async def undo(session: AsyncSession, listener: str, event_id: int) -> Listened:
    """Takes an event back; one that was taken back before stays so. Raises NotFound for one that is not theirs."""
    await _take_turn(session, listener)
    statement = text(f"""
        with l as (update listening set undone_at = coalesce(undone_at, clock_timestamp())
            where id = :id and listener = :listener returning *)
        select {_COLUMNS} from l join tracks t on t.id = l.track_id
    """)
    row = (await session.execute(statement, {"id": event_id, "listener": listener})).one_or_none()
    if row is None:
        raise NotFound(f"You have no listening event {event_id}.")
    return _listened(row)


async def history(
    session: AsyncSession, listener: str, *, limit: int, before: int | None = None, track_id: int | None = None
) -> list[Listened]:
    """A listener's events, the newest first, those taken back too. before: only those with a smaller id."""
    statement = text(f"""
        select {_COLUMNS} from listening l join tracks t on t.id = l.track_id
        where l.listener = :listener and l.id < coalesce(cast(:before as bigint), 9223372036854775807)
          and (cast(:track_id as int) is null or l.track_id = :track_id)
        order by l.id desc limit :limit
    """)
    given = {"listener": listener, "before": before, "track_id": track_id, "limit": limit}
    return [_listened(row) for row in await session.execute(statement, given)]


async def counted(session: AsyncSession, listener: str, *, limit: int = MOST_COUNTED) -> list[Listened]:
    """The newest events that were not taken back, the oldest of them first."""
    statement = text(f"""
        select {_COLUMNS} from listening l join tracks t on t.id = l.track_id
        where l.listener = :listener and l.undone_at is null order by l.id desc limit :limit
    """)
    rows = (await session.execute(statement, {"listener": listener, "limit": limit})).all()
    return [_listened(row) for row in reversed(rows)]


async def stances(session: AsyncSession, listener: str, track_ids: Sequence[int]) -> dict[int, Listened]:
    """Track id -> the last like or dislike of it that was not taken back, where there is one."""
    statement = text(f"""
        select distinct on (l.track_id) {_COLUMNS} from listening l join tracks t on t.id = l.track_id
        where l.listener = :listener and l.undone_at is null and l.kind = any(:kinds)
          and l.track_id = any(cast(:ids as int[])) order by l.track_id, l.id desc
    """)
    given = {"listener": listener, "kinds": list(_STANCES), "ids": list(track_ids)}
    return {row.track_id: _listened(row) for row in await session.execute(statement, given)}


async def forget(session: AsyncSession, listener: str) -> int:
    """Deletes all that a listener did, what was taken back too; returns how many events that were."""
    await _take_turn(session, listener)
    deleted = await session.execute(
        text("delete from listening where listener = :listener returning id"), {"listener": listener}
    )
    return len(deleted.all())


async def mark(session: AsyncSession, listener: str) -> str | None:
    """A word that every event written or taken back replaces by a new one; None for who has no event.

    A listener's writes wait for one another, so that none is committed behind a later mark.
    """
    row = (
        await session.execute(
            text("""
                select (select max(id) from listening where listener = :listener),
                    (select extract(epoch from max(undone_at)) from listening
                     where listener = :listener and undone_at is not null)
            """),
            {"listener": listener},
        )
    ).one()
    return marked(row[0], row[1])


def marked(last: int | None, undone: Decimal | None) -> str | None:
    """The mark from a listener's last event and the second in which one was last taken back."""
    return None if last is None else f"{last} {undone or 0}"


async def _take_turn(session: AsyncSession, listener: str) -> None:
    """A lock of the transaction, one to a listener."""
    lock = text("select pg_advisory_xact_lock(hashtextextended('listening ' || :listener, 0))")
    await session.execute(lock, {"listener": listener})


def _as_json(events: Sequence[New]) -> str:
    return orjson.dumps(
        [
            {
                "track_id": event.track_id,
                "kind": event.kind,
                "at": event.at.astimezone(UTC),  # PostgreSQL reads no offset beyond 16 hours
                "utc_offset_min": _offset_min(event.at),
                **(asdict(event.weighed) if event.weighed else {}),
            }
            for event in events
        ]
    ).decode()


def _offset_min(at: datetime) -> int:
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(f"the time {at.isoformat()} says no offset from UTC")
    return int(offset / timedelta(minutes=1))


def _listened(row: Any) -> Listened:
    weighed = None if row.arm is None else Weighed(row.query_type, row.arm, row.chance, tuple(row.context or ()))
    clock = timezone(timedelta(minutes=row.utc_offset_min))
    return Listened(
        row.id, row.track_id, row.kind, row.at.astimezone(clock), row.undone_at, row.title, row.artist, weighed
    )
