"""How long an open circuit is left alone, and what ends it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.cache.breaker import FAILURES_TO_OPEN, Breaker, Cooling
from cratedig.cache.counts import OwnCounts
from cratedig.errors import CircuitOpen
from tests.net.site import MovedClock

DOUBLING = Cooling(first_s=2.0, most_s=8.0, probe_s=20.0)


async def _open_for(breaker: Breaker, clock: MovedClock) -> float:
    """Seconds until `a` is admitted again, to the quarter."""
    waited = 0.0
    while True:
        try:
            await breaker.admit("a")
        except CircuitOpen:
            await clock.sleep(0.25)
            waited += 0.25
        else:
            return waited


async def test_each_failed_probe_doubles_the_wait_up_to_its_end() -> None:
    clock = MovedClock()
    breaker = Breaker(OwnCounts(clock), DOUBLING)
    for _ in range(FAILURES_TO_OPEN):
        await breaker.admit("a")
        await breaker.failed("a")
    waits = []
    for _ in range(4):
        waits.append(await _open_for(breaker, clock))
        await breaker.failed("a")
    assert waits == [2.0, 4.0, 8.0, 8.0]


async def test_a_success_closes_the_circuit_and_forgets_how_often_it_opened() -> None:
    clock = MovedClock()
    breaker = Breaker(OwnCounts(clock), DOUBLING)
    for _ in range(2):
        for _ in range(FAILURES_TO_OPEN):
            await breaker.failed("a")
        assert await breaker.is_open("a")
        assert await _open_for(breaker, clock) == 2.0
        await breaker.succeeded("a")
        assert not await breaker.is_open("a")


async def test_failures_that_were_under_way_do_not_lengthen_an_open_circuit() -> None:
    clock = MovedClock()
    breaker = Breaker(OwnCounts(clock), DOUBLING)
    for _ in range(20):
        await breaker.failed("a")
    with pytest.raises(CircuitOpen):
        await breaker.admit("a")
    assert await _open_for(breaker, clock) == 2.0


@given(st.integers(1, 50), st.floats(0, 1))
def test_jitter_keeps_to_its_share(opened: int, chance: float) -> None:
    plain = DOUBLING.seconds(opened, 0.5)
    jittered = Cooling(first_s=2.0, most_s=8.0, jitter=0.2).seconds(opened, chance)
    assert 0.8 * plain - 1e-9 <= jittered <= 1.2 * plain + 1e-9
