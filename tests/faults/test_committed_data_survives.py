"""Promise 4: what was acknowledged is there after `kill -9` of the database, and of everything."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from cratedig.catalogue import Catalogue
from cratedig.catalogue.tables import Track
from cratedig.errors import CatalogueUnavailable
from faults.sizes import size
from running import SLOW_S, Running, strike_postmaster

READY_AGAIN_S = 5.0

# every title is printed after its commit was acknowledged; each try has a title of its own
_WRITER = """
import asyncio, sys, uuid
from pathlib import Path
from cratedig.catalogue import Catalogue
from cratedig.catalogue.tables import Track
from cratedig.errors import CatalogueUnavailable

async def main():
    async with Catalogue.open(data_dir=Path(sys.argv[1]), upgrade=False) as catalogue:
        while True:
            title = uuid.uuid4().hex
            async with catalogue.begin() as session:
                session.add(Track(title=title, source="test"))
            print(title, flush=True)

asyncio.run(main())
"""


async def _write_until_acknowledged(catalogue: Catalogue) -> str:
    """Each try is a title of its own, so a write whose answer was lost is not mistaken for an acknowledged one."""
    deadline = time.monotonic() + READY_AGAIN_S
    while True:
        title = uuid.uuid4().hex
        try:
            async with catalogue.begin() as session:
                session.add(Track(title=title, source="test"))
        except CatalogueUnavailable:
            assert time.monotonic() < deadline, "the catalogue did not come back"
            await asyncio.sleep(0.05)
        else:
            return title


async def _stored(catalogue: Catalogue) -> set[str | None]:
    async with catalogue.begin() as session:
        return set((await session.scalars(select(Track.title))).all())


@pytest.mark.alone
async def test_nothing_acknowledged_is_lost_when_the_database_is_killed_under_writers(tmp_path: Path) -> None:
    rng = random.Random(4)
    acknowledged: list[str] = []

    async def write_for_ever(catalogue: Catalogue) -> None:
        while True:
            acknowledged.append(await _write_until_acknowledged(catalogue))

    async with Catalogue.open(data_dir=tmp_path) as catalogue:
        writers = [asyncio.create_task(write_for_ever(catalogue)) for _ in range(4)]
        for _ in range(size(p=3, r=40)):
            await asyncio.sleep(rng.uniform(0.1, 0.6))
            await strike_postmaster(tmp_path)
            acknowledged.append(await _write_until_acknowledged(catalogue))
        for writer in writers:
            writer.cancel()
        ended = await asyncio.gather(*writers, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended
        assert set(acknowledged) <= await _stored(catalogue)
    assert len(acknowledged) > 20


@contextmanager
def _writing(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that writes until it is killed, and prints what was acknowledged."""
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(data_dir)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield writer
    finally:
        writer.kill()
        writer.communicate()


@pytest.mark.alone
async def test_up_alone_brings_everything_back_after_kill_9_of_everything(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    product = Running(tmp_path)
    try:
        for _ in range(size(p=2, r=20)):
            with _writing(tmp_path) as writer:
                assert writer.stdout is not None
                acknowledged += [writer.stdout.readline().strip() for _ in range(50)]
                product.kill_everything()
                acknowledged += writer.communicate(timeout=SLOW_S)[0].split()
            product = Running(tmp_path)
            assert product.started_s <= READY_AGAIN_S
        async with Catalogue.open(data_dir=tmp_path, upgrade=False) as catalogue:
            assert set(acknowledged) <= await _stored(catalogue)
        assert product.stop() == 0
    finally:
        product.kill_everything()
