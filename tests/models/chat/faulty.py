"""A provider on this machine whose every answer is scripted, byte by byte: the faults of promise 11."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson

Fault = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(status: int, body: bytes = b"{}", **headers: str) -> Fault:
    """One whole answer."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(head(status, len(body), **headers) + body)
        await writer.drain()

    return send


def head(status: int, length: int, **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(
        [f"HTTP/1.1 {status} Said", "content-type: application/json", f"content-length: {length}", *lines, "", ""]
    ).encode()


def said(words: str, finish: str = "stop") -> bytes:
    """What OpenAI's API wraps around a model's words."""
    choice = {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": finish}
    used = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return orjson.dumps(
        {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": used}
    )


async def hang(writer: asyncio.StreamWriter) -> None:
    """Says nothing, ever."""
    await asyncio.Event().wait()


async def one_byte_a_second(writer: asyncio.StreamWriter) -> None:
    writer.write(head(200, 10_000))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(1)


async def endless_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-more: " + b"a" * 10_000 + b"\r\n")
        await writer.drain()


async def fifty_megabytes(writer: asyncio.StreamWriter) -> None:
    writer.write(head(200, 50 << 20))
    for _ in range(50):
        writer.write(b" " * (1 << 20))
        await writer.drain()


async def cut_off(writer: asyncio.StreamWriter) -> None:
    """Hangs up in the middle of its answer."""
    whole = said('{"sky": "clear", "wind": 3}')
    writer.write(head(200, len(whole)) + whole[:40])
    await writer.drain()
    writer.close()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


@dataclass
class Faulty:
    """bodies, heads: what was asked; times: when, in seconds of the loop."""

    base_url: str
    bodies: list[bytes] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return len(self.bodies)


@asynccontextmanager
async def faulty(*faults: Fault) -> AsyncIterator[Faulty]:
    """Answers by the faults, one a request in their order; the last one for all that follow."""
    serving: set[asyncio.Task[None]] = set()
    site = Faulty("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(_serve(reader, writer, site, faults))
        serving.add(task)
        with contextlib.suppress(asyncio.CancelledError, OSError, asyncio.IncompleteReadError):
            await task
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    site.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield site
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def _serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, site: Faulty, faults: Sequence[Fault]
) -> None:
    while True:
        asked = await reader.readuntil(b"\r\n\r\n")
        length = int(asked.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        site.bodies.append(await reader.readexactly(length))
        site.heads.append(asked.decode())
        site.times.append(asyncio.get_running_loop().time())
        await faults[min(len(site.bodies), len(faults)) - 1](writer)


async def nowhere() -> str:
    """An address where nobody listens."""
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}/v1"
