"""What every request and answer is wrapped in: an id, a size limit, security headers, a log line, a count."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cratedig.log import logger
from cratedig.web import problems
from cratedig.web.metrics import Metrics

MAX_BODY_BYTES = 1024 * 1024
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Envelope:
    """The outermost layer. Nothing leaves the application without passing here, errors included."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # as GET, of which the server then sends no body (RFC 9110, 9.3.2)
            scope = {**scope, "method": "GET"}
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(send, request_id)
        with structlog.contextvars.bound_contextvars(request_id=request_id), self.metrics.in_flight.track_inprogress():
            started = time.monotonic()
            try:
                await self.app(scope, _limited(receive), answer.send)
            except Exception:
                logger(__name__).exception("a request failed in a way nobody foresaw", path=scope["path"])
                if answer.status:  # half of it is out: only a cut connection tells the client
                    raise
                await problems.unexpected(Request(scope))(scope, receive, answer.send)
            finally:
                self._count(scope, answer.status or 500, time.monotonic() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = _template(scope)
        self.metrics.answered(method=scope["method"], route=route, status=status, seconds=seconds)
        logger(__name__).info(
            "answered", method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000, 1)
        )


class _Answer:
    """Sends an answer on, with our headers, and remembers its status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._request_id
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
        await self._send(message)


def _limited(receive: Receive) -> Receive:
    """`receive`, refusing with 413 once the body is over MAX_BODY_BYTES."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY_BYTES:
            raise HTTPException(413, f"The body is over the limit of {MAX_BODY_BYTES:,} bytes")
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


def _template(scope: Scope) -> str:
    """The matched route with its parameters' names in place of their values; what matched nothing is one route."""
    if "endpoint" not in scope:
        return "unmatched"
    path = str(scope["path"])
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(f"/{value}", f"/{{{name}}}")
    return path
