"""Is it up, is it ready, how does it do."""

from __future__ import annotations

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from cratedig.web.schemas import Health


async def test_live_and_ready_answer_at_once(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/live")).json() == {"live": True}
    assert (await client.get("/ready")).json() == {"ready": True, "reason": ""}


async def test_health_lists_every_component_with_state_and_latency(
    client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    answer = await client.get("/health")
    assert answer.status_code == 200
    health = Health.model_validate_json(answer.content, strict=True, extra="forbid")
    components = {component.name: component for component in health.components}
    assert {"database", "schema", "catalogue", "text model", "disk"} <= set(components)
    assert components["catalogue"].state == "ok"
    assert components["text model"].latency_ms > 0


async def test_an_empty_catalogue_is_degraded_and_says_what_to_do(client: httpx2.AsyncClient) -> None:
    health = (await client.get("/health")).json()
    catalogue = next(component for component in health["components"] if component["name"] == "catalogue")
    assert catalogue["state"] == "degraded"
    assert "cratedig collect csv" in catalogue["advice"]


async def test_requests_are_counted_by_route_not_by_path(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    track_id = crate["Quiet Water"]
    await client.get(f"/api/v1/track/{track_id}")
    await client.get("/api/v1/track/999999")
    await client.get("/nowhere/at/all")
    await client.post("/recommend", json={"query": "calm"})
    samples = await _samples(client)
    counted = {
        (labels["route"], labels["status"]): value
        for name, labels, value in samples
        if name == "cratedig_http_requests_total"
    }
    assert counted[("/api/v1/track/{track_id}", "200")] == 1
    assert counted[("/api/v1/track/{track_id}", "404")] == 1
    assert counted[("unmatched", "404")] == 1
    assert counted[("/recommend", "200")] == 1
    stages = {labels["stage"] for name, labels, _ in samples if name == "cratedig_recommend_stage_seconds_count"}
    assert "retrieval" in stages


async def test_finders_are_told_of_where_there_are_none(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    await client.post("/recommend", json={"query": "calm"})
    counted = {(name, *labels.values()): value for name, labels, value in await _samples(client)}
    assert counted[("cratedig_finder_processes", "wanted")] == 0
    assert counted[("cratedig_finder_questions_total", "no finder")] == 0, "nobody missed one"
    components = {one["name"]: one for one in (await client.get("/health")).json()["components"]}
    assert components["finders"]["state"] == "ok"


async def _samples(client: httpx2.AsyncClient) -> list[tuple[str, dict[str, str], float]]:
    text = (await client.get("/metrics")).text
    return [
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


async def test_the_description_of_the_api_needs_no_other_host(client: httpx2.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace("/openapi.json", "")


async def test_head_is_answered_like_get(client: httpx2.AsyncClient) -> None:
    for path in ("/", "/live", "/docs"):
        assert (await client.head(path)).status_code == 200
