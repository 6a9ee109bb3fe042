"""Promise 8: whatever a URL says, and wherever it leads, nothing connects to a forbidden address."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import httpcore2
import pytest

from cratedig.errors import ForbiddenAddress, Refused, UnknownHost
from cratedig.net import Manners, Net
from cratedig.net.addresses import FORBIDDEN
from cratedig.net.guard import Guard
from cratedig.net.pinned import PinnedBackend, PinnedTransport
from tests.net.site import MovedClock, Says, ScriptedNames, Site, answer, serving

AT_ONCE = Manners(interval_s=0.0, robots=False)
SITE = "127.0.0.77"
CANARY = ["127.0.0.1", "127.0.0.2", "127.255.255.254"]
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PUBLIC = ["93.184.216.34", "2606:4700:4700::1111"]


def _words(text: str) -> list[str]:
    return text.split()


LOOPBACK = _words(r"""
    127.0.0.1 127.1 127.0.1 127.0.0.1. 2130706433 0x7f000001 0x7f.1 0x7F.0x0.0x0.0x1 0x7f.0.1 017700000001
    0177.0.0.1 0177.1 0177.0x0.1 00177.0.0.01 127.0.0.001 127.255.255.254 127.0.0.2 0 0.0 0.0.0.0 0x0 0x 00
    0.0.0.1 127。0。0。1 127．0．0．1 １２７.0.0.1 ①②⑦.⓪.⓪.① %31%32%37.0.0.1 127%2e0%2e0%2e1 localhost LOCALHOST
    localhost. a.localhost localhost.localdomain [::1] [0:0:0:0:0:0:0:1] [0000::0001] [::] [::127.0.0.1]
    [::7f00:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::ffff:0:127.0.0.1]
    [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:7f00:1::1]
    [2001:0:7f00:1::1] [2001::80ff:fffe] [fe80::5efe:127.0.0.1] [2600::5efe:127.0.0.1] [2600::200:5efe:7f00:1]
    [::1%25lo] [fe80::1%25eth0] [::ffff:0.0.0.0]
""")
ELSEWHERE = _words(r"""
    10.0.0.1 10.1 0xa.1 012.0.0.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.257 0xc0a80001
    3232235521 100.64.0.1 100.127.255.255 100.100.100.200 169.254.169.254 0xa9fea9fe 2852039166
    0251.0376.0251.0376 169.254.43518 168.63.129.16 192.0.0.192 192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1
    198.19.255.255 192.88.99.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 4294967295 [fc00::1]
    [fd00:ec2::254] [fd20:ce::254] [fe80::1] [febf::1] [fec0::1] [ff02::1] [ff0e::1] [100::1] [2001:db8::1]
    [3fff::1] [5f00::1] [2001:10::1] [2001:2::1] [2001:20::1] [4000::1] [8000::1] [::ffff:10.0.0.1]
    [::ffff:169.254.169.254] [::10.0.0.1] [64:ff9b::10.0.0.1] [64:ff9b::169.254.169.254] [64:ff9b::100.64.0.1]
    [2002:a00:1::] [2002:a9fe:a9fe::1] [2002:c0a8:1::] [2001:0:4136:e378:8000:63bf:f5ff:fffe]
    [fe80::5efe:10.0.0.1] [2600::5efe:192.168.0.1] [::ffff:0:10.0.0.1] metadata metadata.google.internal
    instance-data router.local nas.home.arpa intranet hidden.onion x.invalid y.test
""")
ODD = _words(r"""
    http://user@{} http://user:pass@{} http://93.184.216.34@{} http://{}@{} http://93.184.216.34%40{}
    http://a.example\@{} http://a.example%2f@{} http:///{} http:{} //{} {} /path file:///etc/passwd
    file://{}/etc/passwd ftp://{}/ gopher://{}/_x dict://{}/x ws://{}/ wss://{}/ unix:/run/x data:text/plain,x
    javascript:alert(1) ldap://{}/ tftp://{}/ jar:http://{}!/ http://[{}]/ http://[::1 http://::1/
    http://1.2.3.4.5/ http://256.0.0.1/ http://127.0.0.0x100/ http://1.2.3.08/ http://a..example/
    http://.example/ http://-/ http://a_/ http://a.example:22/ http://a.example:6379/ http://a.example:5432/
    http://a.example:25/ http://a.example:0/ http://a.example:99999/ http://a%00.example/ http://a%20b.example/
    http://a!.example/
""")
REDIRECTS = _words(r"""
    http://{canary}/ //{canary}/ http://0x7f000002:{port}/ http://[::ffff:127.0.0.2]:{port}/ http://inner.example:{port}/
    http://u:p@music.example:{port}/ http://169.254.169.254/latest/ file:///etc/passwd gopher://127.1/ http://[
    http://a.example:22/ https://0/
