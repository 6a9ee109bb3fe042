"""A site whose pages answer HEAD and GET as they are told to, and count who asked for what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cratedig.net import Limits, Manners, Net
from tests.net.site import MovedClock

AT_ONCE = Manners(interval_s=0.0)
Behaviour = Callable[[str, asyncio.StreamWriter], Awaitable[bool]]
"""(method, where to write) -> whether the connection lives on."""


def says(
    status: int, *, head: int | None = None, location: str = "", body: bytes = b"page", **headers: str
) -> Behaviour:
    """`status`, and to a HEAD `head` where it is given."""

    async def behave(method: str, writer: asyncio.StreamWriter) -> bool:
        said = head if head is not None and method == "HEAD" else status
        lines = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
        if location and 300 <= said < 400:
            lines["location"] = location
        rows = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"HTTP/1.1 {said} Said\r\n{rows}\r\n".encode() + (b"" if method == "HEAD" else body))
        await writer.drain()
        return True

    return behave


def slow(seconds: float) -> Behaviour:
    async def behave(_method: str, _writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(seconds)
        return False

    return behave


async def hang_up(_method: str, _writer: asyncio.StreamWriter) -> bool:
    """Nothing at all is said."""
    return False


async def babble(method: str, writer: asyncio.StreamWriter) -> bool:
    """What is no HTTP, but only to a HEAD."""
    if method == "HEAD":
        writer.write(b"\x00\x01 what?\r\n\r\n")
        return False
    return await says(200)(method, writer)


@dataclass
class Scripted:
    """pages: path -> behaviour; "*" is every other path, which is a 404 where it is not there."""

    pages: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = "127.0.0.1"
    port: int = 0
    busy: int = 0
    most_busy: int = 0

    @property
    def allowed(self) -> frozenset[tuple[str, int]]:
        return frozenset({(self.address, self.port)})

    def url(self, path: str = "/") -> str:
        return f"http://{self.address}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, path, _ = head.split("\r\n", 1)[0].split(" ")
        self.asked.append((method, path))
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            return await self.pages.get(path, self.pages.get("*", says(404)))(method, writer)
        finally:
            self.busy -= 1


@asynccontextmanager
async def scripted(pages: Mapping[str, Behaviour], address: str = "127.0.0.1") -> AsyncIterator[Scripted]:
    site = Scripted(dict(pages), address=address)
    server = await asyncio.start_server(site.serve, address, 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


@asynccontextmanager
async def net_for(*sites: Scripted, timeout_s: float = 1.0) -> AsyncIterator[Net]:
    """A way out to these sites and nowhere else on this machine; waiting for turns takes no time."""
    allowed = frozenset().union(*(site.allowed for site in sites))
    limits = Limits(timeout_s=timeout_s, patience_s=30.0)
    async with Net.open(allowed=allowed, limits=limits, clock=MovedClock()) as net:
        yield net
