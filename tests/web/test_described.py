"""The description, the docs and the behaviour say the same; no body, however odd, breaks an operation."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from cratedig.web import schemas

DOCS = Path(__file__).parents[2] / "docs" / "api.md"

NUMBERS: list[Any] = [None, True, 0, -1, 10**30, 1.5]
TEXTS = ["", " ", "\x00", "\ud800", "\u202e", "💿" * 50, "'; drop table tracks; --", "%s%n", "{{7*7}}", "\\"]
OPERATORS = ["a & b | !c", ":*", "<->", "''", "(", "-"]
SHAPES: list[Any] = [[], [[]], {}, {"valence": 2}, {"valence": "0.1", "arousal": 0}, ["x"], [1]]
ODD = [*NUMBERS, *TEXTS, *OPERATORS, *SHAPES]
FIELDS = ["query", "top_k", "filters", "mood", "like", "exclude", "seed", "variance", "unknown"]
INNER = ["min_year", "max_year", "genres", "exclude_artists"]


def odd_bodies(count: int) -> list[Any]:
    chance = random.Random(2)
    bodies: list[Any] = list(ODD)
    for _ in range(count):
        body = {name: chance.choice(ODD) for name in chance.sample(FIELDS, chance.randint(0, 3))}
        if chance.random() < 0.4:
            body["filters"] = {name: chance.choice(ODD) for name in chance.sample(INNER, chance.randint(1, 2))}
        bodies.append(body)
    return bodies


@pytest.mark.parametrize("path", ["/api/v1/recommend", "/api/v1/search", "/api/v1/recommend/batch"])
async def test_no_body_breaks_an_operation(client: httpx2.AsyncClient, crate: dict[str, int], path: str) -> None:
    described = (await client.get("/openapi.json")).json()["paths"][path]["post"]["responses"]
    for body in odd_bodies(150):
        sent = [body] if path.endswith("batch") else body
        content = json.dumps(sent).encode()
        answer = await client.post(path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code < 500, (sent, answer.text)
        assert str(answer.status_code) in described, (sent, answer.status_code)


async def test_the_docs_name_every_operation(client: httpx2.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()["paths"]
    text = re.sub(r"\?query=", "", DOCS.read_text(encoding="utf-8")).replace("{id}", "{track_id}")
    told = set(re.findall(r"`(?:GET|POST) (/[^`]*)`", text))
    assert told == set(described)


def test_the_docs_name_every_field_and_bound() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name in schemas.RecommendRequest.model_fields:
        assert re.search(rf"`{name}[`.]", text), name
    assert f"{schemas.MAX_QUERY_CHARS:,} characters" in text
    assert f"1 .. {schemas.MAX_TOP_K}" in text
    assert f"1 to {schemas.MAX_BATCH}" in text
