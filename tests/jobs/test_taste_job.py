"""Learning from who hears what, as a job: published where it is better, taken back where there is too little left."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from sqlalchemy import text

from cratedig.catalogue import Catalogue, listening, published
from cratedig.catalogue.jobs import Job
from cratedig.catalogue.listening import New
from cratedig.find.taste.learned import Learned
from cratedig.jobs.kinds import shipped, taste
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.lab.crate import fill
from tests.find.taste.crowds import crowded

from .conftest import Ended

RHYTHM = Rhythm(heartbeat_s=0.5, stalled_after_s=10.0)
NOW = datetime(2026, 3, 4, tzinfo=UTC)
TRACKS, CROWDS = 180, 6


async def learned(shop: Workshop, ended: Ended) -> Job:
    async with shop.catalogue.begin() as session:
        job_id = await taste.ask(session)
        assert await taste.ask(session) == job_id, "one lesson at a time"
    async with working(shop, shipped(), RHYTHM):
        return (await ended(job_id, within_s=60))[0]


async def crowds(catalogue: Catalogue, *, listeners: int) -> list[int]:
    ids = await fill(catalogue, [{"title": f"Song {at}"} for at in range(TRACKS)], source="test")
    theirs: dict[int, list[New]] = {}
    for listener, track in crowded(listeners=listeners, tracks=TRACKS, crowds=CROWDS, own=0.3, noise=0.02):
        theirs.setdefault(listener, []).append(New(ids[track], "play", NOW))
    async with catalogue.begin() as session:
        for listener, events in theirs.items():
            await listening.add(session, f"listener {listener}", events)
    return ids


async def due(catalogue: Catalogue) -> bool:
    async with catalogue.begin() as session:
        return await taste.is_due(session)


async def test_too_few_listeners_teach_nothing(catalogue: Catalogue, shop: Workshop, ended: Ended) -> None:
    assert not await due(catalogue)
    await crowds(catalogue, listeners=12)
    job = await learned(shop, ended)
    assert job.status == "succeeded"
    assert job.result is not None
    assert (job.result["rows"], job.result["judged"], job.result["used"]) == (12, None, False)
    async with catalogue.begin() as session:
        assert await published.newest(session, "taste") is None


async def test_a_space_that_beats_the_neighbourhood_is_published_and_goes_with_its_listeners(
    catalogue: Catalogue, shop: Workshop, ended: Ended
) -> None:
    ids = await crowds(catalogue, listeners=150)
    assert await due(catalogue)
    job = await learned(shop, ended)
    assert job.result is not None
    judged = job.result["judged"]
    assert job.result["used"] is (judged["space"] > max(judged["neighbours"], judged["popularity"]))
    assert job.result["used"], judged
    assert not await due(catalogue)
    known = Learned(shop.settings.data_dir)
    async with catalogue.begin() as session:
        space = (await known.current(session)).space
        row = await published.newest(session, "taste")
    assert space is not None
    assert row is not None
    rows = space.rows(np.array(ids))
    like = (rows @ rows[0]).reshape(-1, CROWDS)
    assert like[:, 0].mean() > 2 * abs(like[:, 1:]).mean()

    async with catalogue.begin() as session:
        await session.execute(text("delete from listening"))
    assert await due(catalogue)
    job = await learned(shop, ended)
    assert job.result is not None
    assert not job.result["used"]
    async with catalogue.begin() as session:
        assert (await known.current(session)).space is None
    assert not (shop.settings.data_dir / row.path).exists()
