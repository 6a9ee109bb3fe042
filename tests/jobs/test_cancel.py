"""Calling a job off: a waiting one at once, a running one at its next step, parts that wait never run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from cratedig.catalogue import Session, jobs
from cratedig.jobs.kind import Kind, Split, by_name
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop

from .conftest import Ended

Effects = Callable[[], Awaitable[list[str]]]
RHYTHM = Rhythm(heartbeat_s=0.2, stalled_after_s=2.0)


async def cancel(shop: Workshop, job_id: str) -> jobs.Job:
    async with shop.catalogue.begin() as session:
        return await jobs.cancel(session, job_id)


async def test_a_waiting_job_never_runs(shop: Workshop, ended: Ended, effects: Effects) -> None:
    async def write(work: Work, *, word: str) -> None:
        async def effect(session: Session) -> None:
            await session.execute(text("insert into effects values (:word)"), {"word": word})

        await work.once("write", effect)

    kind = Kind("write", write)
    async with shop.catalogue.begin() as session:
        first, second = [await enqueue(session, kind, {"word": word}) for word in ("first", "second")]
    assert (await cancel(shop, first)).status == "cancelled"
    async with working(shop, by_name(kind), RHYTHM):
        await ended(second)
    assert (await cancel(shop, second)).status == "succeeded"
    assert await effects() == ["second"]


async def test_a_running_job_is_stopped_where_it_waits(shop: Workshop, ended: Ended) -> None:
    began = asyncio.Event()

    async def wait(_work: Work) -> None:
        began.set()
        await asyncio.sleep(60)

    kind = Kind("wait", wait)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind), RHYTHM):
        await began.wait()
        assert (await cancel(shop, job_id)).status == "running"
        job = (await ended(job_id))[0]
    assert (job.status, job.starts) == ("cancelled", 1)


async def test_a_cancelled_job_writes_nothing_more(shop: Workshop, ended: Ended, effects: Effects) -> None:
    async def write_late(work: Work) -> None:
        await cancel(shop, work.claim.job_id)

        async def effect(session: Session) -> None:
            await session.execute(text("insert into effects values ('late')"))

        await work.once("write", effect)

    kind = Kind("late", write_late)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind), RHYTHM):
        assert (await ended(job_id))[0].status == "cancelled"
    assert await effects() == []


async def test_the_parts_of_a_cancelled_job_do_not_run(shop: Workshop, ended: Ended, effects: Effects) -> None:
    begun: list[int] = []
    three = asyncio.Event()

    async def part(_work: Work, *, number: int) -> None:
        begun.append(number)
        if len(begun) == 3:
            three.set()
        await asyncio.sleep(60)

    async def never(_work: Work) -> None:
        begun.append(-1)

    many, then = Kind("part", part), Kind("then", never)

    async def divide(_work: Work) -> Split:
        return Split(many, [{"number": number} for number in range(20)], then=then)

    kind = Kind("divide", divide)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind, many, then), RHYTHM, at_once=3):
        await three.wait()
        assert (await cancel(shop, job_id)).status == "cancelled"
        async with shop.catalogue.begin() as session:
            parts = (await session.scalars(text("select id from jobs where parent_id is not null"))).all()
        statuses = {job.status for job in await ended(*parts)}
    assert statuses == {"cancelled"}
    assert sorted(begun) == [0, 1, 2]


async def test_cancelling_reaches_the_parts_of_parts(shop: Workshop, ended: Ended) -> None:
    """Two that wait for their own parts, one part of which runs, and one that was not taken up: nothing goes on."""
    began = asyncio.Event()

    async def leaf(_work: Work) -> None:
        began.set()
        await asyncio.sleep(60)

    async def never(work: Work) -> None:
        raise AssertionError(work.claim.phase)

    leaves, then = Kind("leaf", leaf), Kind("then", never)

    async def branch(_work: Work) -> Split:
        return Split(leaves, [{}] * 4, then=then)

    branches = Kind("branch", branch, priority=10)

    async def root(_work: Work) -> Split:
        return Split(branches, [{}] * 2, then=then)

    trunk = Kind("root", root)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, trunk)
        other = await enqueue(session, leaves)
    async with working(shop, by_name(trunk, branches, leaves, then), RHYTHM, at_once=2):
        await _until_there_are(shop, "leaf", 9)
        await began.wait()
        assert (await cancel(shop, job_id)).status == "cancelled"
        async with shop.catalogue.begin() as session:
            below = (await session.scalars(text("select id from jobs where parent_id is not null"))).all()
        assert {job.status for job in await ended(*below)} == {"cancelled"}
        assert (await cancel(shop, other)).cancelled_at is not None
        await ended(other)
    async with shop.catalogue.begin() as session:
        assert await session.scalar(text("select count(*) from procrastinate_jobs")) == 0


async def test_the_last_part_that_is_cancelled_lets_the_whole_go_on(shop: Workshop, ended: Ended) -> None:
    async def nothing(_work: Work) -> str:
        return "went on"

    late, then = Kind("late", nothing), Kind("then", nothing)

    async def divide(_work: Work) -> Split:
        return Split(late, [{}], then=then)

    kind = Kind("divide", divide)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind, then), RHYTHM):
        await _until_there_are(shop, "late", 1)
        async with shop.catalogue.begin() as session:
            part = await session.scalar(text("select id from jobs where kind = 'late'"))
        assert (await cancel(shop, str(part))).status == "cancelled"
        job = (await ended(job_id))[0]
    assert (job.status, job.result) == ("succeeded", "went on")


async def _until_there_are(shop: Workshop, kind: str, count: int) -> None:
    counted = text("select count(*) from jobs where kind = :kind")
    async with asyncio.timeout(60):
        while True:
            async with shop.catalogue.begin() as session:
                if await session.scalar(counted, {"kind": kind}) == count:
                    return
            await asyncio.sleep(0.02)
