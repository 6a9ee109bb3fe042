"""What every request and answer is wrapped in: an id, a size limit, security headers, a log line, a count."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping, Sequence

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cratedig.log import logger
from cratedig.web import problems
from cratedig.web.access.peer import Network, Peer, peer_of
from cratedig.web.metrics import Metrics

_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser's own POST says "Origin: null"
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
TOO_MANY = 429
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}  # said over https only (RFC 6797, 7.2)


class Envelope:
    """The outermost layer. Nothing leaves the application without passing here, errors included."""

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, max_body_bytes: int, trusted_proxies: Sequence[Network] = ()
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.max_body_bytes = max_body_bytes
        self.trusted_proxies = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        peer = peer_of(scope, self.trusted_proxies)
        scope.setdefault("state", {})["peer"] = peer
        if scope["type"] == "http":
            await self._answer(scope, receive, send, peer)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, peer: Peer) -> None:
        if scope["method"] == "HEAD":  # as GET, of which the server then sends no body (RFC 9110, 9.3.2)
            scope = {**scope, "method": "GET"}
        request_id = _request_id(scope)
        scope["state"]["request_id"] = request_id
        answer = _Answer(send, {"X-Request-ID": request_id, **SECURITY_HEADERS, **(HTTPS_ONLY if peer.https else {})})
        with structlog.contextvars.bound_contextvars(request_id=request_id), self.metrics.in_flight.track_inprogress():
            started = time.monotonic()
            try:
                await self.app(scope, _limited(receive, self.max_body_bytes), answer.send)
            except Exception:
                logger(__name__).exception("a request failed in a way nobody foresaw", path=scope["path"])
                if answer.status:  # half of it is out: only a cut connection tells the client
                    raise
                await problems.unexpected(Request(scope))(scope, receive, answer.send)
            finally:
                self._count(scope, answer.status or 500, time.monotonic() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope["state"].get("route", "unmatched")  # the template: paths are endless
        self.metrics.answered(method=scope["method"], route=route, status=status, seconds=seconds)
        say = logger(__name__).debug if status == TOO_MANY else logger(__name__).info  # a flood must not flood the log
        say("answered", method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000, 1))


class _Answer:
    """Sends an answer on, with our headers, and remembers its status."""

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message).update(self._headers)
        await self._send(message)


def _limited(receive: Receive, most: int) -> Receive:
    """`receive`, refusing with 413 once the body is over `most` bytes."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413, f"The body is over the limit of {most:,} bytes")
        return message

    return receive_some


def _request_id(scope: Scope) -> str:
    """The client's id where it is a plain word of at most 128 characters, else a fresh one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _SANE_ID.fullmatch(given):
                return str(given)
    return uuid.uuid4().hex
