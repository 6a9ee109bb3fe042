"""Redis in every state it can be in: nothing is raised, and at most `timeout_s` is lost, once."""

from __future__ import annotations

import time
from collections.abc import Awaitable

import anyio
import pytest
from redis.asyncio import Redis

from cratedig.cache import RedisLink
from redis_server import RedisServer, running_redis

SLACK_S = 0.15  # of a busy machine


def _get(client: Redis) -> Awaitable[object]:
    return client.get("key")


async def _until_up(link: RedisLink) -> None:
    with anyio.fail_after(60):
        while not link.state.up:  # noqa: ASYNC110 - the link tells nobody; it is looked at
            await anyio.sleep(0.05)


async def test_an_attempt_gives_what_redis_gives(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url) as link:
        assert await link.attempt(lambda client: client.set("key", b"value"))
        assert await link.attempt(_get) == b"value"
        assert link.state.up


async def test_an_absent_redis_is_known_before_the_first_question() -> None:
    async with RedisLink("redis://127.0.0.1:1/0") as link:
        assert not link.state.up
        took_s = []
        for _ in range(20):
            started = time.perf_counter()
            assert await link.attempt(_get, otherwise=b"mine") == b"mine"
            took_s.append(time.perf_counter() - started)
        assert min(took_s) < 0.01


@pytest.mark.alone
async def test_a_hung_redis_costs_the_timeout_once_and_comes_back_by_itself(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url) as link:
        redis_server.hang()
        started = time.perf_counter()
        for _ in range(100):
            assert await link.attempt(_get) is None
        assert link.timeout_s <= time.perf_counter() - started <= link.timeout_s + SLACK_S
        assert "250 ms" in link.state.reason
        redis_server.wake()
        await _until_up(link)
        assert await link.attempt(lambda client: client.set("key", b"value"))


async def test_more_at_once_than_there_are_connections_take_turns(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url, timeout_s=10.0) as link, anyio.create_task_group() as group:
        for _ in range(300):
            group.start_soon(link.attempt, _get)
    assert link.state.up


@pytest.mark.alone
async def test_many_at_once_lose_the_timeout_together(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url) as link:
        redis_server.hang()
        started = time.perf_counter()
        async with anyio.create_task_group() as group:
            for _ in range(200):  # more than there are connections
                group.start_soon(link.attempt, _get)
        assert time.perf_counter() - started <= link.timeout_s + SLACK_S


async def test_a_killed_redis_is_noticed_and_its_successor_used(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url) as link:
        redis_server.kill()
        assert await link.attempt(_get, otherwise="none") == "none"
        assert not link.state.up
        redis_server.start()
        await _until_up(link)
        assert await link.attempt(lambda client: client.set("key", b"value"))


async def test_a_wrong_password_is_said_and_never_shown() -> None:
    with running_redis(password="right") as server:
        async with RedisLink(server.url.replace("right", "hush-hush")) as link:
            assert not link.state.up
            assert "hush-hush" not in link.state.reason
            assert "uthentication" in link.state.reason


async def test_a_redis_that_refuses_to_write_is_as_good_as_none(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url) as link:
        await link.attempt(lambda client: client.config_set("maxmemory", "1"))
        assert await link.attempt(lambda client: client.set("key", b"value"), otherwise=False) is False
        assert "OutOfMemory" in link.state.reason


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="scheme"):
        RedisLink("http://127.0.0.1/0")
