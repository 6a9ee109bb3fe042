"""Promise 1: an acknowledged job is never lost, and has one effect."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, jobs
from cratedig.jobs.crew import Crew, crew
from cratedig.jobs.queue import enqueue, enqueue_many
from cratedig.jobs.worker import Rhythm
from faults.odd_worker import WRITE
from faults.sizes import size
from running import SLOW_S

ODD_WORKER = [sys.executable, str(Path(__file__).with_name("odd_worker.py"))]
HEARTBEAT_S, STALLED_AFTER_S = 0.5, 3.0
RHYTHM = Rhythm(HEARTBEAT_S, STALLED_AFTER_S)
TAKEN_UP_S = 5.0  # until a job that is in the queue again is begun


def environment(catalogue: Catalogue, data_dir: Path, *, max_starts: int = 3) -> dict[str, str]:
    return {
        "CRATEDIG_DATABASE__URL": catalogue.url,
        "CRATEDIG_DATA_DIR": str(data_dir),
        "CRATEDIG_JOBS__HEARTBEAT_S": str(HEARTBEAT_S),
        "CRATEDIG_JOBS__STALLED_AFTER_S": str(STALLED_AFTER_S),
        "CRATEDIG_JOBS__MAX_STARTS": str(max_starts),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


@pytest.fixture
async def effects(catalogue: Catalogue) -> AsyncIterator[None]:
    async with catalogue.begin() as session:
        await session.execute(text("create table effects (word text not null)"))
    yield
    async with catalogue.begin() as session:
        await session.execute(text("drop table effects"))


async def all_ended(catalogue: Catalogue, *, within_s: float) -> dict[str, int]:
    """Waits until no job is to be done; gives how many ended how."""
    deadline = time.monotonic() + within_s
    while True:
        async with catalogue.begin() as session:
            counts = await jobs.counts(session)
        if not set(counts) & set(jobs.UNFINISHED):
            return counts
        assert time.monotonic() < deadline, counts
        await asyncio.sleep(0.1)


async def kill_one(members: Crew, catalogue: Catalogue) -> None:
    """Kills a worker of the crew while it works."""
    while True:
        pid = members.pids.get(await busy_worker(catalogue))
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return


@contextlib.asynccontextmanager
async def odd_worker(catalogue: Catalogue, data_dir: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker that belongs to no crew; killed at the end where it still lives."""
    env = os.environ | environment(catalogue, data_dir)
    worker = await asyncio.create_subprocess_exec(*ODD_WORKER, env=env)
    try:
        yield worker
    finally:
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
        await worker.wait()


async def running_jobs(catalogue: Catalogue, count: int) -> None:
    """Waits until so many jobs run at once."""
    async with asyncio.timeout(SLOW_S):
        while True:
            async with catalogue.begin() as session:
                if (await jobs.counts(session)).get("running", 0) == count:
                    return
            await asyncio.sleep(0.02)


async def busy_worker(catalogue: Catalogue) -> int:
    """A worker that runs a job, as soon as one does."""
    while True:
        async with catalogue.begin() as session:
            worker = await session.scalar(
                text("select worker_id from jobs where status = 'running' order by random() limit 1")
            )
        if worker is not None:
            return int(worker)
        await asyncio.sleep(0.02)


@pytest.mark.usefixtures("effects")
async def test_jobs_survive_workers_killed_at_random(catalogue: Catalogue, tmp_path: Path) -> None:
    wanted, kills = size(p=200, r=20_000), size(p=10, r=300)
    rng = random.Random(1)
    # far more starts than three: here the same job may be hit again and again, which is not its fault
    env = environment(catalogue, tmp_path, max_starts=100)
    async with crew(catalogue, ODD_WORKER, size=2, max_starts=100, env=env) as members:
        for kill in range(kills):
            async with catalogue.begin() as session:
                numbers = range(kill * wanted // kills, (kill + 1) * wanted // kills)
                await enqueue_many(session, WRITE, [{"word": f"{n}", "wait_s": rng.uniform(0, 0.3)} for n in numbers])
            await asyncio.sleep(rng.uniform(0, 0.3))
            await kill_one(members, catalogue)
        counts = await all_ended(catalogue, within_s=60 + wanted / 20)
    async with catalogue.begin() as session:
        written = (await session.scalars(text("select word from effects"))).all()
    assert counts == {"succeeded": wanted}
    assert sorted(written) == sorted(f"{n} {part}" for n in range(wanted) for part in ("first", "second"))


def test_a_killed_workers_job_starts_again_within_45_s_by_default() -> None:
    assert Rhythm().rescued_within_s <= 45 - TAKEN_UP_S


@pytest.mark.usefixtures("effects")
async def test_a_worker_that_falls_silent_is_found_by_another(catalogue: Catalogue, tmp_path: Path) -> None:
    """Nobody waits for this process: it is as on another machine, and only its silence tells."""
    async with odd_worker(catalogue, tmp_path) as first:
        ours = (await registered(catalogue, 1))[0]
        async with odd_worker(catalogue, tmp_path) as second:
            await registered(catalogue, 2)
            async with catalogue.begin() as session:
                job_id = await enqueue(session, WRITE, {"word": "one", "wait_s": 1.0})
            (first if await busy_worker(catalogue) == ours else second).kill()
            killed_at = time.monotonic()
            while (await started(catalogue, job_id)) < 2:
                assert time.monotonic() - killed_at <= RHYTHM.rescued_within_s + TAKEN_UP_S
                await asyncio.sleep(0.05)
            counts = await all_ended(catalogue, within_s=SLOW_S)
    assert counts == {"succeeded": 1}
    async with catalogue.begin() as session:
        assert (await session.scalars(text("select word from effects order by word"))).all() == [
            "one first",
            "one second",
        ]


async def started(catalogue: Catalogue, job_id: str) -> int:
    """How often the job was begun; it has not ended before it was begun twice."""
    async with catalogue.begin() as session:
        job = await jobs.get(session, job_id)
    assert job.starts == 2 or not job.is_finished
    return job.starts


async def registered(catalogue: Catalogue, count: int) -> list[int]:
    """The workers, once there are so many."""
    async with asyncio.timeout(SLOW_S):
        while True:
            async with catalogue.begin() as session:
                there = (await session.scalars(text("select id from procrastinate_workers order by id"))).all()
            if len(there) == count:
                return list(there)
            await asyncio.sleep(0.02)
