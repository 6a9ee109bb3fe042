"""Promise 17: robots.txt, one request a second over one connection, Retry-After, and a name to complain to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cratedig.errors import DisallowedByRobots
from cratedig.net import Net
from tests.net.site import Asked, MovedClock, Says, ScriptedNames, Site, answer, serving

PAGES_A_HOST = 100


@dataclass(frozen=True)
class Host:
    """A site by what it says at /robots.txt. open, closed: paths, by RFC 9309 read by hand; {} is a number.

    pause_s: the least pause between two requests to it.
    """

    name: str
    robots: tuple[bytes, ...]
    open: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    pause_s: float = 1.0

    def urls(self, port: int) -> Iterator[tuple[str, bool]]:
        """100 addresses, each with whether it may be fetched."""
        kinds = [(path, True) for path in self.open] + [(path, False) for path in self.closed]
        for number in range(PAGES_A_HOST):
            path, may = kinds[number % len(kinds)]
            yield f"http://{self.name}:{port}{path.format(number)}", may


def _rules(*lines: str) -> tuple[bytes, ...]:
    return (answer(200, "\n".join(lines).encode()),)


HOSTS = [
    Host("plain.example", _rules("User-agent: *", "Disallow: /closed/"), ("/open/{}", "/?q={}"), ("/closed/{}",)),
    Host("ours.example", _rules("User-agent: *", "Allow: /", "", "User-agent: Cratedig", "Disallow: /"), (), ("/{}",)),
    Host("others.example", _rules("User-agent: Otherbot", "Disallow: /"), ("/{}", "/a/{}?b=c")),
    Host(
        "longest.example",
        _rules("User-agent: *", "Disallow: /a", "Allow: /a/b", "Disallow: /a/b/c"),
        ("/a/b/{}", "/{}"),
        ("/a/{}", "/a/b/c{}"),
    ),
    Host(
        "wild.example",
        _rules("User-agent: *", "Disallow: /*.pdf$", "Disallow: /*?sort="),
        ("/{}.html", "/{}.pdf.html"),
        ("/{}.pdf", "/{}?sort=1"),
    ),
    Host("absent.example", (answer(404),), ("/{}",)),
    Host("forbidden.example", (answer(403),), ("/{}",)),
    Host("failing.example", (answer(503),), (), ("/{}",)),
    Host("moved.example", (answer(301, location="/rules"),), ("/open/{}",), ("/closed/{}",)),
    Host(
        "slow.example", _rules("User-agent: *", "Crawl-delay: 5", "Disallow: /no"), ("/{}",), ("/no/{}",), pause_s=5.0
    ),
]
BUSY = Host("busy.example", (answer(404),), ("/{}",))


def _pages() -> dict[str, Says | list[Says]]:
    pages: dict[str, Says | list[Says]] = {f"{host.name}/robots.txt": list(host.robots) for host in HOSTS}
    pages["moved.example/rules"] = answer(200, b"User-agent: *\nDisallow: /closed/")
    return pages


async def _may(net: Net, url: str) -> bool:
    try:
        await net.fetch(url)
    except DisallowedByRobots:
        return False
    return True


def _came(site: Site, host: Host) -> list[Asked]:
    return [asked for asked in site.asked if asked.host == host.name]


def _least_pause_s(asked: list[Asked]) -> float:
    return min((later.at - sooner.at for sooner, later in pairwise(asked)), default=float("inf"))


async def test_polite() -> None:
    """1,000 addresses on 10 hosts, all of a host at once: 0 closed ones fetched, none sooner than its host allows."""
    clock, asked_for = MovedClock(), 0
    names = ScriptedNames({host.name: [["127.0.0.1"]] for host in HOSTS})
    async with (
        serving(_pages(), clock=clock) as site,
        Net.open(allowed=site.allowed, resolver=names, clock=clock, contact="owner@example.org") as net,
    ):
        for host in HOSTS:
            urls = list(host.urls(site.port))
            asked_for += len(urls)
            fetched = await asyncio.gather(*(_may(net, url) for url, _ in urls))
            assert [url for (url, may), got in zip(urls, fetched, strict=True) if may != got] == []
            pages = [asked for asked in _came(site, host) if asked.path not in ("/robots.txt", "/rules")]
            assert len(pages) == sum(may for _, may in urls)
            assert _least_pause_s(_came(site, host)) >= 1.0
            assert _least_pause_s(pages) >= host.pause_s
    assert asked_for == 1000
    assert site.most_busy == 1
    assert len([asked for asked in site.asked if asked.path == "/robots.txt"]) == len(HOSTS)
    assert all(asked.headers["user-agent"].endswith("(+owner@example.org)") for asked in site.asked)


async def test_a_host_that_asks_for_a_pause_gets_it_from_every_fetch() -> None:
    clock = MovedClock()
    said: list[Says] = [answer(200), answer(503, retry_after="45"), answer(200)]
    names = ScriptedNames({BUSY.name: [["127.0.0.1"]]})
    async with (
        serving({"/page": said}, clock=clock) as site,
        Net.open(allowed=site.allowed, resolver=names, clock=clock, retry_base_s=0.001) as net,
    ):
        url = site.url("/page", BUSY.name)
        assert all(await asyncio.gather(*(_may(net, url) for _ in range(5))))
    times = [asked.at for asked in site.asked if asked.path == "/page"]
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert len(times) == 6
    assert pauses[0] >= 1.0
    assert pauses[1] >= 45.0
    assert min(pauses[2:]) >= 1.0
