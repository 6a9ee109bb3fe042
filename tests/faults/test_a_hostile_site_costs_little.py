"""Fault table, remote site: whatever it sends, a typed error, capped bytes, and no longer than the time given."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable

import pytest

from cratedig.errors import (
    CratedigError,
    DisallowedByRobots,
    RemoteMalformed,
    RemoteTimeout,
    RemoteTooLarge,
    RemoteUnavailable,
    UnknownHost,
)
from cratedig.net import Limits, Manners, Net
from tests.net.site import MovedClock, Says, ScriptedNames, answer, serving

LIMITS = Limits(timeout_s=1.0, max_bytes=2 * 1024 * 1024)
AT_ONCE = Manners(interval_s=0.0, robots=False)
MIB = 1024 * 1024
CHUNK = b"10000\r\n" + bytes(0x10000) + b"\r\n"
Saying = Callable[[asyncio.StreamWriter], Awaitable[None]]


def _endless(head: bytes, part: bytes, *, pause_s: float = 0.0) -> Saying:
    """Says `head`, then `part` until nobody listens."""

    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return say


async def _silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def _torn(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly this")
    await writer.drain()


def _bomb() -> bytes:
    """200 MB of zeros in 200 kB of gzip."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(MIB)) for _ in range(200)), packer.flush()])


SITES: dict[str, tuple[Says, type[CratedigError]]] = {
    "10 GB announced": (
        _endless(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n", bytes(65536)),
        RemoteTooLarge,
    ),
    "10 GB in chunks": (_endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", CHUNK), RemoteTooLarge),
    "10 GB until it closes": (_endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(65536)), RemoteTooLarge),
    "a gzip bomb": (answer(200, _bomb(), content_encoding="gzip"), RemoteTooLarge),
    "a bomb in a bomb": (answer(200, zlib.compress(_bomb()), content_encoding="gzip, deflate"), RemoteMalformed),
    "one endless header": (_endless(b"HTTP/1.1 200 OK\r\nx: ", b"y" * 65536), RemoteTooLarge),
    "endless headers": (_endless(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 9000), RemoteTooLarge),
    "endless interim answers": (_endless(b"", b"HTTP/1.1 103 Early\r\n\r\n" * 100), RemoteTimeout),
    "an endless first line": (_endless(b"HTTP/1.1 200 ", b"O" * 65536), RemoteTooLarge),
    "a header a byte at a time": (_endless(b"HTTP/1.1 200 OK\r\nx: ", b"y", pause_s=0.01), RemoteTimeout),
    "a body a byte at a time": (_endless(b"HTTP/1.1 200 OK\r\n\r\n", b"y", pause_s=0.01), RemoteTimeout),
    "silence": (_silent, RemoteTimeout),
    "a torn answer": (_torn, RemoteMalformed),
    "no HTTP": (_endless(b"SSH-2.0-x\r\n\r\n", b"x" * 1024), RemoteMalformed),
    "two lengths": (b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx", RemoteMalformed),
    "a redirect loop": (answer(302, location="/"), RemoteMalformed),
    "errors to the end": (answer(500), RemoteUnavailable),
}


@pytest.mark.alone
@pytest.mark.parametrize("fault", SITES)
async def test_a_hostile_site_costs_little(fault: str) -> None:
    said, expected = SITES[fault]
    async with serving({"/": said}) as site, Net.open(allowed=site.allowed, limits=LIMITS, retry_base_s=0.001) as net:
        tracemalloc.start()
        started = time.monotonic()
        try:
            with pytest.raises(expected) as raised:
                await net.fetch(site.url(), manners=AT_ONCE)
            took_s, (_, peak) = time.monotonic() - started, tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert type(raised.value) is expected
    assert len(str(raised.value).splitlines()) == 1
    assert took_s < LIMITS.timeout_s + 1.0
    assert peak < 4 * LIMITS.max_bytes + 4 * MIB


async def test_the_default_limits_are_30_s_and_10_mib() -> None:
    limits = Limits()
    assert (limits.timeout_s, limits.max_bytes, limits.max_hops) == (30.0, 10 * MIB, 5)
    for name in ("timeout_s", "patience_s", "max_bytes", "max_ratio", "max_headers"):
        with pytest.raises(ValueError, match=name):
            Limits(**{name: 0})


@pytest.mark.parametrize(
    "said",
    [answer(500), answer(503), answer(302, location="/robots.txt"), answer(200, b"x", content_encoding="br"), _torn],
    ids=["500", "503", "loop", "unknown coding", "torn"],
)
async def test_a_site_whose_rules_cannot_be_read_is_not_fetched_from(said: Says) -> None:
    pages: dict[str, Says | list[Says]] = {"/robots.txt": said, "/": answer(200)}
    async with serving(pages) as site, Net.open(allowed=site.allowed, limits=LIMITS, clock=MovedClock()) as net:
        with pytest.raises(DisallowedByRobots):
            await net.fetch(site.url())
    assert "/" not in site.paths()


async def test_a_name_that_does_not_exist_is_refused() -> None:
    async with Net.open(resolver=ScriptedNames(), clock=MovedClock()) as net:
        with pytest.raises(UnknownHost) as raised:
            await net.fetch("https://no-such-host.example/")
    assert raised.value.exit_code == 4
