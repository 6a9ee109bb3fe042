"""A site of our own on loopback that says exactly the bytes a test wants, and counts who came."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

from cratedig.net.turns import Clock

Says = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer; `content_type="..."` is the header content-type."""
    lines = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body


@dataclass
class Asked:
    """One request as it came: its first line, its headers, and when by the test's clock."""

    method: str
    path: str
    headers: dict[str, str]
    at: float

    @property
    def host(self) -> str:
        return self.headers["host"].partition(":")[0]


@dataclass
class Site:
    """pages: path, or host with path, -> what is said; what is not there is a 404. A list is said one by one."""

    pages: dict[str, Says | list[Says]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    busy: int = 0
    most_busy: int = 0
    address: str = "127.0.0.1"
    port: int = 0
    clock: Clock | None = None

    @property
    def allowed(self) -> frozenset[tuple[str, int]]:
        """What lets a Net come here although it is loopback."""
        return frozenset({(self.address, self.port)})

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive until the other side leaves."""
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append(Asked(method, path, headers, self.clock.now() if self.clock else 0.0))
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            return await self._say(self._next(self.asked[-1]), writer)
        finally:
            self.busy -= 1

    def _next(self, asked: Asked) -> Says:
        said = self.pages.get(asked.host + asked.path) or self.pages.get(asked.path, answer(404))
        if not isinstance(said, list):
            return said
        return said.pop(0) if len(said) > 1 else said[0]

    async def _say(self, said: Says, writer: asyncio.StreamWriter) -> bool:
        if isinstance(said, bytes):
            writer.write(said)
            await writer.drain()
            return True
        await said(writer)
        return False


@asynccontextmanager
async def serving(
    pages: Mapping[str, Says | list[Says]] | None = None,
    *,
    clock: Clock | None = None,
    tls: SSLContext | None = None,
    host: Sequence[str] = ("127.0.0.1",),
    port: int = 0,
) -> AsyncIterator[Site]:
    """The site, on a port the system chooses."""
    site = Site(pages=dict(pages or {}), clock=clock, address=host[0])
    server = await asyncio.start_server(site.serve, list(host), port, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


class ScriptedNames:
    """A resolver with a script: name -> the answers of the first look-up, of the second, ...; the last stays."""

    def __init__(self, script: Mapping[str, Sequence[Sequence[str]]] | None = None) -> None:
        self._script = {name: [list(found) for found in answers] for name, answers in (script or {}).items()}
        self.looked_up: list[str] = []

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        self.looked_up.append(host)
        answers = self._script.get(host, [[]])
        return answers.pop(0) if len(answers) > 1 else answers[0]


class MovedClock:
    """A clock that only waiting moves: a second of waiting takes no time."""

    def __init__(self) -> None:
        self._now = 1000.0

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += seconds
        await asyncio.sleep(0)
