"""Promise 2: a job that takes its process down stops after three starts, and the good ones go on."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, jobs
from cratedig.jobs.crew import crew
from cratedig.jobs.queue import enqueue, enqueue_many
from faults.odd_worker import POISON, WRITE
from faults.sizes import size
from faults.test_jobs_survive import ODD_WORKER, all_ended, effects, environment

__all__ = ["effects"]


@pytest.mark.usefixtures("effects")
async def test_poison_stops_after_exactly_three_starts_and_good_jobs_go_on(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    good, kinds = size(p=60, r=3000), POISON[: size(p=3, r=len(POISON))]
    async with catalogue.begin() as session:
        await enqueue_many(session, WRITE, [{"word": f"{n}", "wait_s": 0.05} for n in range(good // 2)])
        poison = [await enqueue(session, kind) for kind in kinds]
        await enqueue_many(session, WRITE, [{"word": f"{n}", "wait_s": 0.05} for n in range(good // 2, good)])
    async with crew(catalogue, ODD_WORKER, size=2, max_starts=3, env=environment(catalogue, tmp_path)):
        counts = await all_ended(catalogue, within_s=90 + good / 10)
    async with catalogue.begin() as session:
        stopped = await jobs.get_some(session, poison)
        written = await session.scalar(text("select count(distinct word) from effects"))
        twice = await session.scalar(text("select count(*) - count(distinct word) from effects"))
    assert {job.kind: (job.status, job.starts) for job in stopped.values()} == {
        kind.name: ("stopped", 3) for kind in kinds
    }
    assert all((job.error or "").startswith("Stopped after 3 starts") for job in stopped.values())
    assert counts == {"succeeded": good, "stopped": len(kinds)}
    assert (written, twice) == (2 * good, 0)
