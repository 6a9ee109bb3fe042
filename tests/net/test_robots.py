"""What a site's robots.txt means (RFC 9309)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cratedig.errors import DisallowedByRobots, RemoteUnavailable
from cratedig.net import Limits, Net
from tests.net.site import MovedClock, Says, answer, serving

OK = answer(200, b"ok")
FAST_S = 0.001


async def _may(robots: Says | list[Says], path: str = "/page", **pages: Says) -> bool:
    served: dict[str, Says | list[Says]] = {"/robots.txt": robots, path: OK}
    served |= {f"/{name}": said for name, said in pages.items()}
    clock = MovedClock()
    async with serving(served) as site, Net.open(allowed=site.allowed, clock=clock, retry_base_s=FAST_S) as net:
        try:
            return (await net.fetch(site.url(path))).body == b"ok"
        except DisallowedByRobots:
            assert path not in site.paths()
            return False


@pytest.mark.parametrize(
    ("said", "may"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /other", True),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: Cratedig\nAllow: /", True),
        (b"User-agent: *\nAllow: /\n\nUser-agent: cratedig\nDisallow: /page", False),
        (b"User-agent: *\nDisallow: /\nAllow: /page", True),  # the longer rule wins, section 2.2.2
        (b"User-agent: *\nDisallow: /p*e$", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        (b"<html>not robots at all</html>", True),
    ],
)
async def test_rules_are_kept(said: bytes, may: bool) -> None:
    assert await _may(answer(200, said)) is may


@pytest.mark.parametrize(("status", "may"), [(404, True), (403, True), (410, True), (429, False), (500, False)])
async def test_no_rules_mean_yes_and_no_answer_means_no(status: int, may: bool) -> None:
    assert await _may(answer(status)) is may


async def test_redirects_to_the_rules_are_followed_up_to_five() -> None:
    rules = answer(200, b"User-agent: *\nDisallow: /")
    chain = {f"r{n}": answer(301, location=f"/r{n - 1}") for n in range(1, 6)} | {"r0": rules}
    assert await _may(answer(301, location="/r4"), **chain) is False
    allowing = chain | {"r0": answer(200, b"")}
    assert await _may(answer(301, location="/r4"), **allowing) is True
    assert await _may(answer(301, location="/r5"), **allowing) is False


async def test_only_the_first_500_kib_are_parsed() -> None:
    filler = b"# " + b"x" * 97 + b"\n"
    early = b"User-agent: *\nDisallow: /page\n" + filler * 10_000
    assert await _may(answer(200, early)) is False
    late = filler * 10_000 + b"User-agent: *\nDisallow: /page\n"
    assert await _may(answer(200, late)) is True


async def test_rules_are_asked_for_once_a_day_and_a_refusal_sooner() -> None:
    clock = MovedClock()
    pages: dict[str, Says | list[Says]] = {"/robots.txt": [answer(500), answer(200)], "/": OK}
    async with serving(pages) as site, Net.open(allowed=site.allowed, clock=clock, retry_base_s=FAST_S) as net:
        for _ in range(2):
            with pytest.raises(DisallowedByRobots, match="answers 500"):
                await net.fetch(site.url())
        await clock.sleep(301)
        for _ in range(5):
            await net.fetch(site.url())
        assert site.paths().count("/robots.txt") == 2
        await clock.sleep(24 * 3600)
        await net.fetch(site.url())
        assert site.paths().count("/robots.txt") == 3


@pytest.mark.parametrize(
    ("line", "pause_s"), [("Crawl-delay: 7", 7), ("Request-rate: 1/9", 9), ("Crawl-delay: 0.1", 1)]
)
async def test_a_longer_pause_is_kept(line: str, pause_s: float) -> None:
    clock = MovedClock()
    pages: dict[str, Says | list[Says]] = {"/robots.txt": answer(200, f"User-agent: *\n{line}".encode()), "/": OK}
    async with serving(pages, clock=clock) as site, Net.open(allowed=site.allowed, clock=clock) as net:
        for _ in range(3):
            await net.fetch(site.url())
    times = [asked.at for asked in site.asked if asked.path == "/"]
    assert [later - sooner for sooner, later in pairwise(times)] == pytest.approx([pause_s] * 2)


async def test_a_site_that_cannot_be_reached_is_not_fetched_from() -> None:
    async with serving() as site:
        pass
    limits = Limits(timeout_s=2)
    async with Net.open(allowed=site.allowed, clock=MovedClock(), limits=limits, retry_base_s=FAST_S) as net:
        with pytest.raises(RemoteUnavailable):
            await net.fetch(site.url())
