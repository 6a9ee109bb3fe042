"""POST /recommend, /recommend/batch and /search: the specification's shapes, reasons that add up, aliases."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from cratedig.web.schemas import Recommendation, SearchAnswer

STAGES = ["query_understanding", "retrieval", "aggregation", "scoring", "reranking", "postprocessing"]


async def ask(client: httpx2.AsyncClient, path: str = "/api/v1/recommend", **body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_answer_has_the_documented_shape(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    answer = await client.post("/api/v1/recommend", json={"query": "i miss my ex", "top_k": 5})
    read = Recommendation.model_validate_json(answer.content, strict=True, extra="forbid")
    assert len(read.results) == 5
    assert read.mood_detected is not None
    assert read.mood_detected.valence < 0
    assert list(read.metadata.stages) == STAGES


@pytest.mark.parametrize("query", ["i miss my ex", "", "songs like Ida Marrow"])
async def test_the_stages_add_up_to_the_whole(client: httpx2.AsyncClient, crate: dict[str, int], query: str) -> None:
    told = (await ask(client, query=query))["metadata"]
    assert sum(told["stages"].values()) == pytest.approx(told["processing_time_ms"], rel=0.05)


async def test_the_fields_of_the_specification_are_all_there(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    filters = {"min_year": 2010, "max_year": 2023, "genres": ["Soul", "Pop"], "exclude_artists": ["Brass Kites"]}
    found = await ask(client, query="i miss my ex", top_k=50, filters=filters)
    assert {result["artist"] for result in found["results"]} == {"Ida Marrow"}
    first = found["results"][0]
    assert {"track_id", "title", "artist", "year", "genre", "permalink_url", "score", "mood", "audio_features"} <= set(
        first
    )
    assert isinstance(first["track_id"], str)
    assert set(first["mood"]) == {"valence", "arousal"}
    assert {"total_candidates", "processing_time_ms", "stages"} <= set(found["metadata"])


async def test_the_reasons_add_up_to_the_score(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    found = await ask(client, query="a sad song about tears", top_k=10)
    for result in found["results"]:
        assert sum(term["contribution"] for term in result["why"]) == pytest.approx(result["score"], abs=1e-9)
        for term in result["why"]:
            assert term["weight"] * term["value"] == pytest.approx(term["contribution"], abs=1e-9)
        assert 0.0 <= result["confidence"] <= 1.0


async def test_every_mood_we_worked_out_has_a_receipt(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    found = await ask(client, query="calm", top_k=10)
    moods = [result["receipts"]["mood"] for result in found["results"] if result["mood"]]
    assert moods
    assert all(receipt["kind"] in {"measured", "imputed"} for receipt in moods)


async def test_a_clicked_point_is_where_the_answer_is_sought(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    found = await ask(client, mood={"valence": 0.7, "arousal": 0.6}, top_k=3)
    assert found["mood_detected"] == {"valence": 0.7, "arousal": 0.6}
    assert found["results"]


async def test_likes_and_excludes_do_not_come_back(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    liked, left_out = crate["Quiet Water"], crate["Grey Harbour"]
    found = await ask(client, like=[liked], exclude=[left_out], top_k=20)
    ids = {int(result["track_id"]) for result in found["results"]}
    assert ids
    assert ids.isdisjoint({liked, left_out})


async def test_the_same_seed_gives_the_same_answer(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    body = {"query": "night", "variance": 1.0, "seed": 7, "top_k": 10}
    first, second = await ask(client, **body), await ask(client, **body)
    assert first["results"] == second["results"]


async def test_a_vague_query_gets_the_stated_default(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    found = await ask(client, query="good music")
    assert found["results"]
    assert found["metadata"]["default_used"]
    assert found["metadata"]["explanation"]


async def test_an_empty_crate_answers_with_nothing(client: httpx2.AsyncClient) -> None:
    found = await ask(client, query="anything")
    assert found["results"] == []


async def test_a_batch_is_answered_in_its_order(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    queries = ["calm water", "angry and loud", "i miss my ex", "party", "rain", "night drive"]
    answer = await client.post("/api/v1/recommend/batch", json=[{"query": query, "top_k": 2} for query in queries])
    assert [found["query"] for found in answer.json()] == queries
    assert all(len(found["results"]) == 2 for found in answer.json())


@pytest.mark.parametrize("count", [0, 33])
async def test_a_batch_is_bounded(client: httpx2.AsyncClient, count: int) -> None:
    answer = await client.post("/api/v1/recommend/batch", json=[{"query": "x"}] * count)
    assert answer.status_code == 422


async def test_search_says_which_words_matched(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    answer = await client.post("/api/v1/search", json={"query": "empty room"})
    found = SearchAnswer.model_validate_json(answer.content, strict=True, extra="forbid")
    first = found.results[0]
    assert first.track_id == str(crate["Half of the Bed"])
    assert first.span is not None
    assert "empty room" in first.span
    assert len(first.span.split()) <= 12


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/recommend", {"query": "calm", "top_k": 3}),
        ("/recommend/batch", [{"query": "calm", "top_k": 3}]),
        ("/search", {"query": "water"}),
    ],
)
async def test_a_path_without_the_prefix_is_the_same_operation(
    client: httpx2.AsyncClient, crate: dict[str, int], path: str, body: Any
) -> None:
    alias, proper = await client.post(path, json=body), await client.post(f"/api/v1{path}", json=body)
    assert alias.status_code == proper.status_code == 200
    assert _results(alias.json()) == _results(proper.json())


def _results(answer: Any) -> Any:
    return [_results(one) for one in answer] if isinstance(answer, list) else answer["results"]


async def test_the_api_describes_itself(api: FastAPI, client: httpx2.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    operations = {path: set(methods) for path, methods in described["paths"].items()}
    assert operations["/api/v1/recommend"] == {"post"}
    assert "/recommend" not in operations  # an alias: one operation, described once
    for methods in described["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status in {"400", "404", "413", "422"}:
                    shape = answer["content"]["application/json"]["schema"]["$ref"]
                    assert shape == "#/components/schemas/Problem", operation["operationId"]


async def test_one_wrong_question_of_a_batch_is_its_own_error(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/recommend/batch", json=[{"query": "sad"}, {"like": [999_999]}])
    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


async def test_the_same_seed_replays_the_same_list_byte_for_byte(
    client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    found = []
    for seed in (7, 7, 8):
        body = {"query": "calm", "variance": 1.0, "seed": seed}
        answer = await client.post("/api/v1/recommend", json=body, headers={"Cache-Control": "no-cache"})
        found.append(answer.content.partition(b',"metadata":')[0])
    assert found[0] == found[1]
    assert found[0] != found[2]


async def test_a_kept_answer_is_the_found_one_to_the_byte(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    first, second = [await client.post("/api/v1/recommend", json={"query": "calm"}) for _ in range(2)]
    assert second.json()["metadata"]["cached"]
    assert second.content.partition(b',"metadata":')[0] == first.content.partition(b',"metadata":')[0]


async def test_every_result_says_why_and_what_its_place_hangs_on(
    client: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    found = await ask(client, query="a sad song about tears")
    assert sorted(result["rank"] for result in found["results"]) == list(range(1, len(found["results"]) + 1))
    for result in found["results"]:
        assert result["sentence"].endswith(".")
        assert set(result["without"]) == {term["term"] for term in result["why"]}


async def test_similar_tracks_are_those_like_it(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    one = crate["Half of the Bed"]
    similar = (await client.get(f"/api/v1/track/{one}/similar", params={"top_k": 3})).json()
    assert len(similar["results"]) == 3
    assert str(one) not in {result["track_id"] for result in similar["results"]}
    liked = await ask(client, like=[one], top_k=3)
    assert _results(similar) == _results(liked)
    assert (await client.get(f"/track/{one}/similar", params={"top_k": 3})).json()["results"] == similar["results"]


async def test_what_was_heard_is_left_out_on_request(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    heard = crate["Half of the Bed"]
    await client.post("/api/v1/listening", json={"track_id": heard, "kind": "play"})
    known = {result["track_id"] for result in (await ask(client, query="sad"))["results"]}
    unheard = {result["track_id"] for result in (await ask(client, query="sad", unheard=True))["results"]}
    assert known - unheard == {str(heard)}
