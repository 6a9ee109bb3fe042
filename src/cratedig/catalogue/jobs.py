"""The record of jobs: asking for them, reading how they do, their steps, and forgetting them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.errors import NotFound

UNFINISHED = ("queued", "running")
FINISHED = ("succeeded", "failed", "cancelled", "stopped")


@dataclass(frozen=True, slots=True)
class Job:
    """How one job stands. `progress` is per cent; `starts` counts every time a worker took it up."""

    id: str
    seq: int
    kind: str
    arguments: dict[str, Any]
    status: str
    progress: float
    step: str
    expected_at: datetime | None
    result: Any
    error: str | None
    details: str | None
    starts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancelled_at: datetime | None
    trace: str | None
    parent_id: str | None
    parts: int
    parts_left: int

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED


_COLUMNS = ", ".join(Job.__dataclass_fields__)


def _job(row: Row[Any]) -> Job:
    return Job(**row._mapping)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Jobs of one kind to be asked for together: `arguments` of each."""

    kind: str
    arguments: Sequence[dict[str, Any]]
    queue: str
    priority: int = 0
    trace: str | None = None
    parent_id: str | None = None
    once_key: str | None = None


async def insert(session: AsyncSession, wanted: Wanted) -> list[str]:
    """Puts jobs into the queue and the record, as part of the caller's transaction. Returns their ids."""
    ids = [str(uuid.uuid4()) for _ in wanted.arguments]
    queued = await session.scalar(
        text(
            """select procrastinate_defer_jobs_v1(array_agg(row(cast(:queue as varchar), cast(:kind as varchar),
                cast(:priority as int), null, null, jsonb_build_object('id', u.id), null
                )::procrastinate_job_to_defer_v1 order by u.at))
            from unnest(cast(:ids as text[])) with ordinality as u(id, at)"""
        ),
        {"queue": wanted.queue, "kind": wanted.kind, "priority": wanted.priority, "ids": ids},
    )
    await session.execute(
        text(
            """insert into jobs (id, kind, phase, arguments, queue, priority, trace, parent_id, once_key, queue_id)
            select u.id, :kind, :kind, cast(u.arguments as jsonb), :queue, :priority, :trace, :parent, :once, q.id
            from unnest(cast(:ids as text[]), cast(:arguments as text[])) with ordinality as u(id, arguments, at)
            join procrastinate_jobs q on q.args ->> 'id' = u.id
            where q.id = any(cast(:queued as bigint[])) order by u.at"""
        ),
        {
            "ids": ids,
            "arguments": [orjson.dumps(one, default=str).decode() for one in wanted.arguments],
            "queued": queued,
            "kind": wanted.kind,
            "queue": wanted.queue,
            "priority": wanted.priority,
            "trace": wanted.trace,
            "parent": wanted.parent_id,
            "once": wanted.once_key,
        },
    )
    return ids


async def insert_once(session: AsyncSession, wanted: Wanted) -> str:
    """As `insert`, of one job; where an unfinished job has the same `once_key`, returns that one's id instead."""
    unfinished = text("select id from jobs where once_key = :once and status in ('queued', 'running')")
    while True:
        there = await session.scalar(unfinished, {"once": wanted.once_key})
        if there is not None:
            return str(there)
        try:
            async with session.begin_nested():
                return (await insert(session, wanted))[0]
        except IntegrityError:  # somebody else's was first by a moment
            continue


async def get(session: AsyncSession, job_id: str) -> Job:
    """Raises NotFound."""
    row = (await session.execute(text(f"select {_COLUMNS} from jobs where id = :id"), {"id": job_id})).one_or_none()
    if row is None:
        raise NotFound(f"There is no job {job_id!r}.", hint="`cratedig jobs` lists them; finished ones are forgotten.")
    return _job(row)


async def get_some(session: AsyncSession, ids: Iterable[str]) -> dict[str, Job]:
    """Those of `ids` that there are."""
    rows = await session.execute(text(f"select {_COLUMNS} from jobs where id = any(:ids)"), {"ids": list(ids)})
    return {job.id: job for job in map(_job, rows)}


