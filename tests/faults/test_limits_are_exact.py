"""Promise 13: no window admits more than its limit, and a noisy neighbour is not heard."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

import httpx2
import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message

from callers import ELSEWHERE, make_key
from callers import client as client_of
from cratedig.settings import Settings
from cratedig.web.access.window import WINDOW_S, Windows
from cratedig.web.app import create_app
from cratedig.wiring import App
from faults.sizes import size
from small_crate import fill

SECOND = 1_000_000_000
WINDOW = WINDOW_S * SECOND

steps = st.one_of(
    st.integers(0, 3),  # nanoseconds: many at once
    st.integers(0, SECOND),
    st.integers(WINDOW - 2, WINDOW + 2),  # the edge of a window
    st.integers(0, 3 * WINDOW),
)
asked = st.lists(st.tuples(steps, st.sampled_from(["a", "b", "c", "d"]), st.integers(1, 9)), max_size=120)


@runs(max_examples=size(p=300, r=20_000), deadline=None)
@given(limit=st.integers(1, 12), most=st.integers(1, 6), asked=asked)
def test_no_window_admits_more_than_its_limit(limit: int, most: int, asked: list[tuple[int, str, int]]) -> None:
    now = 0
    windows = Windows(limit=limit, clock_ns=lambda: now, most=most)
    admitted: dict[str, list[int]] = {}
    for step, caller, cost in asked:
        now += step
        verdict = windows.take(caller, cost)
        if verdict.admitted:
            admitted.setdefault(caller, []).extend([now] * min(cost, limit))
        assert verdict.admitted == (verdict.wait_s == 0)
    for times in admitted.values():
        for first in times:  # the fullest windows begin at an admitted request
            assert sum(first <= moment < first + WINDOW for moment in times) <= limit


@runs(max_examples=size(p=100, r=5_000), deadline=None)
@given(limit=st.integers(1, 12), asked=asked)
def test_nobody_within_the_limit_is_refused(limit: int, asked: list[tuple[int, str, int]]) -> None:
    now = 0
    windows = Windows(limit=limit, clock_ns=lambda: now)
    admitted: dict[str, list[int]] = {}
    for step, caller, cost in asked:
        now += step
        counted = admitted.setdefault(caller, [])
        within = sum(moment > now - WINDOW for moment in counted) + min(cost, limit) <= limit
        assert windows.take(caller, cost).admitted == within
        counted.extend([now] * min(cost, limit) if within else [])


QUIET_EVERY_S = 0.1
LOUDER = 50
ASKED = size(p=15, r=100)
FEWEST_ROUNDS, MOST_ROUNDS = 3, 10


@pytest.mark.alone
async def test_a_quiet_key_does_not_hear_a_neighbour_fifty_times_as_loud(app: App) -> None:
    """Rounds with and without the neighbour by turns, each judged by its best one.

    What else this machine does makes a round slower, never faster, and may fall on either; a neighbour that is heard
    is heard in every round.
    """
    await fill(app)
    quiet, loud = await make_key(app), await make_key(app)
    settings = Settings.load(data_dir=app.settings.data_dir, api={"requests_per_minute": 1200})
    api = create_app(replace(app, settings=settings))
    alone, beside = [], []
    async with client_of(api, key=quiet.key) as patient, client_of(api, key=loud.key) as neighbour:
        while (await neighbour.get("/metrics")).status_code == 200:  # until its limit is used up
            pass
        while len(beside) < FEWEST_ROUNDS or (min(beside) > 1.5 * min(alone) and len(beside) < MOST_ROUNDS):
            alone.append(await _slowest(patient))
            noise = asyncio.create_task(_noise(api, loud.key))
            beside.append(await _slowest(patient))
            noise.cancel()
            assert await noise >= 0.9 * LOUDER * ASKED
    assert min(beside) <= 1.5 * min(alone), (alone, beside)


async def _slowest(client: httpx2.AsyncClient) -> float:
    """The 99th percentile of a round of requests at a steady pace: of so few, the slowest."""
    times = []
    for number in range(ASKED):
        started = time.perf_counter()
        answer = await client.post("/api/v1/recommend", json={"query": f"rain {number} {started}"})
        times.append(time.perf_counter() - started)
        assert answer.status_code == 200
        await asyncio.sleep(max(0.0, QUIET_EVERY_S - times[-1]))
    return max(times)


async def _noise(api: ASGIApp, key: str) -> int:
    """Asks LOUDER times as often, at the cost of the answers alone, until it is cancelled; how often it asked."""
    scope = {
        **{"type": "http", "method": "GET", "path": "/api/v1/track/1", "query_string": b"", "scheme": "http"},
        **{"headers": [(b"host", b"localhost"), (b"x-api-key", key.encode())], "client": (ELSEWHERE, 1)},
    }
    asked, due = 0, time.perf_counter()

    async def send(message: Message) -> None:
        assert message.get("status", 429) == 429

    with suppress(asyncio.CancelledError):
        while True:
            await api(dict(scope), _nothing, send)
            asked += 1
            due += QUIET_EVERY_S / LOUDER
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
    return asked


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
