"""POST /journey: the documented shape, costs that add up, refusals that say what to do."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from cratedig.web.schemas import JourneyAnswer
from cratedig.wiring import App
from small_crate import fill

MOODS = ["sad", "heartbreak", "melancholic", "calm", "peaceful", "hopeful", "happy", "joy"]
SONGS: list[dict[str, Any]] = [
    {
        "title": f"Song number {at}",
        "artist": f"Artist {at % 13}",
        "tags": [MOODS[at % len(MOODS)]],
        "duration_s": 180.0 + at,
        "audio_features": {"tempo": 80.0 + at, "key": at % 12, "mode": at % 2, "energy": 0.5, "valence": 0.5},
    }
    for at in range(60)
]
WAY = {"from": "sad", "to": "calm and hopeful"}


@pytest.fixture
async def songs(app: App) -> dict[str, int]:
    return await fill(app, SONGS)


async def test_an_answer_has_the_documented_shape(client: httpx2.AsyncClient, songs: dict[str, int]) -> None:
    answer = await client.post("/api/v1/journey", json={**WAY, "minutes": 30})
    assert answer.status_code == 200, answer.text
    found = JourneyAnswer.model_validate_json(answer.content, strict=True, extra="forbid")
    assert abs(found.metadata.total_s - 1800.0) <= 90.0
    assert found.metadata.artist_gap == 3
    assert len({step.track_id for step in found.steps}) == len(found.steps)
    assert all(step.camelot and step.bpm for step in found.steps)
    assert found.steps[0].mood.valence < 0 < found.steps[-1].mood.valence
    for step in found.steps:
        assert sum(term.contribution for term in step.why) == pytest.approx(step.cost, abs=1e-9)
    assert sum(step.cost for step in found.steps) == pytest.approx(found.metadata.cost, abs=1e-9)


async def test_the_same_seed_gives_the_same_steps_by_both_paths(
    client: httpx2.AsyncClient, songs: dict[str, int]
) -> None:
    body = {**WAY, "minutes": 30, "seed": 5}
    first, second = await client.post("/api/v1/journey", json=body), await client.post("/journey", json=body)
    assert first.json()["steps"] == second.json()["steps"]


async def test_a_drawn_path_and_tracks_heard_before(client: httpx2.AsyncClient, songs: dict[str, int]) -> None:
    ends = {"from": {"valence": -0.6, "arousal": -0.2}, "to": {"valence": 0.5, "arousal": 0.4}}
    body = {**ends, "via": ["calm"], "minutes": 20, "eased": True}
    first = (await client.post("/api/v1/journey", json=body)).json()
    assert [point["receipt"]["kind"] for point in first["waypoints"]] == ["given", "imputed", "given"]
    heard = [int(step["track_id"]) for step in first["steps"]]
    second = (await client.post("/api/v1/journey", json={**body, "exclude": heard})).json()
    assert {int(step["track_id"]) for step in second["steps"]}.isdisjoint(heard)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"from": "sad"},
        {**WAY, "from": ""},
        {**WAY, "to": "   "},
        {**WAY, "to": "a\x00b"},
        {**WAY, "from": "x" * 2001},
        {**WAY, "from": {"valence": 2.0, "arousal": 0.0}},
        {**WAY, "minutes": 0},
        {**WAY, "minutes": 10**6},
        {**WAY, "minutes": "long"},
        {**WAY, "via": ["calm"] * 9},
        {**WAY, "exclude": [0]},
        {**WAY, "seed": -1},
        {**WAY, "start": "sad"},
    ],
    ids=lambda body: str(body)[:50],
)
async def test_what_cannot_be_asked_is_422(client: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    answer = await client.post("/api/v1/journey", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["message"]


async def test_too_few_tracks_say_what_to_do(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    answer = await client.post("/api/v1/journey", json={**WAY, "minutes": 600})
    assert answer.status_code == 404
    assert "minutes" in answer.text
    assert "collect" in answer.text


async def test_an_empty_crate_says_what_to_do(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/journey", json=WAY)
    assert answer.status_code == 404
    assert "cratedig study" in answer.text


@pytest.mark.parametrize(
    "words", ["🔥🔥", "qwrtz plmkj", "悲しい雨の夜", "not", "'; drop table tracks; --", "good music"]
)
async def test_odd_words_lead_somewhere(client: httpx2.AsyncClient, songs: dict[str, int], words: str) -> None:
    answer = await client.post("/api/v1/journey", json={"from": words, "to": words, "minutes": 15})
    assert answer.status_code == 200, answer.text
