"""Fault table, Redis: absent, hung, flushed, killed, locked: everything answers, 250 ms are lost once at most."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator

import anyio
import httpx2
import pytest

from cratedig.cache import Cache, RedisLink
from cratedig.web.app import create_app
from cratedig.wiring import App
from redis_server import RedisServer, running_redis
from small_crate import fill

BODY = {"query": "sad piano", "top_k": 5}
EXTRA_S = 0.25
SLACK_S = 0.35  # an answer that is found anew on a busy machine


@contextlib.asynccontextmanager
async def _client(app: App, url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The product as it is with this Redis configured."""
    async with RedisLink(url) as redis:
        api = create_app(
            App(app.settings, app.catalogue, app.embedder, app.head, cache=Cache(redis=redis), redis=redis)
        )
        transport = httpx2.ASGITransport(app=api)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=30) as client:
            yield client


async def _timed(client: httpx2.AsyncClient) -> tuple[float, bool]:
    """Seconds until the answer, and whether it was kept."""
    started = time.perf_counter()
    answer = await client.post("/api/v1/recommend", json=BODY)
    elapsed = time.perf_counter() - started
    assert answer.status_code == 200, answer.text
    return elapsed, answer.json()["metadata"]["cached"]


async def _stats(client: httpx2.AsyncClient) -> tuple[str, str]:
    stats = (await client.get("/cache/stats")).json()
    return stats["store"], stats["redis"]


@pytest.fixture
async def crate(app: App) -> dict[str, int]:
    return await fill(app)


async def test_an_absent_redis_costs_nothing_and_memory_serves(app: App, crate: dict[str, int]) -> None:
    async with _client(app, "redis://127.0.0.1:1/0") as client:
        assert [(await _timed(client))[1] for _ in range(3)] == [False, True, True]
        assert await _stats(client) == ("memory", "down")
        health = (await client.get("/health")).json()
    redis = next(component for component in health["components"] if component["name"] == "redis")
    assert redis["state"] == "degraded"


@pytest.mark.alone
async def test_a_hung_redis_costs_250_ms_once(app: App, crate: dict[str, int], redis_server: RedisServer) -> None:
    async with _client(app, redis_server.url) as client:
        assert [(await _timed(client))[1] for _ in range(2)] == [False, True]
        assert await _stats(client) == ("redis", "up")
        usual, _ = await _timed(client)
        redis_server.hang()
        first, kept = await _timed(client)
        assert first <= EXTRA_S + usual + SLACK_S
        assert not kept
        times = [(await _timed(client))[0] for _ in range(5)]
        assert max(times) < EXTRA_S
        assert await _stats(client) == ("memory", "down")


@pytest.mark.alone
async def test_a_killed_redis_is_done_without_and_used_again_when_it_is_back(
    app: App, crate: dict[str, int], redis_server: RedisServer
) -> None:
    async with _client(app, redis_server.url) as client:
        await _timed(client)
        redis_server.kill()
        assert (await _timed(client))[0] <= EXTRA_S + SLACK_S
        assert (await _timed(client))[1]
        redis_server.start()
        with anyio.fail_after(60):
            while await _stats(client) != ("redis", "up"):  # noqa: ASYNC110 - the product tells nobody; it is asked
                await anyio.sleep(0.1)
        assert [(await _timed(client))[1] for _ in range(2)] == [False, True]


async def test_a_flushed_redis_only_lowers_the_hit_rate(
    app: App, crate: dict[str, int], redis_server: RedisServer
) -> None:
    async with _client(app, redis_server.url) as client:
        found = []
        for _ in range(3):
            found += [(await _timed(client))[1] for _ in range(2)]
            redis_server.flush()
        assert found == [False, True] * 3
        assert await _stats(client) == ("redis", "up")


async def test_a_wrong_password_is_as_good_as_no_redis(app: App, crate: dict[str, int]) -> None:
    with running_redis(password="right") as server:
        async with _client(app, server.url.replace("right", "wrong")) as client:
            assert [(await _timed(client))[1] for _ in range(2)] == [False, True]
            assert await _stats(client) == ("memory", "down")


async def test_a_redis_that_dies_under_load_fails_no_request(
    app: App, crate: dict[str, int], redis_server: RedisServer
) -> None:
    async with _client(app, redis_server.url) as client:
        statuses: list[int] = []

        async def ask(n: int) -> None:
            answer = await client.post("/api/v1/recommend", json={"query": f"rain {n % 7}", "top_k": 3})
            statuses.append(answer.status_code)

        async with anyio.create_task_group() as group:
            for n in range(60):
                group.start_soon(ask, n)
                await anyio.sleep(0.005)
                if n == 30:
                    redis_server.kill()
    assert set(statuses) <= {200, 429}
    assert len(statuses) == 60
