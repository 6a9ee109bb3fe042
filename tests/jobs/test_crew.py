"""A crew: told to leave twice, or in the middle of a start, it leaves nobody behind."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.claims import Claims
from cratedig.jobs.crew import Crew, crew

SLOW_TO_GO = [
    sys.executable,
    "-c",
    "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit())); time.sleep(60)",
]


async def test_told_to_leave_twice_it_still_waits_for_its_workers(catalogue: Catalogue) -> None:
    async with crew(catalogue, SLOW_TO_GO, size=2, max_starts=3) as members:
        while len(members.pids) < 2:  # noqa: ASYNC110 - nobody tells when a process has started
            await asyncio.sleep(0.02)
        workers = [psutil.Process(pid) for pid in members.pids.values()]
        await asyncio.sleep(0.5)
        members.leave()
        await asyncio.sleep(0.2)
        members.leave()
    assert [worker for worker in workers if worker.is_running()] == []


async def test_a_worker_that_is_being_started_does_not_stay(catalogue: Catalogue) -> None:
    before = set(psutil.Process().children())
    async with crew(catalogue, SLOW_TO_GO, size=4, max_starts=3):
        await asyncio.sleep(0.005)
    assert set(psutil.Process().children()) <= before


async def test_a_worker_that_cannot_be_started_is_tried_again(catalogue: Catalogue) -> None:
    async with crew(catalogue, ["/nowhere/at/all"], size=1, max_starts=3) as members:
        await asyncio.sleep(0.5)
        assert members.pids == {}


@asynccontextmanager
async def _without_registering(catalogue: Catalogue) -> AsyncIterator[None]:
    name = "procrastinate_register_worker_v1"
    async with catalogue.begin() as session:
        await session.execute(text(f"alter function {name} rename to hidden"))
    try:
        yield
    finally:
        async with catalogue.begin() as session:
            await session.execute(text(f"alter function hidden rename to {name}"))


async def test_a_database_that_refuses_to_register_a_worker_ends_no_place(catalogue: Catalogue) -> None:
    async with Claims.open(catalogue) as claims:
        members = Crew(claims, SLOW_TO_GO, size=2, max_starts=3)
        try:
            async with _without_registering(catalogue):
                members.start()
                await asyncio.sleep(0.5)
                assert members.pids == {}
            async with asyncio.timeout(60):
                while len(members.pids) < 2:  # noqa: ASYNC110 - nobody tells when a process has started
                    await asyncio.sleep(0.02)
        finally:
            members.leave()
            await members.left()
