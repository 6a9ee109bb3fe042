"""Fault table: PostgreSQL restarted while an import runs: it goes on where it was, the API says 503 meanwhile."""

from __future__ import annotations

import asyncio
import random
import signal
from datetime import date
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.collect.intake import collect_file
from cratedig.errors import CatalogueUnavailable
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.web.app import create_app
from cratedig.wiring import App
from faults.sizes import size
from faults.test_intake_resumes import account_of, content, dump
from running import SLOW_S, strike_postmaster

TODAY = date(2026, 1, 1)
BATCH = 100
ROWS = 6000


async def _collect_until_done(catalogue: Catalogue, path: Path) -> int:
    """As a person does who runs the command again; how often it was interrupted."""
    interrupted = 0
    while True:
        try:
            await collect_file(catalogue, path, today=TODAY, batch_rows=BATCH)
        except CatalogueUnavailable:
            interrupted += 1
            await asyncio.sleep(0.2)
        else:
            return interrupted


async def _until_begun(catalogue: Catalogue) -> None:
    """Until the first rows are committed: a blow before them would hit nothing, one after the last neither."""
    begun = text("select exists (select 1 from import_runs where rows_in > 0)")
    async with asyncio.timeout(SLOW_S):
        while True:
            async with catalogue.begin() as session:
                if await session.scalar(begun):
                    return
            await asyncio.sleep(0.01)


async def _look(client: httpx2.AsyncClient, answers: list[httpx2.Response]) -> None:
    while True:
        answers.append(await client.get("/api/v1/track/1", headers={"X-Request-ID": f"look-{len(answers)}"}))
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "restarted"])
async def test_it_resumes_with_the_same_rows_and_the_api_says_503_meanwhile(
    catalogue: Catalogue, embedder: TextEmbedder, head: MoodHead, tmp_path: Path, number: signal.Signals
) -> None:
    path = dump(tmp_path / "dump.csv", rows=ROWS)
    async with catalogue.scratch() as undisturbed:
        await collect_file(undisturbed, path, today=TODAY, batch_rows=BATCH)
        expected, account = await content(undisturbed), await account_of(undisturbed)
    data_dir = tmp_path / "data"
    settings = Settings.load(data_dir=data_dir)
    answers: list[httpx2.Response] = []
    rng = random.Random(number)
    async with Catalogue.open(data_dir=data_dir) as own:
        transport = httpx2.ASGITransport(app=create_app(App(settings, own, embedder, head)))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            looking = asyncio.create_task(_look(client, answers))
            collecting = asyncio.create_task(_collect_until_done(own, path))
            await _until_begun(own)
            await strike_postmaster(data_dir, number, within_s=SLOW_S)
            for _ in range(size(p=1, r=9)):
                await asyncio.sleep(rng.uniform(0.2, 0.5))
                if not collecting.done():
                    await strike_postmaster(data_dir, number, within_s=SLOW_S)
            assert await collecting >= 1
            looking.cancel()
            await asyncio.wait([looking])
        assert (await content(own), await account_of(own)) == (expected, account)
    assert {answer.status_code for answer in answers} <= {200, 404, 503}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 503)
