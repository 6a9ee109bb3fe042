"""The worker's side of the queue: taking jobs up, ending them, giving them back, and those of dead workers.

Every call is one statement in a transaction of its own, on connections of its own. A start of a job is known by its
`Claim`; what is said about a start that is over (its worker was given up for dead, say) changes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import orjson
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.database import Catalogue
from cratedig.catalogue.jobs import Wanted, insert
from cratedig.catalogue.trouble import translated

Pool = AsyncConnectionPool[AsyncConnection[Any]]


@dataclass(frozen=True, slots=True)
class Claim:
    """One start of a job by one worker. `phase` is the kind that runs: the job's own, or what follows its parts.

    deaths: how many starts before this one ended with the death of their process, perhaps by this job's doing.
    """

    queue_id: int
    worker_id: int
    start: int
    job_id: str
    kind: str
    phase: str
    queue: str
    arguments: dict[str, Any]
    trace: str | None
    deaths: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended."""

    status: str
    result: Any = None
    error: str | None = None
    details: str | None = None


_CLAIM = """select queue_id, worker_id, starts, id, kind, phase, queue, arguments, trace, deaths
from job_claim(%s::varchar[], %s::varchar[], %s)"""
_UNKNOWN = "select distinct task_name from procrastinate_jobs where status = 'todo' and task_name <> all(%s::varchar[])"
_BEAT = "update procrastinate_workers set last_heartbeat = clock_timestamp() where id = %s returning true"


class Claims:
    """The queue as workers use it. Raises CatalogueUnavailable where the server does not answer."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    @classmethod
    @asynccontextmanager
    async def open(cls, catalogue: Catalogue, *, connections: int = 3) -> AsyncIterator[Self]:
        conninfo = make_url(catalogue.url).set(drivername="postgresql").render_as_string(hide_password=False)
        pool: Pool = AsyncConnectionPool(
            conninfo,
            min_size=1,
            max_size=connections,
            timeout=10,
            reconnect_timeout=10,
            kwargs={"connect_timeout": 5},
            configure=_commit_each,
            open=False,
        )
        async with pool:
            yield cls(pool)

    async def _rows(self, statement: str, *values: Any) -> list[Any]:
        with translated():
            async with self.pool.connection() as connection:
                cursor = await connection.execute(statement.encode(), values)
                return await cursor.fetchall()

    async def register(self) -> int:
        """A new worker. Returns its id."""
        return int((await self._rows("select worker_id from procrastinate_register_worker_v1()"))[0][0])

    async def unregister(self, worker_id: int) -> None:
        await self._rows("select procrastinate_unregister_worker_v1(%s)", worker_id)

    async def beat(self, worker_id: int) -> bool:
        """Says that the worker lives. False where it was given up for dead: its jobs are others' now."""
        return bool(await self._rows(_BEAT, worker_id))

    async def beats(self) -> dict[int, float]:
        """Worker -> its last beat; only a change means something, not the time (clocks are moved)."""
        rows = await self._rows("select id, extract(epoch from last_heartbeat)::float8 from procrastinate_workers")
        return dict(rows)

    async def take(self, queues: Sequence[str] | None, kinds: Collection[str], worker_id: int) -> Claim | None:
        """Takes up the next job of these queues (all of them: None) and kinds."""
        rows = await self._rows(_CLAIM, None if queues is None else list(queues), list(kinds), worker_id)
        return Claim(*rows[0]) if rows else None

    async def unknown(self, kinds: Collection[str]) -> list[str]:
        """The kinds of waiting jobs that are none of these."""
        return [kind for (kind,) in await self._rows(_UNKNOWN, list(kinds))]

    async def end(self, claim: Claim, ending: Ending) -> bool:
        """Ends a start and its job. False where that start was over already."""
        result = None if ending.result is None else orjson.dumps(ending.result, default=str).decode()
        said = (ending.status, result, _storable(ending.error), _storable(ending.details))
        statement = "select job_end(%s, %s, %s, %s, %s::jsonb, %s, %s)"
        rows = await self._rows(statement, claim.queue_id, claim.worker_id, claim.start, *said)
        return bool(rows[0][0])

    async def give_back(self, claim: Claim, *, is_counted: bool, is_death: bool = False, delay_s: float = 0.0) -> bool:
        """Puts a job back into the queue, to be taken up after `delay_s`; uncounted, this start was none."""
        start = (claim.queue_id, claim.worker_id, claim.start)
        rows = await self._rows("select job_requeue(%s, %s, %s, %s, %s, %s)", *start, is_counted, is_death, delay_s)
        return bool(rows[0][0])

    async def rescue(self, dead: Sequence[int], *, max_starts: int) -> list[tuple[str, str]]:
        """Puts the jobs of dead workers back, or stops them after `max_starts`. Returns (job, queued or stopped)."""
        rows = await self._rows("select id, fate from job_rescue(%s, %s)", list(dead), max_starts)
        return [(job, fate) for job, fate in rows]

    async def to_abort(self) -> list[int]:
        """Queue rows of the running jobs that somebody cancelled."""
        rows = await self._rows("select id from procrastinate_jobs where status = 'doing' and abort_requested")
        return [queue_id for (queue_id,) in rows]


