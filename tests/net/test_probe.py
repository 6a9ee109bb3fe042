"""Net.probe: a look at what there is, whatever the site says, for a byte."""

from __future__ import annotations

import time

import pytest

from cratedig.errors import NotYet, RemoteMalformed
from cratedig.net import Limits, Manners, Net, Redirect
from tests.net.site import MovedClock, answer, serving

AT_ONCE = Manners(interval_s=0.0, robots=False)


@pytest.mark.parametrize("status", [200, 404, 429, 500, 503])
async def test_any_status_is_an_answer_and_asked_for_once(status: int) -> None:
    async with serving({"/": answer(status)}) as site, Net.open(allowed=site.allowed) as net:
        assert (await net.probe(site.url(), method="GET", manners=AT_ONCE)).status == status
    assert len(site.asked) == 1


@pytest.mark.alone
async def test_of_a_long_body_only_the_beginning_is_read() -> None:
    async with serving({"/": answer(200, b"x" * 50_000_000)}) as site, Net.open(allowed=site.allowed) as net:
        began = time.monotonic()
        got = await net.probe(site.url(), method="GET", manners=AT_ONCE)
    assert (got.body, got.status) == (b"x", 200)
    assert time.monotonic() - began < 2


async def test_the_way_of_an_answer_is_told_step_by_step() -> None:
    pages = {"/": answer(301, location="/a"), "/a": answer(302, location="/b"), "/b": answer(200)}
    async with serving(pages) as site, Net.open(allowed=site.allowed) as net:
        got = await net.probe(site.url(), manners=AT_ONCE)
        assert got.redirects == (Redirect(301, site.url("/a")), Redirect(302, site.url("/b")))
        assert [step.is_permanent for step in got.redirects] == [True, False]
        assert got.hops == 2
    assert [asked.method for asked in site.asked] == ["HEAD"] * 3


async def test_a_loop_is_no_answer() -> None:
    async with serving({"/": answer(301, location="/")}) as site, Net.open(allowed=site.allowed) as net:
        with pytest.raises(RemoteMalformed, match="redirects"):
            await net.probe(site.url(), manners=AT_ONCE)


async def test_waiting_until_a_host_is_due_takes_no_turn() -> None:
    clock = MovedClock()
    async with serving({"/": answer(200)}) as site, Net.open(allowed=site.allowed, clock=clock) as net:
        began = clock.now()
        await net.due(site.url())
        assert clock.now() == began
        await net.probe(site.url(), manners=Manners(interval_s=5.0, robots=False))
        await net.due(site.url())
        assert clock.now() == began + 5.0
        await net.due(site.url())
        assert clock.now() == began + 5.0


async def test_a_host_that_wants_hours_is_not_waited_for() -> None:
    page = answer(503, retry_after="3000")
    async with serving({"/": page}) as site, Net.open(allowed=site.allowed, limits=Limits(patience_s=60.0)) as net:
        await net.probe(site.url(), manners=AT_ONCE)
        with pytest.raises(NotYet):
            await net.due(site.url())
