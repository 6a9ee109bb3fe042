"""What is wrong with a field is said in words."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

SAID: list[tuple[dict[str, Any], str]] = [
    ({"top_k": 101}, "top_k must be at most 100"),
    ({"top_k": 0}, "top_k must be at least 1"),
    ({"top_k": "many"}, "top_k must be a whole number"),
    ({"query": 7}, "query must be text"),
    ({"query": "a\x00b"}, "query must not hold a NUL character"),
    ({"query": "x" * 2001}, "query must have at most 2000 characters"),
    ({"mood": {"valence": 0.5}}, "mood.arousal is missing"),
    ({"mood": 7}, "mood must be an object"),
    ({"qurey": "rain"}, "qurey is no field of this request"),
    ({"like": list(range(1, 60))}, "like must have at most 50 entries"),
    ({"filters": {"min_year": 2020, "max_year": 2010}}, "filters is wrong: min_year 2020 is after max_year 2010"),
]


@pytest.mark.parametrize(("body", "words"), SAID, ids=[words for _, words in SAID])
async def test_a_wrong_field_is_said_in_words(client: httpx2.AsyncClient, body: dict[str, Any], words: str) -> None:
    answer = await client.post("/api/v1/recommend", json=body)
    assert (answer.status_code, answer.json()["message"]) == (422, words)


async def test_a_lyric_without_a_letter_and_a_language_by_its_name_are_said_in_words(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.post("/api/v1/analyze", json={"lyrics": "\U0001f600 \U0001f494"})
    assert answer.json()["message"] == "lyrics must hold a letter, and no NUL character"
    answer = await client.post("/api/v1/search", json={"query": "rain", "filters": {"languages": ["English"]}})
    assert answer.json()["message"] == "filters.languages.0 must be two small letters, as en"


async def test_a_body_that_is_no_json_is_said(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/recommend", content=b"{", headers={"Content-Type": "application/json"})
    assert "is no JSON" in answer.json()["message"]
