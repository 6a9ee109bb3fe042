"""Every error has one shape, the right status, an id, and nothing of our insides."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import httpx2
import pytest

from cratedig.catalogue import Catalogue
from cratedig.web.app import create_app
from cratedig.web.envelope import SECURITY_HEADERS
from cratedig.wiring import App


def check(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {"error", "message", "details", "timestamp", "request_id"}
    assert body["error"] == code
    assert body["message"]
    assert "\n" not in body["message"]
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    assert body["request_id"] == answer.headers["X-Request-ID"]
    return body


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"query": "x" * 2001}, "body.query"),
    ({"query": 7}, "body.query"),
    ({"query": "nul \x00 inside"}, "body.query"),
    ({"query": "half of a pair \ud800"}, "body.query"),
    ({"top_k": 0}, "body.top_k"),
    ({"top_k": 101}, "body.top_k"),
    ({"mood": {"valence": 1.01, "arousal": 0.0}}, "body.mood.valence"),
    ({"mood": {"valence": 0.5}}, "body.mood.arousal"),
    ({"filters": {"min_year": 99_999}}, "body.filters.min_year"),
    ({"filters": {"min_year": 2020, "max_year": 2010}}, "body.filters"),
    ({"filters": {"genres": ["a\x00b"]}}, "body.filters.genres.0"),
    ({"like": [2**31]}, "body.like.0"),
    ({"like": [-1]}, "body.like.0"),
    ({"variance": 1.5}, "body.variance"),
    ({"seed": -1}, "body.seed"),
    ({"qurey": "typo"}, "body.qurey"),
]


@pytest.mark.parametrize(("body", "field"), WRONG, ids=[field for _, field in WRONG])
async def test_a_wrong_field_is_named(client: httpx2.AsyncClient, body: dict[str, Any], field: str) -> None:
    content = json.dumps(body).encode()
    answer = await client.post("/api/v1/recommend", content=content, headers={"Content-Type": "application/json"})
    told = check(answer, 422, "invalid")
    assert told["details"][0]["field"] == field
    assert "x" * 50 not in answer.text  # what was sent is not sent back


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"nonsense", b'{"query": NaN}', b'{"top_k": 1e999}', b"null"])
async def test_a_body_that_is_no_request_is_refused(client: httpx2.AsyncClient, content: bytes) -> None:
    answer = await client.post("/api/v1/recommend", content=content, headers={"Content-Type": "application/json"})
    check(answer, 422, "invalid")


async def test_a_body_that_is_no_text_is_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.post(
        "/api/v1/recommend", content=b'{"query": "\xff\xfe"}', headers={"Content-Type": "application/json"}
    )
    check(answer, 400, "bad_request")


@pytest.mark.parametrize("path", ["/api/v1/track/1", "/api/v1/track/1/why?query=x", "/api/v1/nothing", "/favicon.png"])
async def test_what_is_not_there_is_404(client: httpx2.AsyncClient, path: str) -> None:
    check(await client.get(path), 404, "not_found")


async def test_a_like_that_is_not_there_is_404(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    check(await client.post("/api/v1/recommend", json={"like": [2_000_000]}), 404, "not_found")


@pytest.mark.parametrize("track_id", ["abc", "0", "-1", "99999999999999999999", "1.5", "%00"])
async def test_an_id_that_is_none_is_422(client: httpx2.AsyncClient, track_id: str) -> None:
    check(await client.get(f"/api/v1/track/{track_id}"), 422, "invalid")


async def test_a_query_with_a_nul_in_the_address_is_422(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    track_id = crate["Quiet Water"]
    check(await client.get(f"/api/v1/track/{track_id}/why?query=a%00b"), 422, "invalid")


async def test_the_wrong_method_is_405_and_names_the_right_one(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/recommend")
    check(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


async def test_a_body_over_the_limit_is_413(client: httpx2.AsyncClient) -> None:
    large = b'{"query": "' + b"x" * 1024 * 1024 + b'"}'
    answer = await client.post("/api/v1/recommend", content=large, headers={"Content-Type": "application/json"})
    check(answer, 413, "body_too_large")


async def test_a_body_without_a_length_is_counted(client: httpx2.AsyncClient) -> None:
    sent = 0

    async def drip() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 64 * 1024
            yield b" " * 64 * 1024

    answer = await client.post("/api/v1/recommend", content=drip(), headers={"Content-Type": "application/json"})
    check(answer, 413, "body_too_large")


class Breaking:
    """A catalogue with a fault in it."""

    def begin(self) -> None:
        raise RuntimeError("secret detail of the inside")


async def test_an_error_nobody_foresaw_says_nothing_of_our_insides(app: App) -> None:
    broken = create_app(replace(app, catalogue=cast(Catalogue, Breaking())))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=broken), base_url="http://localhost") as client:
        answer = await client.get("/api/v1/track/1")
    check(answer, 500, "failed")
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text


async def test_a_catalogue_that_is_gone_is_503_and_says_when_to_come_back(app: App) -> None:
    gone = "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"
    async with Catalogue._connected(gone, pool_size=1, statement_timeout_s=1.0) as catalogue:
        lost = create_app(App(settings=app.settings, catalogue=catalogue, embedder=app.embedder, head=app.head))
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=lost), base_url="http://localhost") as client:
            answer = await client.post("/api/v1/recommend", json={"query": "calm"})
            check(answer, 503, "catalogue_unavailable")
            assert int(answer.headers["Retry-After"]) > 0
            assert "secret" not in answer.text
            ready = await client.get("/ready")
            assert ready.status_code == 503
            assert ready.json()["reason"]
            assert (await client.get("/live")).status_code == 200
            health = await client.get("/health")
            assert health.status_code == 503
            assert health.json()["status"] == "failed"
            page = await client.get("/", headers={"Accept": "text/html"})
            assert page.status_code == 503
            assert page.headers["Content-Type"].startswith("text/html")


async def test_a_browser_gets_its_errors_as_a_page(browser_client: httpx2.AsyncClient) -> None:
    answer = await browser_client.get("/no-such-page")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "/no-such-page" in answer.text


@pytest.mark.parametrize("path", ["/", "/api/v1/track/1", "/nothing", "/static/style.css", "/live", "/docs"])
async def test_every_answer_carries_the_security_headers(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_a_sane_request_id_is_kept(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/live", headers={"X-Request-ID": "trace-7.a_B"})
    assert answer.headers["X-Request-ID"] == "trace-7.a_B"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\tb", "<script>", "-leading", "ключ".encode()])
async def test_any_other_request_id_is_replaced(client: httpx2.AsyncClient, given: str | bytes) -> None:
    answer = await client.get("/live", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
