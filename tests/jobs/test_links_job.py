"""Looking at links as a job: in slices, to the end, however it is interrupted."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.jobs import Job
from cratedig.jobs.kinds import links as kind
from cratedig.jobs.kinds import periodic, shipped
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.lab.crate import fill
from cratedig.settings import Settings

from .conftest import Ended

RHYTHM = Rhythm(heartbeat_s=0.5, stalled_after_s=10.0)


async def looked(shop: Workshop, ended: Ended, **wanted: object) -> Job:
    async with shop.catalogue.begin() as session:
        job_id = await kind.ask(session, **wanted)  # type: ignore[arg-type]
        assert await kind.ask(session) == job_id, "one look at the links at a time"
    async with working(shop, shipped(), RHYTHM):
        return (await ended(job_id, within_s=60))[0]


async def test_every_link_is_looked_at_and_what_is_dead_is_sought_for(
    catalogue: Catalogue, shop: Workshop, ended: Ended
) -> None:
    """Addresses on this machine: none of them may be asked for, so each is unknown at once."""
    await fill(
        catalogue, [{"title": f"Song {n}", "url": f"http://127.0.0.1/{n % 30}"} for n in range(60)], source="test"
    )
    job = await looked(shop, ended)
    assert (job.status, job.progress) == ("succeeded", 100)
    assert job.result == {
        "links": 30,
        "tracks": 60,
        "outcomes": {"UNKNOWN": 30},
        "left": 0,
        "recovery": {"sought": {}, "recovered": {}, "passed_over": {}},
    }
    async with catalogue.begin() as session:
        assert await session.scalar(text("select count(*) from tracks where url_checked_at is null")) == 0


async def test_a_limit_holds_over_all_slices(catalogue: Catalogue, shop: Workshop, ended: Ended) -> None:
    await fill(catalogue, [{"title": f"Song {n}", "url": f"http://10.0.0.1/{n}"} for n in range(20)], source="test")
    job = await looked(shop, ended, limit=7, recover=False)
    assert job.result == {"links": 7, "tracks": 7, "outcomes": {"UNKNOWN": 7}, "left": 0, "recovery": None}


async def test_without_links_there_is_nothing_to_do(catalogue: Catalogue, shop: Workshop, ended: Ended) -> None:
    await fill(catalogue, [{"title": "Song"}], source="test")
    job = await looked(shop, ended, recover=False)
    assert (job.status, job.result and job.result["links"]) == ("succeeded", 0)


def test_links_are_looked_at_again_by_themselves_only_where_that_is_set(tmp_path: Path) -> None:
    def asks(**collect: object) -> bool:
        settings = Settings.load(data_dir=tmp_path, collect=collect)
        return kind.LINKS in [one.kind for one in periodic(settings)]

    assert not asks()
    assert asks(links_every_days=30)
