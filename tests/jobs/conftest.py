"""A workshop over the real catalogue, and kinds of jobs that only tests have."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, jobs
from cratedig.catalogue.jobs import Job
from cratedig.jobs.workshop import Workshop
from cratedig.models.embedder import TextEmbedder
from cratedig.settings import Settings

Ended = Callable[..., Awaitable[list[Job]]]


@pytest.fixture
def shop(catalogue: Catalogue, embedder: TextEmbedder, tmp_path: Path) -> Workshop:
    return Workshop(Settings.load(data_dir=tmp_path), catalogue, embedder=embedder)


@pytest.fixture
def ended(catalogue: Catalogue) -> Ended:
    """Waits until these jobs have ended, and gives them in their order."""

    async def wait(*ids: str, within_s: float = 60.0) -> list[Job]:
        deadline = time.monotonic() + within_s
        while True:
            async with catalogue.begin() as session:
                found = await jobs.get_some(session, ids)
            if all(job.is_finished for job in found.values()):
                return [found[one] for one in ids]
            assert time.monotonic() < deadline, {job.status for job in found.values()}
            await asyncio.sleep(0.02)

    return wait


@pytest.fixture
async def effects(catalogue: Catalogue) -> AsyncIterator[Callable[[], Awaitable[list[str]]]]:
    """A table to which jobs of tests write; calling it gives what they wrote, in order of the words."""
    async with catalogue.begin() as session:
        await session.execute(text("create table effects (word text not null)"))

    async def read() -> list[str]:
        async with catalogue.begin() as session:
            return list((await session.scalars(text("select word from effects order by word"))).all())

    yield read
    async with catalogue.begin() as session:
        await session.execute(text("drop table effects"))
