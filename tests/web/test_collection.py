"""The Collection page says what came in and what is missing, and its buttons work without a script."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import update

from cratedig.catalogue import jobs, report
from cratedig.catalogue.report import Column
from cratedig.catalogue.tables import Track
from cratedig.collect.intake import collect_file
from cratedig.web.collection import shown
from cratedig.wiring import App

TODAY = date(2026, 11, 21)


async def test_an_empty_crate_says_how_to_begin(browser_client: httpx2.AsyncClient) -> None:
    text = (await browser_client.get("/collection")).text
    assert "cratedig collect csv FILE" in text
    assert "Nothing yet" in text
    assert "Nothing was asked for yet" in text


async def test_an_import_is_shown_as_its_account(app: App, browser_client: httpx2.AsyncClient, tmp_path: Path) -> None:
    dump = tmp_path / "dump.csv"
    dump.write_text('title,artist\nRain,Ana\nRain,Ana\n"never closed,Bo\n')
    account = await collect_file(app.catalogue, dump, today=TODAY)
    text = (await browser_client.get("/collection")).text
    assert "dump.csv" in text
    assert f"{account.accepted} accepted" in text
    assert f"{account.merged} merged" in text


async def test_every_column_adds_up(app: App, crate: dict[str, int]) -> None:
    imputed = {"genre": {"kind": "imputed", "method": "guess", "source": "x", "confidence": 0.5}}
    abstained = {"genre": imputed["genre"] | {"method": "abstained"}}
    async with app.catalogue.begin() as session:
        await session.execute(update(Track).where(Track.id == 1).values(receipts=imputed))
        await session.execute(update(Track).where(Track.id == 2).values(receipts=abstained, genre=None))
        found = await report.report(session)
    assert found.tracks == found.looked_at == len(crate)
    columns = {column.name: column for column in found.columns}
    assert {column.tracks for column in found.columns} == {len(crate)}
    assert (columns["genre"].imputed, columns["genre"].empty, columns["genre"].given) == (1, 2, len(crate) - 3)
    assert [method.name for method in columns["genre"].methods] == ["guess"]


def test_a_column_is_shown_before_and_after() -> None:
    drawn = shown(Column("genre", given=5, measured=1, imputed=2, empty=2, methods=()))
    assert [(part.kind, part.width) for part in drawn.before] == [("given", 50.0), ("empty", 50.0)]
    assert [part.kind for part in drawn.after] == ["given", "measured", "imputed", "empty"]
    assert (drawn.empty_before, drawn.empty_after) == (5, 2)


@pytest.mark.parametrize("what", ["heal", "study"])
async def test_a_button_asks_once_for_the_work_and_shows_it(
    app: App, browser_client: httpx2.AsyncClient, crate: dict[str, int], what: str
) -> None:
    for _ in range(2):
        answer = await browser_client.post(f"/collection/{what}", headers={"Origin": "http://localhost"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/collection#tasks")
    async with app.catalogue.begin() as session:
        [job] = await jobs.listed(session, limit=5, kind=what)
    page = (await browser_client.get("/collection")).text
    assert f'data-task="{job.id}"' in page
    await browser_client.post(f"/collection/cancel/{job.id}", headers={"Origin": "http://localhost"})
    async with app.catalogue.begin() as session:
        assert (await jobs.get(session, job.id)).status == "cancelled"


async def test_another_sites_page_cannot_press_a_button(app: App, browser_client: httpx2.AsyncClient) -> None:
    answer = await browser_client.post("/collection/heal", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_healing_can_be_asked_for_in_parts(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/heal", json={"only": ["genre", "tags"]})
    assert (answer.status_code, answer.json()["kind"]) == (202, "heal")
    again = await client.post("/api/v1/heal", json={"only": ["tags", "genre"]})
    assert again.json()["task_id"] == answer.json()["task_id"]
    assert (await client.post("/api/v1/heal", json={"only": ["beauty"]})).status_code == 422
