"""The scheduled backup: made, restored to be sure, recorded; what is too old goes, row and file."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from cratedig.catalogue import published
from cratedig.catalogue.backup import retention, verified
from cratedig.jobs.kind import by_name
from cratedig.jobs.kinds import periodic
from cratedig.jobs.kinds.backup import BACK_UP
from cratedig.jobs.queue import enqueue
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.publish import publish
from cratedig.settings import Settings

from .conftest import Ended

RHYTHM = Rhythm(heartbeat_s=0.2, stalled_after_s=1.0)


async def test_a_scheduled_backup_is_recorded_and_replaces_the_old(shop: Workshop, ended: Ended) -> None:
    data_dir = shop.settings.data_dir
    folder = data_dir / "backups"
    old = publish(folder / retention.named(datetime.now(UTC) - timedelta(days=31), scheduled=True), b"old")
    async with shop.catalogue.begin() as session:
        await published.record(session, old, kind="backup", data_dir=data_dir)
        await session.execute(text("insert into tracks (source) select 'x' from generate_series(1, 10)"))
        job_id = await enqueue(session, BACK_UP)
    async with working(shop, by_name(BACK_UP), RHYTHM):
        job = (await ended(job_id))[0]
    assert (job.status, job.error) == ("succeeded", None)
    assert job.result is not None
    assert job.result["removed"] == 1
    async with shop.catalogue.begin() as session:
        (row,) = await published.listed(session, ["backup"])
        path = await published.verified(session, data_dir, data_dir / row.path)
    assert (await verified(path)).tables["public.tracks"].rows == 10
    assert os.listdir(folder) == [path.name]  # noqa: PTH208 - in a coroutine


def test_a_backup_is_scheduled_only_where_it_is_asked_for(tmp_path: Path) -> None:
    never, daily = (Settings.load(data_dir=tmp_path, backup={"every_hours": hours}) for hours in (0, 24))
    assert [tick for tick in periodic(never) if tick.kind is BACK_UP] == []
    assert [tick.every_s for tick in periodic(daily) if tick.kind is BACK_UP] == [86_400]