async def _commit_each(connection: AsyncConnection[Any]) -> None:
    """One round trip a statement, where a transaction around it takes three."""
    await connection.set_autocommit(True)


def _storable(said: str | None) -> str | None:
    """PostgreSQL's text holds every whole character but NUL; the name of a file may hold halves."""
    return None if said is None else said.encode("utf-8", "replace").decode().replace("\x00", "")


async def report(session: AsyncSession, claim: Claim, *, progress: float | None, step: str | None) -> bool:
    """Writes how far a start has come. False where it should stop: cancelled, or not its job any more."""
    held = await session.scalar(
        text(
            """update jobs set progress = coalesce(n.progress, jobs.progress), step = coalesce(n.step, jobs.step),
                expected_at = case when n.progress > 0
                    then now() + (now() - started_at) * ((100 - n.progress) / n.progress) else expected_at end
            from (select cast(:progress as float8) as progress, cast(:step as text) as step) n
            where queue_id = :queue_id and worker_id = :worker_id and starts = :start and status = 'running'
                and cancelled_at is null returning true"""
        ),
        {"progress": progress, "step": _storable(step), **_key(claim)},
    )
    return bool(held)


async def is_held(session: AsyncSession, claim: Claim) -> bool:
    """True while this start goes on and nobody cancelled it."""
    held = await session.scalar(
        text(
            """select true from jobs where queue_id = :queue_id and worker_id = :worker_id and starts = :start
            and status = 'running' and cancelled_at is null"""
        ),
        _key(claim),
    )
    return bool(held)


async def begin_step(session: AsyncSession, claim: Claim, step: str) -> tuple[bool, Any]:
    """(True, None) where the step is to be done now, in this transaction; else (False, its result).

    Two that come here at once are one after the other: the second waits until the first's transaction has ended.
    """
    inserted = await session.scalar(
        text("insert into job_steps (job_id, step) values (:job, :step) on conflict do nothing returning true"),
        {"job": claim.job_id, "step": step},
    )
    if inserted:
        return True, None
    found = text("select result from job_steps where job_id = :job and step = :step")
    return False, await session.scalar(found, {"job": claim.job_id, "step": step})


async def end_step(session: AsyncSession, claim: Claim, step: str, result: Any) -> None:
    """Keeps what the step gave, for whoever comes to it again."""
    if result is not None:
        await session.execute(
            text("update job_steps set result = cast(:result as jsonb) where job_id = :job and step = :step"),
            {"job": claim.job_id, "step": step, "result": orjson.dumps(result, default=str).decode()},
        )


async def split(session: AsyncSession, claim: Claim, parts: Wanted, *, then: str, span: tuple[float, float]) -> bool:
    """Ends this start by queueing its job's parts; when all have ended, the job goes on as kind `then`.

    `span`: the progress of the job before and after these parts. False where this start was over.
    """
    await session.execute(text("select job_hold(:queue_id)"), {"queue_id": claim.queue_id})
    if not await is_held(session, claim):
        return False
    count = len(parts.arguments)
    await session.execute(text("delete from procrastinate_jobs where id = :queue_id"), {"queue_id": claim.queue_id})
    await session.execute(
        text(
            """update jobs set phase = :then, parts = :count, parts_left = :count, progress = :from,
                span_from = :from, span_to = :to, queue_id = null, worker_id = null, starts = 0 where id = :job"""
        ),
        {"job": claim.job_id, "then": then, "count": count, "from": span[0], "to": span[1]},
    )
    if count:
        await insert(session, parts)
    else:
        await session.execute(text("select job_put(:job)"), {"job": claim.job_id})
    return True


def _key(claim: Claim) -> dict[str, int]:
    return {"queue_id": claim.queue_id, "worker_id": claim.worker_id, "start": claim.start}
