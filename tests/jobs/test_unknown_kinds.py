"""While workers are being replaced: an older one leaves the jobs it does not know to those that do."""

from __future__ import annotations

import asyncio
from typing import Any

from structlog.testing import capture_logs

from cratedig.catalogue import jobs
from cratedig.jobs.kind import Kind, by_name
from cratedig.jobs.queue import enqueue_many
from cratedig.jobs.work import Work
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop

from .conftest import Ended

RHYTHM = Rhythm(heartbeat_s=0.2, stalled_after_s=1.0)


async def _say(work: Work) -> str:
    return work.claim.phase


KNOWN = Kind("test.known", _say)
NEWER = Kind("test.newer", _say, priority=10)


def _tellings(logs: list[Any]) -> list[str]:
    return [line["kind"] for line in logs if line["event"].startswith("jobs wait for a worker")]


async def test_an_older_worker_leaves_what_it_does_not_know_to_a_newer_one(shop: Workshop, ended: Ended) -> None:
    async with shop.catalogue.begin() as session:
        newer = await enqueue_many(session, NEWER, [{}] * 30)
        known = await enqueue_many(session, KNOWN, [{}] * 3)
    with capture_logs() as logs:
        async with working(shop, by_name(KNOWN), RHYTHM, at_once=2):
            await ended(*known)
            await asyncio.sleep(3 * RHYTHM.look_every_s)
    assert _tellings(logs) == [NEWER.name]
    async with shop.catalogue.begin() as session:
        waiting = await jobs.listed(session, limit=30, statuses=["queued"])
    assert {job.id for job in waiting} == set(newer)
    assert {(job.starts, job.error) for job in waiting} == {(0, None)}
    async with working(shop, by_name(KNOWN, NEWER), RHYTHM):
        assert {job.result for job in await ended(*newer)} == {NEWER.name}
