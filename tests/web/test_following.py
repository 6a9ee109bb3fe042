"""Following jobs: nobody takes all the room, and whoever begins during a look is not taken for one who lost his job."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, jobs
from cratedig.catalogue.jobs import Job
from cratedig.errors import Unavailable
from cratedig.jobs.kind import Kind
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work
from cratedig.web.following import MOST_OF_ONE, Following


async def _nothing(_work: Work) -> None:
    """Never run: these jobs only wait."""


async def test_one_caller_leaves_room_for_others(catalogue: Catalogue) -> None:
    async with catalogue.begin() as session:
        job = await jobs.get(session, await enqueue(session, Kind("wait", _nothing)))
    following = Following(catalogue)

    async def follow() -> None:
        async for _ in following.follow(job, "greedy"):
            pass

    followers = [asyncio.create_task(follow()) for _ in range(MOST_OF_ONE)]
    await asyncio.sleep(0.1)
    with pytest.raises(Unavailable):
        following.check_room("greedy")
    following.check_room("modest")
    async with catalogue.begin() as session:
        await jobs.cancel(session, job.id)
    await asyncio.wait_for(asyncio.gather(*followers), timeout=60)
    following.check_room("greedy")


async def test_who_comes_during_a_look_follows_to_the_end(catalogue: Catalogue) -> None:
    async with catalogue.begin() as session:
        first, second = [await jobs.get(session, await enqueue(session, Kind("wait", _nothing))) for _ in range(2)]
    following = Following(catalogue)
    seen: dict[str, list[str]] = {}

    async def follow(job: Job) -> None:
        async for now in following.follow(job, "me"):
            seen.setdefault(job.id, []).append(now.status)

    async with catalogue.begin() as session:
        await session.execute(text("lock table jobs in access exclusive mode"))  # the look waits from here
        followers = [asyncio.create_task(follow(first))]
        await asyncio.sleep(0.2)
        followers.append(asyncio.create_task(follow(second)))
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.2)  # the look has ended, without the second
    async with catalogue.begin() as session:
        for job in (first, second):
            await jobs.cancel(session, job.id)
    await asyncio.wait_for(asyncio.gather(*followers), timeout=60)
    assert [seen[job.id][-1] for job in (first, second)] == ["cancelled", "cancelled"]
