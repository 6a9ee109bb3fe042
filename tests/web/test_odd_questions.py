"""Whatever is asked, the answer is a clear refusal or makes sense; it is never the server's fault."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

WRONG: dict[str, bytes | dict[str, Any]] = {
    "10,000 characters": {"query": "rain " * 2000},
    "no results wanted": {"top_k": 0},
    "a billion results wanted": {"top_k": 10**9},
    "half a result wanted": {"top_k": 1.5},
    "years the wrong way round": {"filters": {"min_year": 2020, "max_year": 2010}},
    "a year without end": b'{"filters": {"min_year": 1e400}}',
    "a mood that is no number": b'{"mood": {"valence": NaN, "arousal": 0}}',
    "a mood beyond the plane": {"mood": {"valence": 2, "arousal": 0}},
    "half a mood": {"mood": {"valence": 0.5}},
    "an id that cannot be": {"like": [-1]},
    "an id as large as can be": {"like": [2**63]},
    "an id that is text": {"exclude": ["first"]},
    "more surprise than there is": {"variance": 1.01},
    "a negative seed": {"seed": -1},
    "a field nobody knows": {"qurey": "rain"},
    "a list": b"[]",
    "no JSON": b"{",
    "nothing": b"",
    "a lone surrogate": b'{"query": "\\ud800"}',
}
GONE: dict[str, dict[str, Any]] = {
    "like a track that is not there": {"like": [999_999]},
    "unlike a track that is not there": {"query": "rain", "unlike": [999_999]},
}
ODD: dict[str, dict[str, Any]] = {
    "nothing at all": {},
    "an empty query": {"query": ""},
    "spaces": {"query": " \t\n "},
    "as long as may be": {"query": "rain " * 400},
    "one long word": {"query": "r" * 2000},
    "Russian": {"query": "грустная песня о дожде"},
    "Japanese": {"query": "悲しい雨の夜"},
    "Arabic": {"query": "أغنية حزينة"},
    "emoji": {"query": "🔥🔥🔥"},
    "signs": {"query": "a & b | !c <-> (d) \\ ' \" -- ;"},
    "only what is not wanted": {"query": "not without no minus drums"},
    "as many as may be": {"query": "rain", "top_k": 100},
    "a track to leave out that is not there": {"exclude": [999_999]},
    "the same track left out twice": {"exclude": [1, 1]},
    "the same track liked twice": {"like": [1, 1]},
    "liked and not liked": {"like": [1], "unlike": [1]},
    "nothing heard yet": {"query": "rain", "unheard": True},
}
NOTHING_FITS: dict[str, dict[str, Any]] = {
    "a genre nobody knows": {"query": "rain", "filters": {"genres": ["no such genre"]}},
    "years before music": {"query": "rain", "filters": {"min_year": 1000, "max_year": 1001}},
    "nobody is left": {"exclude": list(range(1, 1000))},
}


async def ask(client: httpx2.AsyncClient, body: bytes | dict[str, Any]) -> httpx2.Response:
    if isinstance(body, bytes):
        headers = {"Content-Type": "application/json"}
        return await client.post("/api/v1/recommend", content=body, headers=headers)
    return await client.post("/api/v1/recommend", json=body)


@pytest.mark.parametrize("question", WRONG)
async def test_what_cannot_be_meant_is_refused_with_a_reason(client: httpx2.AsyncClient, question: str) -> None:
    answer = await ask(client, WRONG[question])
    assert answer.status_code in {400, 422}, answer.text
    assert answer.json()["message"]


async def test_odd_questions_get_answers(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    for question, body in ODD.items():
        answer = await ask(client, body)
        assert answer.status_code == 200, (question, answer.text)
        found = answer.json()
        assert found["results"], question
        assert found["metadata"]["explanation"], question
        assert len({result["track_id"] for result in found["results"]}) == len(found["results"]), question


async def test_what_nothing_fits_says_so(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    for question, body in NOTHING_FITS.items():
        answer = await ask(client, body)
        assert (answer.status_code, answer.json()["results"]) == (200, []), question
        assert "There is no track" in answer.json()["metadata"]["explanation"], question


async def test_tracks_that_are_not_there_are_named(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    for question, body in GONE.items():
        answer = await ask(client, body)
        assert answer.status_code == 404, question
        assert "999999" in answer.json()["message"], question
    for path in ("why", "similar"):
        assert (await client.get(f"/api/v1/track/999999/{path}")).status_code == 404
        assert (await client.get(f"/api/v1/track/0/{path}")).status_code == 422
