"""One limit over all processes while Redis answers; trouble with Redis is never an error, and loosens nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from cratedig.cache import RedisLink
from cratedig.web.access.limits import Limits
from cratedig.web.access.window import Windows
from redis_server import RedisServer, running_redis

LIMIT = 10


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture
async def link(server: RedisServer) -> AsyncIterator[RedisLink]:
    async with RedisLink(server.url, timeout_s=0.25) as link:
        yield link


def process(link: RedisLink | None) -> Limits:
    return Limits(addresses=Windows(limit=LIMIT), keys=Windows(limit=LIMIT), redis=link)


async def admitted(limits: Limits, times: int, caller: str = "a") -> int:
    return sum([(await limits.take(caller)).admitted for _ in range(times)])


async def test_two_processes_share_one_limit(link: RedisLink) -> None:
    one, other = process(link), process(link)
    assert await admitted(one, 7) + await admitted(other, 7) == LIMIT
    assert await admitted(other, 3, "another caller") == 3


async def test_no_crowd_of_addresses_makes_keys_share() -> None:
    limits = Limits(addresses=Windows(limit=LIMIT, most=3), keys=Windows(limit=LIMIT))
    crowd = [await admitted(limits, 1, f"address 192.0.2.{n}") for n in range(50)]
    assert sum(crowd) == 3 + LIMIT
    assert [await admitted(limits, LIMIT + 1, f"key-{n}") for n in range(5)] == [LIMIT] * 5


async def test_requests_at_the_same_moment_are_counted_one_by_one(link: RedisLink) -> None:
    processes = [process(link) for _ in range(4)]
    counts = await asyncio.gather(*(admitted(limits, 8) for limits in processes))
    assert sum(counts) == LIMIT


async def test_the_words_are_the_same_with_and_without_redis(link: RedisLink) -> None:
    shared, alone = process(link), process(None)
    for cost in (1, 4, 5, 1):
        assert await shared.take("a", cost) == await alone.take("a", cost)


async def test_a_redis_that_dies_is_replaced_at_once_and_nothing_is_forgotten(
    server: RedisServer, link: RedisLink
) -> None:
    limits = process(link)
    assert await admitted(limits, 6) == 6
    server.kill()
    assert await admitted(limits, 10) == LIMIT - 6


@pytest.mark.alone
async def test_a_redis_that_hangs_costs_its_timeout_once(server: RedisServer, link: RedisLink) -> None:
    limits = process(link)
    server.hang()
    began = time.monotonic()
    assert await admitted(limits, 12) == LIMIT
    assert time.monotonic() - began < 1.0  # twelve times: 3 s
    server.wake()


async def test_a_flushed_redis_forgets_but_this_process_does_not(server: RedisServer, link: RedisLink) -> None:
    limits = process(link)
    assert await admitted(limits, 6) == 6
    server.flush()
    assert await admitted(limits, 10) == LIMIT - 6
