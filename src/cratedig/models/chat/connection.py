"""The wire to one configured provider: that host and no other, whole answers of a bounded size, nothing compressed.

The one place outside `net` that opens connections to other machines; whom it may ask is the owner's setting.
"""

from __future__ import annotations

import httpx2

from cratedig.errors import ForbiddenAddress, RemoteMalformed, RemoteTooLarge

MOST_BYTES = 1 << 20  # of one answer; 800 tokens are some 4 kB
MOST_HEADER_BYTES = 1 << 15
CONNECT_S = 5.0
_IDENTITY = {"", "identity"}


class ProviderTransport(httpx2.AsyncBaseTransport):
    """Raises ForbiddenAddress for another origin than `base_url`'s, RemoteTooLarge and RemoteMalformed for an answer
    that is over the limits or compressed."""

    def __init__(self, base_url: str, *, wire: httpx2.AsyncBaseTransport, most_bytes: int = MOST_BYTES) -> None:
        self._origin = _origin(httpx2.URL(base_url))
        self._wire = wire
        self._most_bytes = most_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if _origin(request.url) != self._origin:
            raise ForbiddenAddress("The provider's library asked another host than the configured one.")
        request.headers["Accept-Encoding"] = "identity"
        response = await self._wire.handle_async_request(request)
        try:
            self._check_head(response)
            body = await self._body(response)
        finally:
            await response.aclose()
        return httpx2.Response(response.status_code, headers=response.headers, stream=httpx2.ByteStream(body))

    def _check_head(self, response: httpx2.Response) -> None:
        if sum(len(name) + len(value) + 4 for name, value in response.headers.raw) > MOST_HEADER_BYTES:
            raise RemoteTooLarge("The provider's headers are over the limit.")
        if response.headers.get("content-encoding", "").strip().lower() not in _IDENTITY:
            raise RemoteMalformed("The provider's answer is compressed, which was not asked for.")

    async def _body(self, response: httpx2.Response) -> bytes:
        kept = bytearray()
        async for part in response.aiter_raw():
            kept += part
            if len(kept) > self._most_bytes:
                raise RemoteTooLarge("The provider's answer is over the limit; the rest was not read.")
        return bytes(kept)

    async def aclose(self) -> None:
        await self._wire.aclose()


def client(base_url: str, *, concurrency: int, timeout_s: float) -> httpx2.AsyncClient:
    """For the provider's library. Redirects are not followed; proxies and keys of the environment are not used."""
    wire = httpx2.AsyncHTTPTransport(
        trust_env=False,
        limits=httpx2.Limits(max_connections=concurrency, max_keepalive_connections=concurrency),
    )
    return httpx2.AsyncClient(
        transport=ProviderTransport(base_url, wire=wire),
        timeout=httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
        follow_redirects=False,
        trust_env=False,
    )


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)