""")


@dataclass
class Case:
    """A URL, what its names are said to be, and what an allowed site says to it."""

    url: str
    names: dict[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    pages: dict[str, Says | list[Says]] = field(default_factory=dict)
    manners: Manners = AT_ONCE


class Dialled(httpcore2.AsyncNetworkBackend):
    """Notes every address that is connected to, and connects to loopback only."""

    def __init__(self) -> None:
        self.peers: list[tuple[str, int]] = []

    async def connect_tcp(self, host: str, port: int, **rest: object) -> httpcore2.AsyncNetworkStream:
        self.peers.append((host, port))
        if not host.startswith("127."):
            raise httpcore2.ConnectError("a test does not go there")
        return await httpcore2.AnyIOBackend().connect_tcp(host, port)


def cases(port: int) -> Iterator[Case]:
    """port: where an allowed site listens on SITE, and the canary on the other addresses of loopback."""
    site, canary = f"{SITE}:{port}", f"127.0.0.2:{port}"
    yield from (Case(f"http://{host}:{port}/") for host in LOOPBACK + ELSEWHERE)
    yield from (Case(text.format(canary, canary), {"a.example": [PUBLIC]}) for text in ODD)
    for block in FORBIDDEN:
        for address in {str(block.network[0]), str(block.network[-1])}:
            yield Case(f"http://music.example:{port}/", {"music.example": [[address]]})
            yield Case("https://music.example/", {"music.example": [[*PUBLIC, address]]})
            yield Case("https://music.example/", {"music.example": [[address, *PUBLIC]]})
    yield Case("https://nothing.example/", {"nothing.example": [[]]})
    for status in (301, 302, 303, 307, 308):
        for there in REDIRECTS:
            names = {"inner.example": [["127.0.0.2"]]}
            yield Case(f"http://{site}/", names, {"/": answer(status, location=there.format(canary=canary, port=port))})
    for hops in range(1, 5):
        chain: dict[str, Says | list[Says]] = {f"/{n}": answer(302, location=f"/{n - 1}") for n in range(1, hops + 1)}
        chain["/0"] = answer(302, location=f"http://{canary}/")
        yield Case(f"http://{site}/{hops}", pages=chain)
    robots: dict[str, Says | list[Says]] = {"/robots.txt": answer(301, location=f"http://{canary}/"), "/": answer(200)}
    yield Case(f"http://{site}/", pages=robots, manners=Manners(interval_s=0))
    for name in ("one.example", "two.example"):  # the site is asked its robots, and by then the name leads elsewhere
        closing = {f"{name}/robots.txt": answer(404, connection="close")}
        rebound = [[SITE], ["127.0.0.2" if name[0] == "o" else "10.0.0.1"]]
        yield Case(f"http://{name}:{port}/", {name: rebound}, dict(closing), Manners(interval_s=0))


async def _peers_of(case: Case, site: Site) -> list[tuple[str, int]]:
    """Runs a case, which must be refused, and tells whom it connected to."""
    dialled = Dialled()
    names = ScriptedNames(case.names)
    wire = PinnedTransport(PinnedBackend(Guard(names, site.allowed), dialled), TLS)
    site.pages = case.pages
    refused: Refused | None = None
    async with Net.open(wire=wire, allowed=site.allowed, resolver=names, clock=MovedClock(), retry_base_s=0.001) as net:
        try:
            await net.fetch(case.url, manners=case.manners)
        except (ForbiddenAddress, UnknownHost) as error:
            refused = error
    assert refused is not None, f"{case.url} was answered"
    assert len(str(refused).splitlines()) == 1
    return dialled.peers


async def test_no_request_reaches_a_forbidden_address() -> None:
    run = 0
    async with serving(host=[SITE]) as site, serving(host=CANARY, port=site.port) as canary:
        for case in cases(site.port):
            peers = await _peers_of(case, site)
            assert set(peers) <= site.allowed, case.url
            run += 1
        assert canary.connections == 0
        async with Net.open(allowed=frozenset({("127.0.0.2", site.port)})) as net:  # the canary does hear those who may
            await net.fetch(f"http://127.0.0.2:{site.port}/", manners=AT_ONCE)
        assert canary.connections == 1
    assert run >= 420  # 160 are promised


async def test_a_name_that_changes_its_address_is_used_as_it_was_checked() -> None:
    """One look-up serves both the check and the connection: an attacker's second answer is not heard."""
    names = ScriptedNames({"rebinding.example": [[SITE], ["127.0.0.2"]]})
    async with (
        serving({"/": answer(200, b"ours")}, host=[SITE]) as site,
        serving(host=CANARY, port=site.port) as canary,
    ):
        async with Net.open(allowed=site.allowed, resolver=names) as net:
            got = await net.fetch(site.url("/", "rebinding.example"), manners=AT_ONCE)
        assert (got.body, names.looked_up) == (b"ours", ["rebinding.example"])
        async with Net.open(allowed=site.allowed, resolver=names) as net:
            with pytest.raises(ForbiddenAddress):
                await net.fetch(site.url("/", "rebinding.example"), manners=AT_ONCE)
    assert canary.connections == 0