async def listed(
    session: AsyncSession,
    *,
    limit: int,
    before: int | None = None,
    statuses: Sequence[str] = (),
    kind: str | None = None,
    parent_id: str | None = None,
) -> list[Job]:
    """Newest first, those asked for before the one numbered `before`. Parts of a job only with its `parent_id`."""
    conditions = ["parent_id = :parent" if parent_id else "parent_id is null"]
    if before is not None:
        conditions.append("seq < :before")
    if statuses:
        conditions.append("status = any(:statuses)")
    if kind:
        conditions.append("kind = :kind")
    statement = f"select {_COLUMNS} from jobs where {' and '.join(conditions)} order by seq desc limit :limit"
    given = {"before": before, "statuses": list(statuses), "kind": kind, "parent": parent_id, "limit": limit}
    bound = {name: value for name, value in given.items() if f":{name}" in statement}
    return [_job(row) for row in await session.execute(text(statement), bound)]


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many jobs there are of each status, parts not counted."""
    rows = await session.execute(text("select status, count(*) from jobs where parent_id is null group by status"))
    return {str(status): int(count) for status, count in rows}


async def cancel(session: AsyncSession, job_id: str) -> Job:
    """Cancels a waiting job at once, and asks a running one to stop. A finished one stays as it is. Raises NotFound."""
    await session.execute(text("select job_cancel(:id)"), {"id": job_id})
    return await get(session, job_id)


async def sums_of_parts(session: AsyncSession, parent_id: str) -> dict[str, dict[str, int]]:
    """kind -> the sums of its parts' numbers, arguments and results together: how far each kind of part has come."""
    rows = await session.execute(
        text(
            """select j.kind, n.key, sum(cast(n.value #>> '{}' as numeric))
            from jobs j, jsonb_each(j.arguments || coalesce(j.result, '{}')) n
            where j.parent_id = :parent and jsonb_typeof(n.value) = 'number' group by j.kind, n.key"""
        ),
        {"parent": parent_id},
    )
    sums: dict[str, dict[str, int]] = {}
    for kind, name, total in rows:
        sums.setdefault(kind, {})[name] = int(total)
    return sums


async def failed_parts(session: AsyncSession, parent_id: str) -> tuple[int, str | None]:
    """How many parts of a job did not succeed, and the first one's error."""
    row = (
        await session.execute(
            text(
                """select count(*), (array_agg(error order by seq))[1] from jobs
                where parent_id = :parent and status in ('failed', 'stopped', 'cancelled')"""
            ),
            {"parent": parent_id},
        )
    ).one()
    return row[0], row[1]


async def tick(session: AsyncSession, name: str, *, every_s: float) -> bool:
    """True once in `every_s`, whoever asks and however many do, by the database's clock.

    A clock that was set back makes the next tick come at once rather than after the hour that is missing.
    """
    ticked = await session.scalar(
        text(
            """insert into job_ticks as t (name, ticked_at) values (:name, now())
            on conflict (name) do update set ticked_at = now()
            where t.ticked_at <= now() - make_interval(secs => :every) or t.ticked_at > now() + interval '1 second'
            returning true"""
        ),
        {"name": name, "every": every_s},
    )
    return bool(ticked)


async def forget(session: AsyncSession, *, older_than_days: int) -> int:
    """Deletes finished jobs, with their parts and steps. Returns how many were asked for by themselves."""
    result = await session.execute(
        text(
            """delete from jobs where parent_id is null and status = any(:finished)
            and finished_at < now() - make_interval(days => :days) returning 1"""
        ),
        {"finished": list(FINISHED), "days": older_than_days},
    )
    return len(result.all())


async def failed_lately(session: AsyncSession, kind: str, *, within_s: float) -> bool:
    """True where a job of that kind ended badly a short time ago."""
    found = await session.scalar(
        text(
            """select exists(select from jobs where kind = :kind and status in ('failed', 'stopped', 'cancelled')
            and finished_at > now() - make_interval(secs => :within))"""
        ),
        {"kind": kind, "within": within_s},
    )
    return bool(found)


async def last_result(session: AsyncSession, kind: str) -> dict[str, Any] | None:
    """What the last job of this kind that succeeded gave; None where none is remembered."""
    statement = text("""select result from jobs where kind = :kind and status = 'succeeded' and parent_id is null
        order by seq desc limit 1""")
    found: dict[str, Any] | None = await session.scalar(statement, {"kind": kind})
    return found


async def id_of(session: AsyncSession, beginning: str) -> str:
    """The id that begins so. Raises NotFound where none does, or several do."""
    statement = text("select id from jobs where starts_with(id, :beginning) order by seq desc limit 2")
    found = (await session.scalars(statement, {"beginning": beginning})).all()
    if len(found) != 1 or not beginning:
        many = "More than one job begins" if found else "No job begins"
        raise NotFound(f"{many} with {beginning!r}.", hint="`cratedig jobs --json` shows the ids in full.")
    return str(found[0])
