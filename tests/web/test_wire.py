"""What a stranger may send before a request is one: little, and not slowly. Over sockets, as uvicorn serves it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from cratedig.web.wire import Wire

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def _measure(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the size of the body it was sent, after a moment."""
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    await asyncio.sleep(0.05)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": f"<{size}>".encode()})


class Hasty(Wire):
    head_within_s = 0.3


@asynccontextmanager
async def listening(protocol: type[Wire]) -> AsyncIterator[int]:
    """The port of a server that speaks so."""
    server = uvicorn.Server(uvicorn.Config(_measure, http=protocol, lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield int(listener.getsockname()[1])
        server.should_exit = True
        await serving


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    async with listening(Wire) as it:
        yield it


async def told(port: int, *parts: bytes) -> bytes:
    """Everything the server says to a client that sends these parts, reads, and does not hang up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (b"GET /", b"a" * 65_536),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 65_536),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"a: b\r\n" * 10_000),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n" * 10_000),
    ],
    ids=["url", "field", "fields", "trailer"],
)
async def test_a_head_without_end_is_cut_off(port: int, begin: bytes, more: bytes) -> None:
    async with asyncio.timeout(60):
        said = await told(port, begin, *[more] * 100)
    assert not said or said.startswith(b"HTTP/1.1 431 ")  # unread, where the reset was faster


async def test_a_long_head_and_a_longer_body_are_served(port: int) -> None:
    body = b"b" * 300_000
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + b"a" * 60_000
    head += b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert (await told(port, head, body[:1000], body[1000:])).count(b"<300000>") == 1


@pytest.mark.alone
async def test_a_head_that_comes_slowly_is_not_waited_for() -> None:
    began = time.monotonic()
    async with listening(Hasty) as port:
        assert (await told(port, b"GET / HTTP/1.1\r\nX: ")).startswith(b"HTTP/1.1 408 ")
        assert await told(port) == b""
        assert (await told(port, GET, GET + b"GET /", b" HT")).count(b"200 OK") == 2
    assert time.monotonic() - began < 4


async def test_requests_in_a_row_are_all_answered_but_not_thousands(port: int) -> None:
    last = GET.replace(b"Host", b"Connection: close\r\nHost")
    assert (await told(port, GET * 5 + last)).count(b"<0>") == 6
    async with asyncio.timeout(60):
        assert (await told(port, GET * 5_000)).count(b"<0>") == 0
