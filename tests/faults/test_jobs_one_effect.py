"""Fault table: a job delivered twice, a clock moved by an hour, two schedulers, a database that goes away, SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, jobs
from cratedig.catalogue.claims import Claims, Ending
from cratedig.jobs.kind import Kind, by_name
from cratedig.jobs.queue import enqueue, enqueue_many
from cratedig.jobs.schedule import Tick, tick_all
from cratedig.jobs.watch import Watch
from cratedig.jobs.work import Work
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.settings import Settings
from faults.odd_worker import WRITE, write
from faults.test_jobs_survive import all_ended, busy_worker, effects, odd_worker, running_jobs
from running import SLOW_S

__all__ = ["effects"]


@pytest.fixture
def shop(catalogue: Catalogue, tmp_path: Path) -> Workshop:
    return Workshop(Settings.load(data_dir=tmp_path), catalogue)


async def written(catalogue: Catalogue) -> list[str]:
    async with catalogue.begin() as session:
        return list((await session.scalars(text("select word from effects order by word"))).all())


@pytest.mark.usefixtures("effects")
async def test_a_job_delivered_twice_has_one_effect(catalogue: Catalogue, shop: Workshop) -> None:
    """Its first worker is given up for dead, but lives: both run it to the end, side by side."""
    async with Claims.open(catalogue) as claims:
        async with catalogue.begin() as session:
            job_id = await enqueue(session, WRITE, {"word": "one"})
        slow, quick = await claims.register(), await claims.register()
        first = await claims.take(None, [WRITE.name], slow)
        assert first is not None
        assert await claims.rescue([slow], max_starts=3) == [(job_id, "queued")]
        second = await claims.take(None, [WRITE.name], quick)
        assert second is not None
        both = await asyncio.gather(
            *(write(Work(claim, shop), word="one") for claim in (first, second)), return_exceptions=True
        )
        assert {"word": "one"} in both
        assert not await claims.end(first, Ending("failed", error="I am late"))
        assert await claims.end(second, Ending("succeeded"))
        assert not await claims.beat(slow)
    assert await written(catalogue) == ["one first", "one second"]
    async with catalogue.begin() as session:
        assert (await jobs.get(session, job_id)).status == "succeeded"


@pytest.mark.usefixtures("effects")
@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_moved_by_an_hour_rescues_nothing_early(catalogue: Catalogue, shop: Workshop, hours: int) -> None:
    """Seen from a server whose clock was moved, every sign of life is an hour old, or an hour ahead."""
    rhythm = Rhythm(heartbeat_s=0.3, stalled_after_s=2.0)
    async with catalogue.begin() as session:
        job_id = await enqueue(session, WRITE, {"word": "one", "wait_s": 3.0})
    async with working(shop, by_name(WRITE), rhythm), working(shop, by_name(WRITE), rhythm):
        await busy_worker(catalogue)
        for _ in range(5):
            async with catalogue.begin() as session:
                await session.execute(
                    text(
                        "update procrastinate_workers set last_heartbeat = last_heartbeat - make_interval(hours => :h)"
                    ),
                    {"h": hours},
                )
            await asyncio.sleep(0.4)
        await all_ended(catalogue, within_s=SLOW_S)
    async with catalogue.begin() as session:
        job = await jobs.get(session, job_id)
    assert (job.status, job.starts) == ("succeeded", 1)
    assert await written(catalogue) == ["one first", "one second"]


def test_only_silence_that_we_watched_counts() -> None:
    watch = Watch(stalled_after_s=30.0, look_every_s=5.0)
    assert watch.dead({1: 0.0, 2: 0.0}, at=0.0) == []
    for at in (5.0, 10.0, 15.0, 20.0, 25.0):
        assert watch.dead({1: at, 2: 0.0}, at=at) == []
    assert watch.dead({1: 30.0, 2: 0.0}, at=30.0) == [2]
    assert watch.dead({1: 30.0}, at=4000.0) == []  # we slept; so did the other perhaps
    assert watch.dead({1: -3600.0}, at=4005.0) == []  # a beat that is older than before is a beat


async def test_two_schedulers_tick_once(catalogue: Catalogue) -> None:
    ticks = [Tick(Kind("every hour", write), every_s=3600.0)]

    async def ask() -> list[str]:
        return await tick_all(catalogue, ticks)

    asked = await asyncio.gather(*(ask() for _ in range(6)))
    assert sum(map(len, asked)) == 1
    async with catalogue.begin() as session:
        await session.execute(text("update job_ticks set ticked_at = now() - interval '61 minutes'"))
        await session.execute(text("select job_cancel(id) from jobs"))
    assert sum(map(len, await asyncio.gather(*(ask() for _ in range(6))))) == 1
    async with catalogue.begin() as session:
        assert sum((await jobs.counts(session)).values()) == 2


@pytest.mark.usefixtures("effects")
async def test_sigterm_gives_jobs_back_uncounted_and_ends_within_10_s(catalogue: Catalogue, tmp_path: Path) -> None:
    async with catalogue.begin() as session:
        ids = await enqueue_many(session, WRITE, [{"word": "short", "wait_s": 1.0}, {"word": "long", "wait_s": 60.0}])
    async with odd_worker(catalogue, tmp_path) as worker:
        await running_jobs(catalogue, 2)
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        assert await worker.wait() == 0
        assert time.monotonic() - began < 10
    async with catalogue.begin() as session:
        found = await jobs.get_some(session, ids)
        workers = await session.scalar(text("select count(*) from procrastinate_workers"))
    assert [(found[one].status, found[one].starts) for one in ids] == [("succeeded", 1), ("queued", 0)]
    assert workers == 0


@pytest.mark.usefixtures("effects")
async def test_a_database_that_breaks_every_connection_loses_no_job(catalogue: Catalogue, shop: Workshop) -> None:
    """What a restart of the server is to a worker, again and again."""
    rng_s = (0.1, 0.3, 0.2, 0.5, 0.1)
    async with catalogue.begin() as session:
        await enqueue_many(session, WRITE, [{"word": f"{n:02}", "wait_s": 0.2} for n in range(60)])
    async with working(shop, by_name(WRITE), Rhythm(heartbeat_s=0.2, stalled_after_s=3.0)):
        for pause in rng_s:
            await asyncio.sleep(pause)
            async with catalogue.begin() as session:
                await session.execute(
                    text(
                        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() "
                        "and datname = current_database()"
                    )
                )
        counts = await all_ended(catalogue, within_s=SLOW_S)
    assert counts == {"succeeded": 60}
    assert await written(catalogue) == [f"{n:02} {part}" for n in range(60) for part in ("first", "second")]
