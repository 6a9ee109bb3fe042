"""Recommendations that were found before: given again at once, and never after the catalogue has changed."""

from __future__ import annotations

from typing import Any

import httpx2
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.web.schemas import CacheStats

BODY = {"query": "sad piano", "top_k": 5, "filters": {"genres": ["Soul", "Folk"]}}


async def _ask(client: httpx2.AsyncClient, body: dict[str, Any] = BODY, **headers: str) -> dict[str, Any]:
    answer = await client.post("/api/v1/recommend", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _counted(client: httpx2.AsyncClient) -> tuple[int, int]:
    answer = await client.get("/api/v1/cache/stats")
    stats = CacheStats.model_validate_json(answer.content, strict=True, extra="forbid")
    (kind,) = (kind for kind in stats.kinds if kind.kind == "recommendation")
    return kind.hits, kind.misses


async def test_the_same_question_gets_the_same_results_and_says_it_was_kept(
    client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    first, second = await _ask(client), await _ask(client)
    assert (first["metadata"]["cached"], second["metadata"]["cached"]) == (False, True)
    assert second["results"] == first["results"]
    assert set(second["metadata"]["stages"]) == {"cache"}
    assert await _counted(client) == (1, 1)


async def test_the_order_of_conditions_makes_no_difference(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    await _ask(client)
    assert (await _ask(client, {**BODY, "filters": {"genres": ["Folk", "Soul"]}, "seed": 7}))["metadata"]["cached"]
    assert not (await _ask(client, {**BODY, "variance": 0.5}))["metadata"]["cached"]


async def test_a_client_may_ask_to_find_it_again(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    await _ask(client)
    assert not (await _ask(client, **{"Cache-Control": "no-cache"}))["metadata"]["cached"]


async def test_a_committed_change_is_seen_at_once(
    client: httpx2.AsyncClient, crate: dict[str, int], catalogue: Catalogue
) -> None:
    before = await _ask(client)
    gone = before["results"][0]["track_id"]
    async with catalogue.begin() as session:
        await session.execute(text("delete from tracks where id = :id"), {"id": int(gone)})
    after = await _ask(client)
    assert not after["metadata"]["cached"]
    assert gone not in {result["track_id"] for result in after["results"]}


async def test_the_short_address_answers_too(client: httpx2.AsyncClient) -> None:
    alias = (await client.get("/cache/stats")).json()
    assert (alias["store"], alias["redis"], alias["reason"]) == ("memory", "off", "")


async def test_prometheus_counts_hits_and_misses(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    await _ask(client)
    await _ask(client)
    metrics = (await client.get("/metrics")).text
    assert 'cratedig_cache_questions_total{kind="recommendation",outcome="hit"} 1.0' in metrics
    assert 'cratedig_cache_questions_total{kind="recommendation",outcome="miss"} 1.0' in metrics
