"""The wire: connections that go to the checked address, while TLS and Host speak of the name."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable
from ipaddress import ip_address
from typing import Any

import httpcore2
import httpx2

from cratedig.errors import ForbiddenAddress, UnknownHost
from cratedig.net.addresses import Address
from cratedig.net.guard import Guard

MOST_CONNECTIONS = 64  # as many as a check of links has in flight
KEPT_IDLE_S = 5.0
CONNECT_S = 5.0  # for one address; a host with a dead IPv6 address must leave time for its IPv4 one
MOST_TRIED = 3


class PinnedBackend(httpcore2.AsyncNetworkBackend):
    """Resolves, checks and connects in one step, so that no second look-up can answer differently (DNS rebinding)."""

    def __init__(self, guard: Guard, dial: httpcore2.AsyncNetworkBackend | None = None) -> None:
        self._guard = guard
        self._dial = dial or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A stream to the first of the host's checked addresses that answers."""
        failure: Exception = UnknownHost(f"There is no host {host!r}.")
        for address in (await self._guard.addresses(host, port))[:MOST_TRIED]:
            try:
                stream = await self._dial.connect_tcp(str(address), port, timeout=timeout or CONNECT_S)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return await self._same_peer(stream, address, port)
        raise failure

    async def _same_peer(
        self, stream: httpcore2.AsyncNetworkStream, wanted: Address, port: int
    ) -> httpcore2.AsyncNetworkStream:
        """Asks the socket itself who is at the other end, before a byte is sent."""
        peer = ip_address(str(stream.get_extra_info("server_addr")[0]))
        try:
            if peer != wanted:
                raise ForbiddenAddress(f"The connection to {wanted} ended at {peer}.")
            self._guard.check(peer, port)
        except ForbiddenAddress:
            await stream.aclose()
            raise
        return stream


class _Body(httpx2.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class PinnedTransport(httpx2.AsyncBaseTransport):
    """HTTP/1.1 over PinnedBackend. No proxy of the environment is used: it would look the name up by itself."""

    def __init__(self, backend: httpcore2.AsyncNetworkBackend, tls: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls or httpx2.create_ssl_context(),
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=MOST_CONNECTIONS,
            keepalive_expiry=KEPT_IDLE_S,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore2.Request(request.method, url, headers=request.headers.raw, content=request.stream)
        answer = await self._pool.handle_async_request(asked)
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    async def aclose(self) -> None:
        await self._pool.aclose()
