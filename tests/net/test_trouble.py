"""Retry-After, and when a host's next turn comes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.errors import NotYet
from cratedig.net.manners import Manners, user_agent
from cratedig.net.trouble import MOST_PAUSE_S, pause_s
from cratedig.net.turns import Turns
from tests.net.site import MovedClock

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _said(text: str, status: int = 429) -> httpx2.Response:
    return httpx2.Response(status, headers=[(b"retry-after", text.encode("utf-8", "replace"))])


@given(st.integers(0, 10**14))
def test_seconds_are_heeded_up_to_an_hour(seconds: int) -> None:
    assert pause_s(_said(str(seconds))) == min(MOST_PAUSE_S, seconds)


@given(st.integers(-(10**6), 10**6))
def test_a_date_means_the_seconds_until_it(seconds: int) -> None:
    said = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert pause_s(_said(said), now=NOW) == max(0.0, min(MOST_PAUSE_S, seconds))


@given(st.text(max_size=60) | st.from_regex(r"\w{3}, \d{1,3} \w{3} \d{1,6} \d+:\d+:\d+ [+-]?\w+", fullmatch=True))
def test_what_cannot_be_read_is_no_pause_and_no_error(text: str) -> None:
    assert 0.0 <= pause_s(_said(text), now=NOW) <= MOST_PAUSE_S


@pytest.mark.parametrize("zone", ["+999999999999999", "+9999999", "-2359"])
def test_a_date_with_an_odd_zone_is_no_error(zone: str) -> None:
    assert 0.0 <= pause_s(_said(f"Fri, 1 Jan 2027 1:1:1 {zone}"), now=NOW) <= MOST_PAUSE_S


def test_only_not_now_asks_for_a_pause() -> None:
    assert pause_s(_said("9", 200)) == pause_s(_said("9", 404)) == 0.0
    assert pause_s(_said("9", 503)) == 9.0


@given(st.lists(st.floats(0.1, 20), min_size=2, max_size=30), st.integers(1, 4))
async def test_no_turn_comes_sooner_than_the_pause_of_the_one_before(pauses: list[float], connections: int) -> None:
    clock, starts, busy, most_busy = MovedClock(), list[tuple[float, float]](), 0, 0
    turns = Turns(clock)

    async def one(pause: float) -> None:
        nonlocal busy, most_busy
        async with turns.turn("a.example", interval_s=pause, connections=connections, patience_s=1e9):
            starts.append((clock.now(), pause))
            busy += 1
            most_busy = max(most_busy, busy)
            await clock.sleep(0.05)
            busy -= 1

    await asyncio.gather(*(one(pause) for pause in pauses))
    assert len(starts) == len(pauses)
    assert most_busy <= connections
    assert all(later >= sooner + pause - 1e-6 for (sooner, pause), (later, _) in pairwise(starts))


async def test_hosts_do_not_wait_for_each_other() -> None:
    clock = MovedClock()
    turns = Turns(clock)
    for host in ("a.example", "b.example", "c.example"):
        async with turns.turn(host, interval_s=100, connections=1, patience_s=1):
            pass
    assert clock.now() == MovedClock().now()
    with pytest.raises(NotYet, match=r"a\.example may not be asked again for 100 s"):
        async with turns.turn("a.example", interval_s=100, connections=1, patience_s=1):
            pass


async def test_a_turn_that_fails_or_is_cancelled_frees_its_place() -> None:
    turns = Turns(MovedClock())
    for error in (RuntimeError, asyncio.CancelledError):
        with pytest.raises(error):
            async with turns.turn("a.example", interval_s=0, connections=1, patience_s=1):
                raise error
    async with asyncio.timeout(60), turns.turn("a.example", interval_s=0, connections=1, patience_s=1):
        pass


@pytest.mark.parametrize("wrong", [{"interval_s": -1}, {"interval_s": 1e9}, {"connections": 0}, {"connections": 99}])
def test_manners_refuse_to_be_wrong(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="is outside"):
        Manners(**wrong)


def test_a_site_is_told_who_asks() -> None:
    assert user_agent("").startswith("Cratedig/")
    assert user_agent("https://example.org/bot").endswith(" (+https://example.org/bot)")
