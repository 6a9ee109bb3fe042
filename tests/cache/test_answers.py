"""Kept answers: made once, never of another version, never after their time, in memory and in Redis alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.cache import KINDS, RECOMMENDATION, Cache, Json, Kind, RedisLink
from cratedig.cache.answers import FORMAT
from cratedig.cache.memory import MemoryStore
from redis_server import RedisServer, running_redis


@dataclass(frozen=True)
class Answer:
    text: str
    scores: tuple[float, ...]


ANSWER = Json[Answer](Answer)
ONE = Answer("one", (0.1, 0.2))
SHORT = Kind("short", 0.3)
SLOW_S = 5.0  # for Redis to answer on a busy machine


class Maker:
    """Makes an answer, slowly, and counts how often."""

    def __init__(self, answer: Answer = ONE, *, takes_s: float = 0.05) -> None:
        self.answer = answer
        self.takes_s = takes_s
        self.times = 0

    async def __call__(self) -> Answer:
        self.times += 1
        await anyio.sleep(self.takes_s)
        return self.answer


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[Cache]:
    """The same promises, wherever things are kept."""
    if request.param == "memory":
        yield Cache()
        return
    with running_redis() as server:
        async with RedisLink(server.url, timeout_s=SLOW_S) as link:
            yield Cache(redis=link)


async def test_the_second_question_is_not_worked_out(cache: Cache) -> None:
    make = Maker()
    first = await cache.get_or_make(RECOMMENDATION, "love", make, shape=ANSWER)
    second = await cache.get_or_make(RECOMMENDATION, "love", make, shape=ANSWER)
    assert (first.value, first.kept, second.value, second.kept) == (ONE, False, ONE, True)
    assert make.times == 1


async def test_twenty_at_once_work_it_out_once(cache: Cache) -> None:
    make = Maker()
    found = await asyncio.gather(*(cache.get_or_make(RECOMMENDATION, "love", make, shape=ANSWER) for _ in range(20)))
    assert make.times == 1
    assert [one.value for one in found] == [ONE] * 20
    (stats,) = (one for one in cache.stats() if one.name == "recommendation")
    assert (stats.hits, stats.misses, stats.hit_rate) == (19, 1, 0.95)


@pytest.mark.parametrize("other", [{"version": "later"}, {"key": "hate"}, {"kind": KINDS[0]}])
async def test_another_version_key_or_kind_is_another_answer(cache: Cache, other: dict[str, object]) -> None:
    make = Maker()
    asked = {"kind": RECOMMENDATION, "key": "love", "version": "now", "make": make, "shape": ANSWER}
    await cache.get_or_make(**asked)
    assert not (await cache.get_or_make(**{**asked, **other})).kept
    assert make.times == 2


async def test_it_is_forgotten_after_its_time(cache: Cache) -> None:
    make = Maker(takes_s=0)
    began = time.monotonic()
    await cache.get_or_make(SHORT, "love", make, shape=ANSWER)
    kept = (await cache.get_or_make(SHORT, "love", make, shape=ANSWER)).kept
    assert kept or time.monotonic() - began >= SHORT.lifetime_s
    await anyio.sleep(SHORT.lifetime_s + 0.05)
    assert not (await cache.get_or_make(SHORT, "love", make, shape=ANSWER)).kept


async def test_an_error_reaches_everybody_and_is_not_kept(cache: Cache) -> None:
    async def fail() -> Answer:
        await anyio.sleep(0.02)
        raise LookupError("nothing there")

    results = await asyncio.gather(
        *(cache.get_or_make(RECOMMENDATION, "love", fail, shape=ANSWER) for _ in range(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [LookupError] * 3
    assert (await cache.get_or_make(RECOMMENDATION, "love", Maker(), shape=ANSWER)).value == ONE


async def test_who_goes_away_takes_nothing_from_those_who_wait(cache: Cache) -> None:
    make = Maker(takes_s=0.1)
    leaver = asyncio.create_task(cache.get_or_make(RECOMMENDATION, "love", make, shape=ANSWER))
    await anyio.sleep(0.02)
    stayer = asyncio.create_task(cache.get_or_make(RECOMMENDATION, "love", make, shape=ANSWER))
    await anyio.sleep(0.02)
    leaver.cancel()
    assert (await stayer).value == ONE
    assert make.times == 1


async def test_twenty_in_two_processes_work_it_out_once(redis_server: RedisServer) -> None:
    make = Maker()
    async with (
        RedisLink(redis_server.url, timeout_s=SLOW_S) as here,
        RedisLink(redis_server.url, timeout_s=SLOW_S) as there,
    ):
        both = (Cache(redis=here), Cache(redis=there))
        found = await asyncio.gather(
            *(both[n % 2].get_or_make(RECOMMENDATION, "love", make, shape=ANSWER) for n in range(20))
        )
    assert make.times == 1
    assert sum(not one.kept for one in found) == 1


class SlowToHear(RedisLink):
    """Hears the first answer after it is open only when it may."""

    def __init__(self, url: str) -> None:
        super().__init__(url, timeout_s=SLOW_S)
        self.looked = anyio.Event()
        self.may_hear = anyio.Event()
        self.open = False

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.open = True
        return self

    async def attempt(self, ask: Any, *, otherwise: Any = None) -> Any:
        found = await super().attempt(ask, otherwise=otherwise)
        if self.open and not self.looked.is_set():
            self.looked.set()
            await self.may_hear.wait()
        return found


async def test_who_looked_before_and_comes_after_another_made_it_takes_that(redis_server: RedisServer) -> None:
    make = Maker()

    async def ask(link: RedisLink) -> bool:
        return (await Cache(redis=link).get_or_make(RECOMMENDATION, "looked too early", make, shape=ANSWER)).kept

    async with RedisLink(redis_server.url, timeout_s=SLOW_S) as here, SlowToHear(redis_server.url) as there:
        late = asyncio.create_task(ask(there))
        await there.looked.wait()
        assert not await ask(here)
        there.may_hear.set()
        assert await late
    assert make.times == 1


async def test_a_damaged_value_counts_as_absent(redis_server: RedisServer) -> None:
    async with RedisLink(redis_server.url, timeout_s=SLOW_S) as link:
        cache = Cache(redis=link)
        await cache.get_or_make(RECOMMENDATION, "love", Maker(), shape=ANSWER)
        keys = await link.attempt(lambda client: client.keys(f"cratedig:{FORMAT}:*"), otherwise=[])
        for key in keys:
            await link.attempt(lambda client, key=key: client.set(key, b'{"text": 1'))
        found = await cache.get_or_make(RECOMMENDATION, "love", Maker(), shape=ANSWER)
        assert (found.value, found.kept) == (ONE, False)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 400)), max_size=60))
def test_memory_never_holds_more_than_it_may(puts: list[tuple[str, int]]) -> None:
    store = MemoryStore(max_bytes=2000, max_entries=5)
    for key, size in puts:
        store.put(key, bytes(size), lifetime_s=None)
        assert store.size <= 2000
        assert len(store) <= 5
        kept = store.get(key)
        assert kept is None or len(kept) == size


async def test_a_cache_keeps_its_answers_in_the_memory_it_was_given() -> None:
    memory = MemoryStore(max_entries=1)
    cache = Cache(memory=memory)
    for key in "ab":
        await cache.get_or_make(RECOMMENDATION, key, Maker(), shape=ANSWER)
    assert len(memory) == 1


def test_the_least_used_goes_first() -> None:
    store = MemoryStore(max_entries=2)
    for key in "ab":
        store.put(key, b"", lifetime_s=None)
    store.get("a")
    store.put("c", b"", lifetime_s=None)
    assert [store.get(key) is not None for key in "abc"] == [True, False, True]


def test_a_huge_value_does_not_drive_the_others_out() -> None:
    store = MemoryStore(max_bytes=4000)
    store.put("small", b"1", lifetime_s=None)
    store.put("huge", bytes(3000), lifetime_s=None)
    assert store.get("small") == b"1"
    assert store.get("huge") is None


def test_the_kinds_live_as_long_as_the_specifications_say() -> None:
    hour, day = 3600, 86_400
    assert {kind.name: kind.lifetime_s for kind in KINDS} == {
        "artist": hour,
        "song_hash": None,
        "rate_state": 60,
        "analysis": day,
        "style_profile": 7 * day,
        "recommendation": hour,
    }
