"""Circuits and turns that processes share, on a real Redis that may go away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cratedig.cache import RedisLink
from cratedig.cache.breaker import Breaker
from cratedig.cache.counts import Counts, OwnCounts, RedisCounts
from cratedig.errors import CircuitOpen, RemoteUnavailable
from cratedig.net import Manners, Net
from cratedig.net.shared import FolderTurns, RedisTurns
from tests.net.site import MovedClock, answer, serving
from tests.redis_server import RedisServer, running_redis

SLOW_S = 5.0  # for Redis to answer on a busy machine
AT_ONCE = Manners(interval_s=0.0, robots=False)


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture
def redis(server: RedisServer) -> RedisServer:
    """A running, empty Redis."""
    server.flush()
    return server


async def _keeps_its_word(counts: Counts) -> None:
    """What every kind of counter must do."""
    assert await counts.read("a") == 0
    assert [await counts.add("a", lifetime_s=60) for _ in range(3)] == [1, 2, 3]
    assert await counts.read("a") == 3
    assert await counts.read("b") == 0
    await counts.add("b", lifetime_s=60)
    await counts.forget("a", "b", "never")
    assert (await counts.read("a"), await counts.read("b")) == (0, 0)


async def test_counts_count_and_forget(redis: RedisServer) -> None:
    await _keeps_its_word(OwnCounts(MovedClock()))
    async with RedisLink(redis.url, timeout_s=SLOW_S) as link:
        await _keeps_its_word(RedisCounts(link, MovedClock()))


@pytest.mark.alone
async def test_a_lifetime_runs_from_the_first_count(redis: RedisServer) -> None:
    clock = MovedClock()
    own = OwnCounts(clock)
    await own.add("x", lifetime_s=10)
    await clock.sleep(6)
    await own.add("x", lifetime_s=10)
    await clock.sleep(5)
    assert await own.read("x") == 0
    async with RedisLink(redis.url, timeout_s=SLOW_S) as link:
        shared = RedisCounts(link, clock)
        await shared.add("x", lifetime_s=1.0)
        await asyncio.sleep(0.3)
        await shared.add("x", lifetime_s=1.0)  # a second one would run until 1.3 s from the beginning
        await asyncio.sleep(0.75)
        assert await shared.read("x") == 0


async def test_a_circuit_that_one_process_opened_is_open_for_all(redis: RedisServer) -> None:
    async with (
        serving({"/": answer(500)}) as site,
        RedisLink(redis.url, timeout_s=SLOW_S) as one,
        RedisLink(redis.url, timeout_s=SLOW_S) as two,
    ):
        async with Net.open(allowed=site.allowed, link=one, retry_base_s=0.001) as net:
            with pytest.raises(RemoteUnavailable):
                await net.fetch(site.url(), manners=AT_ONCE)
            with pytest.raises(CircuitOpen):
                await net.fetch(site.url(), manners=AT_ONCE)
        async with Net.open(allowed=site.allowed, link=two, retry_base_s=0.001) as net:
            with pytest.raises(CircuitOpen):
                await net.fetch(site.url(), manners=AT_ONCE)
    assert len(site.asked) == 5


async def test_one_probe_passes_when_many_ask_at_once() -> None:
    clock = MovedClock()
    breaker = Breaker(OwnCounts(clock))
    for _ in range(5):
        await breaker.admit("a.example")
        await breaker.failed("a.example")
    await clock.sleep(31)
    told = await asyncio.gather(*(breaker.admit("a.example") for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(error, CircuitOpen) for error in told) == 9


@pytest.mark.alone
async def test_redis_going_away_stops_no_fetch_and_opens_no_circuit(redis: RedisServer) -> None:
    async with (
        RedisLink(redis.url) as link,
        serving({"/": answer(200), "/bad": answer(500)}) as site,
        Net.open(allowed=site.allowed, link=link, retry_base_s=0.001) as net,
    ):
        slow = Manners(interval_s=0.05, robots=False)
        await net.fetch(site.url(), manners=slow)
        redis.kill()
        try:
            started = time.monotonic()
            for _ in range(3):
                assert (await net.fetch(site.url(), manners=slow)).status == 200
            assert time.monotonic() - started < 1.5
            for expected in (RemoteUnavailable, CircuitOpen):  # by this process's own counts
                with pytest.raises(expected):
                    await net.fetch(site.url("/bad"), manners=AT_ONCE)
        finally:
            redis.start()


@pytest.mark.alone
@pytest.mark.parametrize("where", ["redis", "folder"])
async def test_a_turn_is_given_once_an_interval(where: str, redis: RedisServer, tmp_path: Path) -> None:
    async with RedisLink(redis.url, timeout_s=SLOW_S) as link:
        turns = RedisTurns(link) if where == "redis" else FolderTurns(tmp_path / "turns")
        waits = await asyncio.gather(*(turns.claim("a.example", 0.3) for _ in range(8)))
        assert waits.count(0.0) == 1
        assert all(0 < wait <= 0.3 for wait in waits if wait)
        assert await turns.claim("b.example", 0.3) == 0.0
        await asyncio.sleep(0.31)
        assert await turns.claim("a.example", 0.3) == 0.0


async def test_a_folder_that_cannot_be_written_to_stops_no_fetch(tmp_path: Path) -> None:
    (tmp_path / "turns").write_text("a file where the folder should be")
    assert await FolderTurns(tmp_path / "turns").claim("a.example", 1.0) == 0.0
