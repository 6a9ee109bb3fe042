"""Lyrics over HTTP: one read now, many as a task, a track's findings, and who reads."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

import callers
from callers import make_key
from cratedig.catalogue import batches
from cratedig.jobs.kinds import shipped
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.web.access.roles import Role
from cratedig.web.readings import MAX_LYRIC_CHARS, Analysis, ModelsInfo, TrackAnalysis
from cratedig.web.tasks import Task
from cratedig.wiring import App

RHYTHM = Rhythm(heartbeat_s=0.5, stalled_after_s=5.0)
LYRIC = """I left the porch light burning for the moth
and the moth came home in a coat of smoke
you said that a promise is only a cloth
and I wore it until every stitch of it broke"""


async def ended(client: httpx2.AsyncClient, app: App, task_id: str) -> Task:
    async with working(Workshop(app.settings, app.catalogue, embedder=app.embedder), shipped(), RHYTHM):
        await client.get(f"/api/v1/task/{task_id}/events")
    return Task.model_validate((await client.get(f"/api/v1/task/{task_id}")).json())


async def results(client: httpx2.AsyncClient, task_id: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/batch/{task_id}/results", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jsonl"), answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize("path", ["/api/v1/analyze", "/analyze"])
async def test_a_pasted_lyric_is_read_and_nothing_of_it_is_stored(
    client: httpx2.AsyncClient, app: App, path: str
) -> None:
    answer = await client.post(path, json={"lyrics": LYRIC, "analyzer": "algorithmic"})
    assert answer.status_code == 200, answer.text
    read = Analysis.model_validate(answer.json())
    assert (read.analyzer, read.asked, read.fallback, read.track_id) == ("algorithmic", "algorithmic", "", None)
    async with app.catalogue.begin() as session:
        rows = [await session.scalar(text(f"select count(*) from {table}")) for table in ("tracks", "analysis_results")]
    assert rows == [0, 0]


async def test_an_answer_repeats_no_line_of_the_lyric(client: httpx2.AsyncClient) -> None:
    said = (await client.post("/analyze", json={"lyrics": LYRIC})).text
    assert [line for line in LYRIC.splitlines() if line in said] == []


async def test_what_was_read_before_is_handed_out_again(client: httpx2.AsyncClient) -> None:
    asked = {"lyrics": LYRIC, "analyzer": "algorithmic"}
    first, second, faster = [
        (await client.post("/analyze", json=one)).json() for one in (asked, asked, {**asked, "tempo_bpm": 140})
    ]
    assert [one.pop("cached") for one in (first, second, faster)] == [False, True, False]
    assert first == second


async def test_whoever_cannot_answer_is_stood_in_for_and_it_is_said(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/analyze", json={"lyrics": LYRIC, "analyzer": "ollama"})
    read = Analysis.model_validate(answer.json())
    assert (answer.status_code, read.asked, read.analyzer) == (200, "ollama", "algorithmic")
    assert "ollama" in read.fallback
    assert not read.cached


async def test_where_it_rhymes_is_told_where_it_is_asked(client: httpx2.AsyncClient) -> None:
    asked = {"lyrics": LYRIC, "analyzer": "algorithmic"}
    without = Analysis.model_validate((await client.post("/analyze", json=asked)).json())
    read = Analysis.model_validate((await client.post("/analyze", json={**asked, "sensitivity": 0.5})).json())
    assert without.rhymes is None
    assert read.rhymes is not None
    assert read.rhymes["sensitivity"] == 0.5
    assert [scheme["letters"] for scheme in read.rhymes["schemes"]] == ["ABAB"]


WRONG: dict[str, Any] = {
    "nothing": {},
    "both": {"lyrics": LYRIC, "track_id": 1},
    "spaces": {"lyrics": "  \n "},
    "no letter": {"lyrics": "🔥🔥🔥 123"},
    "NUL": {"lyrics": "rain\u0000fall"},
    "too long": {"lyrics": "a" * (MAX_LYRIC_CHARS + 1)},
    "an analyzer nobody knows": {"lyrics": LYRIC, "analyzer": "oracle"},
    "a tempo that is none": {"lyrics": LYRIC, "tempo_bpm": 0},
    "more sensitive than can be": {"lyrics": LYRIC, "sensitivity": 1.1},
    "only a heading": {"lyrics": "[Chorus]"},
    "a track of truth": {"track_id": True},
    "a field nobody knows": {"lyrics": LYRIC, "analyser": "algorithmic"},
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
async def test_a_wrong_question_is_refused_in_words(client: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    answer = await client.post("/analyze", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["message"]


async def test_a_track_is_read_by_its_id(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    answer = await client.post("/analyze", json={"track_id": crate["Half of the Bed"], "analyzer": "algorithmic"})
    assert Analysis.model_validate(answer.json()).track_id == str(crate["Half of the Bed"])
    without = await client.post("/analyze", json={"track_id": crate["Quiet Water"]})
    assert without.status_code == 404


async def test_findings_of_a_track_are_listed_with_what_no_longer_holds(
    client: httpx2.AsyncClient, app: App, crate: dict[str, int]
) -> None:
    track = crate["Half of the Bed"]
    asked = (await client.post("/api/v1/study", json={"what": "lyrics", "analyzer": "algorithmic"})).json()
    task = await ended(client, app, asked["task_id"])
    assert task.result["algorithmic"]["done"] == 1
    shown = TrackAnalysis.model_validate((await client.get(f"/api/v1/track/{track}/analysis")).json())
    assert [(one.analyzer, one.stale) for one in shown.findings] == [("algorithmic", "")]
    async with app.catalogue.begin() as session:
        await session.execute(text("update tracks set lyrics = lyrics || ' again' where id = :id"), {"id": track})
    shown = TrackAnalysis.model_validate((await client.get(f"/track/{track}/analysis")).json())
    assert [one.stale for one in shown.findings] == ["lyric"]
    assert (await client.get("/api/v1/track/999999/analysis")).status_code == 404


async def test_a_batch_of_pasted_lyrics_is_read_in_order_and_the_lyrics_are_forgotten(
    client: httpx2.AsyncClient, app: App
) -> None:
    lyrics = [f"{LYRIC}\nand this was number {n}" for n in range(5)]
    asked = await client.post("/batch", json={"lyrics": [*lyrics, "[Intro]"], "analyzer": "algorithmic"})
    assert asked.status_code == 202, asked.text
    assert LYRIC.splitlines()[0] not in asked.text
    task = await ended(client, app, asked.json()["task_id"])
    assert (task.status, task.result) == ("completed", {"items": 6, "rejected": 1, "fallbacks": 0})
    lines = await results(client, task.task_id)
    assert [line["number"] for line in lines] == list(range(6))
    assert [line["finding"] is None for line in lines] == [False] * 5 + [True]
    assert lines[5]["error"]
    assert await results(client, task.task_id, cursor=lines[3]["next"]) == lines[4:]
    assert await results(client, task.task_id, limit=2) == lines[:2]
    async with app.catalogue.begin() as session:
        left = await session.scalar(text("select count(lyric) from batch_items"))
        arguments = await session.scalar(text("select string_agg(arguments::text, ' ') from jobs"))
    assert left == 0
    assert "porch" not in arguments


async def test_a_cancelled_batch_forgets_its_lyrics(client: httpx2.AsyncClient, app: App) -> None:
    task_id = (await client.post("/batch", json={"lyrics": [LYRIC]})).json()["task_id"]
    await client.post(f"/api/v1/task/{task_id}/cancel")
    async with app.catalogue.begin() as session:
        assert await session.scalar(text("select count(lyric) from batch_items")) == 0
    assert await results(client, task_id) == []


async def test_a_batch_of_tracks_is_saved_as_their_findings(
    client: httpx2.AsyncClient, app: App, crate: dict[str, int]
) -> None:
    wanted = [crate["Quiet Water"], crate["Half of the Bed"]]
    asked = await client.post("/batch", json={"track_ids": wanted, "analyzer": "algorithmic"})
    task = await ended(client, app, asked.json()["task_id"])
    without, found = await results(client, task.task_id)
    assert (without["track_id"], without["error"]) == (str(wanted[0]), "This track has no lyrics.")
    shown = (await client.get(f"/api/v1/track/{wanted[1]}/analysis")).json()
    assert [one["analyzer"] for one in shown["findings"]] == ["algorithmic"]
    assert found["finding"]["valence"] == shown["findings"][0]["finding"]["valence"]


async def test_a_batch_takes_the_tracks_that_meet_a_filter(
    client: httpx2.AsyncClient, app: App, crate: dict[str, int]
) -> None:
    asked = await client.post("/batch", json={"filters": {"artists": ["ida marrow"]}, "analyzer": "algorithmic"})
    task = await ended(client, app, asked.json()["task_id"])
    assert [line["track_id"] for line in await results(client, task.task_id)] == [str(crate["Half of the Bed"])]
    nobody = await client.post("/batch", json={"filters": {"artists": ["nobody"]}})
    missing = await client.post("/batch", json={"track_ids": [999_999]})
    assert (nobody.status_code, missing.status_code) == (404, 404)


async def test_answers_of_a_batch_are_forgotten_a_day_after_its_end(client: httpx2.AsyncClient, app: App) -> None:
    asked = await client.post("/batch", json={"lyrics": [LYRIC], "analyzer": "algorithmic"})
    task = await ended(client, app, asked.json()["task_id"])
    async with app.catalogue.begin() as session:
        assert await batches.expire(session) == 0
        await session.execute(text("update jobs set finished_at = finished_at - interval '25 hours'"))
        assert await batches.expire(session) == 1
    answer = await client.get(f"/api/v1/batch/{task.task_id}/results")
    assert (answer.status_code, "forgotten" in answer.json()["message"]) == (404, True)


async def test_a_reader_may_not_spend_the_owners_money(api: FastAPI, app: App) -> None:
    reader, editor = [(await make_key(app, role)).key for role in (Role.READER, Role.EDITOR)]
    asked = {"lyrics": LYRIC, "analyzer": "qwen"}
    async with callers.client(api, key=reader) as client:
        assert (await client.post("/analyze", json={**asked, "analyzer": "algorithmic"})).status_code == 200
        assert (await client.post("/analyze", json=asked)).status_code == 403
        assert (await client.post("/batch", json={"lyrics": [LYRIC]})).status_code == 403
    async with callers.client(api, key=editor) as client:
        assert (await client.post("/analyze", json=asked)).status_code == 200


async def test_who_reads_is_said_with_what_is_missing(client: httpx2.AsyncClient) -> None:
    info = ModelsInfo.model_validate((await client.get("/models/info")).json())
    states = {one.name: one for one in info.analyzers}
    assert states["algorithmic"].available
    assert states["algorithmic"].version
    assert all(one.reason for one in info.analyzers if not one.available)
    assert {"emobank", "audio"} <= {head["name"] for head in info.heads}
