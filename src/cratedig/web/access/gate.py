"""The gate before every route: who asks, whether they may, whether it is their turn, and how long it may take."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cratedig.errors import CratedigError, Unavailable
from cratedig.web import problems
from cratedig.web.access.caller import Caller
from cratedig.web.access.door import Door
from cratedig.web.access.keys import Keyring
from cratedig.web.access.limits import Limits
from cratedig.web.access.peer import Peer, came_from_our_page
from cratedig.web.access.refusals import KEY_HEADER, NotKnown, TooMany, rate_headers
from cratedig.web.access.roles import Guarded, Row

_CHANGES_NOTHING = {"GET", "HEAD", "OPTIONS"}
_UNKNOWN_PATH = Row(None)


class Directory:
    """Which row a request falls under: that of the first route that matches, as the router has it."""

    def __init__(self, routes: Sequence[Guarded]) -> None:
        self._routes = [(_pattern(route), route) for route in routes]

    def find(self, method: str, path: str) -> Guarded:
        """Raises HTTPException 404 and 405."""
        others = set()
        for pattern, route in self._routes:
            if pattern.match(path):
                if route.method == method:
                    return route
                others.add(route.method)
        if others - {"WEBSOCKET"}:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(others - {"WEBSOCKET"}))})
        raise HTTPException(404)


def _pattern(route: Guarded) -> re.Pattern[str]:
    return re.compile(re.escape(route.path) + "/") if route.prefix else compile_path(route.path)[0]


class Gate:
    """Nothing reaches a route but through here; a request that falls under no row reaches none."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        directory: Directory,
        keyring: Keyring,
        door: Door,
        limits: Limits,
        timeout_s: float,
        origins: Sequence[str],
    ) -> None:
        self.app = app
        self._directory = directory
        self._keyring = keyring
        self._door = door
        self._limits = limits
        self._timeout_s = timeout_s
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        passing = _Passing(send)
        try:
            row = await self._admit(HTTPConnection(scope), passing)
        except (HTTPException, CratedigError) as refusal:
            await _refuse(scope, receive, passing, refusal)
            return
        if row.endless or scope["type"] == "websocket":
            await self._while_it_lives(scope, receive, passing)
        else:
            await self._within_time(scope, receive, passing)

    async def _admit(self, asked: HTTPConnection, passing: _Passing) -> Row:
        """Lets a request in whose caller is known, allowed, and within the limit. Raises what to answer else."""
        peer: Peer = asked.state.peer
        row = _UNKNOWN_PATH
        who = peer.id
        try:
            found = self._directory.find(asked.scope.get("method", "WEBSOCKET"), asked.scope["path"])
            asked.state.route, row = found.path, found.row
            self._refuse_other_sites(asked)
            asked.state.caller = await self._caller(asked, peer, row)
            who = asked.state.caller.id
            _check_role(asked.state.caller, row)
        finally:
            await self._count(who, row, passing)  # what is refused counts too, and 429 goes before any other refusal
        return row

    async def _caller(self, asked: HTTPConnection, peer: Peer, row: Row) -> Caller:
        if row.role is not None:
            return await self._door.caller(asked, peer)
        if not row.cost:
            return Caller(peer.id)
        try:
            return await self._door.caller(asked, peer)
        except (HTTPException, Unavailable):  # open to everyone is open to those too whom nothing else is
            return Caller(peer.id)

    def _refuse_other_sites(self, asked: HTTPConnection) -> None:
        """A browser lets any page send here, with our cookie, or as this machine. A key in a header it does not add."""
        changes = asked.scope["type"] == "websocket" or asked.scope["method"] not in _CHANGES_NOTHING
        if changes and KEY_HEADER not in asked.headers and not came_from_our_page(asked.headers, self._origins):
            raise HTTPException(403, "A page of another site sent this")

    async def _count(self, who: str, row: Row, passing: _Passing) -> None:
        if not row.cost:
            return
        verdict = await self._limits.take(who, row.cost)
        passing.headers |= rate_headers(verdict)
        if not verdict.admitted:
            raise TooMany(verdict, f"More than {verdict.limit} requests in a minute; again in {verdict.wait_s} s")

    async def _within_time(self, scope: Scope, receive: Receive, passing: _Passing) -> None:
        limit = asyncio.timeout(self._timeout_s)
        try:
            async with limit:
                await self.app(scope, receive, passing.send)
        except TimeoutError:
            if not limit.expired() or passing.started:  # half of it is out: only a cut connection tells the client
                raise
            late = HTTPException(503, f"This took longer than {self._timeout_s:g} s and was ended")
            await _refuse(scope, receive, passing, late)

    async def _while_it_lives(self, scope: Scope, receive: Receive, passing: _Passing) -> None:
        """A stream ends with the key it was opened with."""
        caller: Caller = scope["state"]["caller"]

        async def send(message: Message) -> None:
            if not (caller.is_address or await self._keyring.lives(caller.id)):
                raise _KeyEnded
            await passing.send(message)

        try:
            await self.app(scope, receive, send)
        except* _KeyEnded:
            await passing.end(scope["type"])


class _KeyEnded(Exception):
    pass


class _Passing:
    """Sends an answer on, with the headers of the caller's limit."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.headers: dict[str, str] = {}
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers.setdefault(name, value)  # a refusal has its own
        await self._send(message)

    async def end(self, kind: str) -> None:
        if kind == "websocket":
            await self._send({"type": "websocket.close", "code": 1008})
        else:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def _check_role(caller: Caller, row: Row) -> None:
    if row.role is None:
        return
    if caller.role is None:
        raise NotKnown(f"A key is needed: send it as {KEY_HEADER}")
    if caller.role < row.role:
        need, has = row.role.name.lower(), caller.role.name.lower()
        raise HTTPException(403, f"This needs the role {need}; the key has the role {has}")


async def _refuse(scope: Scope, receive: Receive, passing: _Passing, refusal: HTTPException | CratedigError) -> None:
    if scope["type"] == "websocket":
        await passing.send({"type": "websocket.close", "code": 1008})
    else:
        await problems.answer_to(Request(scope), refusal)(scope, receive, passing.send)
