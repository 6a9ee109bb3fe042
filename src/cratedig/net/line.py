"""The line between the kept answers and the wire: robots, turns, the breaker and the limits, in this order."""

from __future__ import annotations

import httpx2

from cratedig.cache.breaker import Breaker
from cratedig.errors import RemoteMalformed, RemoteUnavailable
from cratedig.net.bodies import check_head, received
from cratedig.net.errand import Errand, hop_of
from cratedig.net.limits import Limits
from cratedig.net.robots import Robots
from cratedig.net.target import Target
from cratedig.net.trouble import pause_s, wire_errors
from cratedig.net.turns import Turns


class Line(httpx2.AsyncBaseTransport):
    """One request to one host, asked politely and read within its limits. The answer's body is all there."""

    def __init__(
        self, wire: httpx2.AsyncBaseTransport, *, robots: Robots, turns: Turns, breaker: Breaker, limits: Limits
    ) -> None:
        self._wire = wire
        self._robots = robots
        self._turns = turns
        self._breaker = breaker
        self._limits = limits

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        target, errand = hop_of(request)
        manners = errand.manners
        asked_pause_s = await self._robots.pause_s(target) if manners.robots else 0.0
        turn = self._turns.turn(
            target.host,
            interval_s=max(manners.interval_s, asked_pause_s),
            connections=manners.connections,
            patience_s=self._limits.patience_s,
        )
        async with turn:
            await self._breaker.admit(target.host)
            return await self._watched(request, target, errand)

    async def _watched(self, request: httpx2.Request, target: Target, errand: Errand) -> httpx2.Response:
        """Tells the breaker how it went, and heeds a Retry-After."""
        try:
            response = await self._exchanged(request, target, errand)
        except (RemoteUnavailable, RemoteMalformed):
            await self._breaker.failed(target.host)
            raise
        if response.status_code >= 500:
            await self._breaker.failed(target.host)
        else:
            await self._breaker.succeeded(target.host)
        if (seconds := pause_s(response)) > 0:
            self._turns.pause(target.host, seconds)
        return response

    async def _exchanged(self, request: httpx2.Request, target: Target, errand: Errand) -> httpx2.Response:
        async with errand.wire_time.spending(str(target)):
            with wire_errors(target):
                response = await self._wire.handle_async_request(request)
                try:
                    body = await self._body(request, response, errand)
                finally:
                    await response.aclose()
        return httpx2.Response(response.status_code, headers=response.headers, stream=httpx2.ByteStream(body))

    async def _body(self, request: httpx2.Request, response: httpx2.Response, errand: Errand) -> bytes:
        """Nothing of a redirect's body is wanted; closing the connection is cheaper than reading it."""
        whole = request.method == "HEAD" or errand.cut
        check_head(response, self._limits, max_bytes=int(1e18) if whole else errand.max_bytes)
        if response.has_redirect_location:
            return b""
        return await received(response, max_bytes=errand.max_bytes, cut=errand.cut)

    async def aclose(self) -> None:
        await self._wire.aclose()
