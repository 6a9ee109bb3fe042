"""Fault table, finder processes: killed, hung, silent, talking nonsense, refusing; and left alone by who asks them."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import psutil
import pytest

from cratedig.find.processes.finders import Finders
from cratedig.find.processes.member import Patience
from cratedig.find.processes.question import Question
from cratedig.find.request import Request
from cratedig.health.finders import component
from faults.odd_finder import ANSWERS, VERSION
from faults.sizes import size
from faults.test_shutdown_drops_nothing import Load
from running import SLOW_S, Running, end_postmaster, running

ODD_FINDER = [sys.executable, str(Path(__file__).with_name("odd_finder.py"))]
PATIENT = Patience(beat_s=0.05, overdue_s=SLOW_S, silent=1000, starting=1000, hung=1000, leaving_s=1.0)
"""Of one whose process fails by itself."""
SOON = replace(PATIENT, overdue_s=0.2)
QUESTION = Question(Request("q"), stamp="s", version=VERSION)
HANGS = {"mute", "stands still"}
HARMLESS = {"good", "declines"} | HANGS
TWO = {"CRATEDIG_FIND__PROCESSES": "2", "CRATEDIG_API__REQUESTS_PER_MINUTE": "10000000"}


async def _until(reached: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SLOW_S
    while not reached():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.01)


@asynccontextmanager
async def _odd(way: str, *, count: int = 1, patience: Patience = PATIENT) -> AsyncIterator[Finders]:
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    async with Finders(count, [*ODD_FINDER, way], env=env, patience=patience).at_work() as finders:
        finders.expect(tracks=0)
        yield finders


@pytest.mark.parametrize("way", ANSWERS)
async def test_whatever_becomes_of_a_question_who_asked_goes_on(way: str) -> None:
    """None is what has the question found in this process."""
    async with _odd(way, patience=SOON if way in HANGS else PATIENT) as finders:
        await _until(lambda: finders.standing.able == 1, "it never began")
        found = await finders.find(QUESTION)
        assert (found is not None) == (way == "good")
        if way not in HARMLESS:
            await _until(lambda: finders.standing.ended >= 1, "it was not ended")
            await _until(lambda: finders.standing.able == 1, "no other took its place")


@pytest.mark.parametrize(
    ("way", "patience"), [("mute", replace(SOON, hung=5)), ("stands still", replace(SOON, silent=5))]
)
async def test_one_that_hangs_is_ended(way: str, patience: Patience) -> None:
    async with _odd(way, patience=patience) as finders:
        await _until(lambda: finders.standing.able == 1, "it never began")
        assert await finders.find(QUESTION) is None
        assert await finders.find(QUESTION) is None, "it is asked again while it hangs"
        assert finders.outcomes["lost"] == 1
        assert component(finders).state == "degraded"
        await _until(lambda: finders.standing.ended >= 1, "it was not ended")


@pytest.mark.parametrize("way", ["refuses", "never begins"])
async def test_one_that_never_begins_is_done_without(way: str) -> None:
    async with _odd(way, patience=replace(PATIENT, starting=5)) as finders:
        assert await finders.find(QUESTION) is None
        await _until(lambda: finders.standing.ended >= 1, "nobody noticed")
        assert finders.standing.able == 0


async def test_none_is_started_before_the_catalogue_is_worth_it() -> None:
    async with Finders(1, [*ODD_FINDER, "good"], from_tracks=10, patience=PATIENT).at_work() as finders:
        finders.expect(tracks=9)
        assert finders.standing.size == 0
        finders.expect(tracks=10)
        finders.expect(tracks=11)
        assert finders.standing.size == 1


async def test_none_is_started_where_the_program_is_gone() -> None:
    async with Finders(1, ["/nowhere/at/all"], patience=PATIENT).at_work() as finders:
        finders.expect(tracks=0)
        await _until(lambda: finders.standing.ended >= 1, "nobody noticed")
        assert await finders.find(QUESTION) is None


async def test_questions_wait_for_their_turn_and_none_is_lost_when_a_finder_is_killed() -> None:
    chance = random.Random(20261121)
    async with _odd("good", count=2) as finders:
        await _until(lambda: finders.standing.able == 2, "they never began")
        for _ in range(size(p=5, r=100)):
            asked = [asyncio.create_task(finders.find(QUESTION)) for _ in range(40)]
            await asyncio.sleep(chance.uniform(0.0, 0.01))
            for one in psutil.Process().children():
                if "odd_finder" in " ".join(one.cmdline()) and chance.random() < 0.7:
                    one.kill()
            asked[chance.randrange(40)].cancel()
            await asyncio.gather(*asked, return_exceptions=True)
            assert all(task.cancelled() or task.exception() is None for task in asked)
            await _until(lambda: finders.standing.able == 2, "they were not started again")


async def test_they_end_with_the_block_even_where_one_stands_still() -> None:
    async with _odd("stands still", count=2, patience=SOON) as finders:
        await _until(lambda: finders.standing.able == 2, "they never began")
        left = [one for one in psutil.Process().children() if "odd_finder" in " ".join(one.cmdline())]
        assert await finders.find(QUESTION) is None
    assert len(left) == 2
    assert not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in left)


def _finders_of(product: Running, *, at_least: int) -> list[psutil.Process]:
    """The living finder processes of a product, once there are so many."""
    deadline = time.monotonic() + SLOW_S
    while True:
        children = psutil.Process(product.process.pid).children()
        found = [one for one in children if "cratedig.cli.finder" in " ".join(one.cmdline())]
        if len(found) >= at_least:
            return found
        assert time.monotonic() < deadline, f"{len(found)} finders"
        time.sleep(0.05)


def _told(product: Running) -> dict[str, float]:
    """What /metrics says of the finders, by a line's beginning."""
    text = httpx2.get(f"{product.address}/metrics", timeout=SLOW_S).text
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("cratedig_finder")]
    return {name: float(value) for name, value in lines}


