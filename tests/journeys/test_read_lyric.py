"""The rap platform's journey: a lyric in a file becomes a finding that is searched and marked with its rhymes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from cratedig.cli.study import What, study_with_bars
from cratedig.collect.lyrics.intake import collect_lyrics
from cratedig.web.app import create_app
from cratedig.wiring import App

LYRIC = """[Verse 1]
I left the porch light burning for the moth
and the moth came home in a coat of smoke
you said that a promise is only a cloth
and I wore it until every stitch of it broke

[Chorus]
Hold on, hold on, the morning is a thief
it steals the dark and calls the theft relief
5Embed"""


@pytest.fixture
async def client(app: App) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=create_app(app))
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost")


async def test_a_lyric_becomes_a_finding_that_is_searched_and_marked(
    app: App, client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    folder = tmp_path / "lyrics"
    folder.mkdir()
    (folder / "Ida Marrow - Porch Light.txt").write_text(LYRIC)
    await collect_lyrics(app.catalogue, folder, today=date(2026, 11, 21))
    studied = await study_with_bars(app.settings, app.catalogue, what=What.all, embedder=app.embedder)
    done = {name: figures["done"] for name, figures in studied.items()}
    assert done.items() >= {"text": 1, "mood": 1, "algorithmic": 1, "emotion": 1}.items()

    found = (await client.post("/search", json={"query": "the morning is a thief"})).json()["results"]
    (hit,) = found
    assert hit["title"] == "Porch Light"
    assert hit["span_field"] == "lyrics"
    assert "morning" in hit["span"]
    assert len(hit["span"].split()) <= 12

    shown = (await client.get(f"/api/v1/track/{hit['track_id']}/analysis")).json()["findings"]
    assert [(one["analyzer"], one["stale"]) for one in shown] == [("algorithmic", ""), ("emotion", "")]
    assert all(one["finding"]["sentiment"] for one in shown)

    marked = (await client.post("/analyze", json={"track_id": int(hit["track_id"]), "sensitivity": 0.5})).json()
    assert [scheme["letters"] for scheme in marked["rhymes"]["schemes"]] == ["ABAB", "AA"]
    assert marked["analyzer"] == "hybrid"
    assert set(marked["data"]["versions"]) == {"algorithmic", "emotion"}

    async with app.catalogue.begin() as session:
        await session.execute(text("update tracks set lyrics = lyrics || E'\n\nGood night'"))
    shown = (await client.get(f"/api/v1/track/{hit['track_id']}/analysis")).json()["findings"]
    assert [one["stale"] for one in shown] == ["lyric", "lyric"]
