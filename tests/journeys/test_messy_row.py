"""The recommender's journey: a messy dump becomes explained recommendations."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from cratedig.collect import demo
from cratedig.collect.intake import collect_file
from cratedig.find.recommend import recommend
from cratedig.find.request import Request, Response
from cratedig.music.mood import Mood
from cratedig.understand import study
from cratedig.wiring import App

INTENDED = json.loads((Path(__file__).parents[1] / "collect" / "demo_intended_moods.json").read_text())
SONGS = {song["title"]: song for song in INTENDED["songs"]}
LOOKED_AT = 5


@pytest.fixture
async def crate(app: App) -> App:
    """The demo crate, collected and studied."""
    with demo.dump() as path:
        account = await collect_file(app.catalogue, path, source=demo.SOURCE, today=date(2026, 11, 1))
    assert (account.rows_in, account.accepted, account.merged, account.rejected) == (54, 48, 4, 2)
    await study.study_text(app.catalogue, app.embedder)
    await study.study_mood(app.catalogue, app.embedder, app.head)
    return app


async def _find(app: App, query: str, top_k: int = LOOKED_AT) -> Response:
    return await recommend(app.finder, Request(query=query, top_k=top_k))


async def test_what_was_meant_to_fit_is_found_and_explained(crate: App) -> None:
    missed = []
    for query, fitting in INTENDED["queries"].items():
        response = await _find(crate, query)
        assert all(abs(sum(term.contribution for term in r.why) - r.score) < 1e-9 for r in response.results)
        if not {result.title for result in response.results} & set(fitting):
            missed.append((query, [result.title for result in response.results]))
    assert missed == []


async def test_dead_links_are_not_recommended(crate: App) -> None:
    dead = {title for title, song in SONGS.items() if song["url_dead"]}
    shown = {result.title for query in INTENDED["queries"] for result in (await _find(crate, query, 50)).results}
    assert dead
    assert shown & dead == set()


async def test_moods_come_out_as_they_were_meant(crate: App) -> None:
    results = (await _find(crate, "good music", 100)).results
    pairs = [(SONGS[r.title], r.mood) for r in results if r.title in SONGS and isinstance(r.mood, Mood)]
    assert len(pairs) >= 35
    same_side = [(song["valence"] > 0) == (mood.valence > 0) for song, mood in pairs if abs(song["valence"]) > 0.2]
    assert sum(same_side) / len(same_side) >= 0.8


async def test_every_worked_out_mood_has_its_receipt(crate: App) -> None:
    for result in (await _find(crate, "i miss my ex", 50)).results:
        if result.mood is not None:
            assert {"source", "method", "confidence", "kind"} <= result.receipts["mood"].keys()