def _wait_until(product: Running, *, ended: int) -> dict[str, float]:
    """Until so many finders have ended, and all are able again."""
    deadline = time.monotonic() + SLOW_S
    while True:
        told = _told(product)
        if told["cratedig_finder_ends_total"] >= ended and told['cratedig_finder_processes{state="able"}'] == 2:
            return told
        assert time.monotonic() < deadline, told
        time.sleep(0.05)


def _ended(processes: list[psutil.Process]) -> bool:
    return psutil.wait_procs(processes, timeout=10)[1] == []


@pytest.mark.alone
def test_no_request_fails_while_finders_are_killed_and_hang(tmp_path: Path) -> None:
    with running(tmp_path, "--demo", "--workers", "0", env=TWO) as product:
        _wait_until(product, ended=0)
        load = Load(product.address)
        try:
            load.wait_until_it_flows()
            for turn, number in enumerate((signal.SIGKILL, signal.SIGSTOP) * size(p=1, r=50), start=1):
                _finders_of(product, at_least=2)[0].send_signal(number)
                told = _wait_until(product, ended=turn)
        finally:
            load.end()
        left = _finders_of(product, at_least=2)
        assert product.stop() == 0
    assert (load.broken, set(load.statuses)) == ([], {200})
    assert told['cratedig_finder_questions_total{outcome="found"}'] > 0
    assert _ended(left)


@pytest.mark.alone
def test_a_killed_product_leaves_no_finder(tmp_path: Path) -> None:
    """Nor one that is stopped, and cannot see that it is alone."""
    with running(tmp_path, "--workers", "0", env=TWO) as product:
        _wait_until(product, ended=0)
        left = _finders_of(product, at_least=2)
        left[0].send_signal(signal.SIGSTOP)
        product.process.kill()
        assert _ended(left)
        end_postmaster(tmp_path)
