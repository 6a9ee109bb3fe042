"""`Net.fetch`: the one function by which Cratedig asks another machine for anything over HTTP."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import httpx2

from cratedig.cache.breaker import Breaker
from cratedig.cache.counts import OwnCounts, RedisCounts
from cratedig.cache.redis_link import RedisLink
from cratedig.errors import ForbiddenAddress, RemoteMalformed, RemoteTimeout, UsageError
from cratedig.net.bodies import ACCEPT_ENCODING, decoded
from cratedig.net.errand import Answer, Errand, Redirect, carried, plain
from cratedig.net.guard import Allowed, Guard, Resolver, SystemResolver
from cratedig.net.kept import keeping
from cratedig.net.limits import Limits, WireTime
from cratedig.net.line import Line
from cratedig.net.manners import Manners, user_agent
from cratedig.net.pinned import PinnedBackend, PinnedTransport
from cratedig.net.robots import MOST_BYTES as MOST_ROBOTS_BYTES
from cratedig.net.robots import Robots
from cratedig.net.shared import FolderTurns, RedisTurns
from cratedig.net.target import Target, without_secrets
from cratedig.net.trouble import IDEMPOTENT, RETRY_BASE_S, TRIES, check_status, tries
from cratedig.net.turns import Clock, MonotonicClock, SharedTurns, Turns

METHODS = IDEMPOTENT | {"POST"}
_OURS = frozenset({"host", "user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding"})
_CARRIED_ANYWHERE = frozenset({"accept", "accept-language"})  # what may be told to a host the caller did not name


class Net:
    """Everything a fetch goes through, from the guard to the kept answers. Of one event loop."""

    def __init__(
        self,
        wire: httpx2.AsyncBaseTransport,
        *,
        guard: Guard,
        agent: str,
        limits: Limits,
        clock: Clock,
        breaker: Breaker,
        shared: SharedTurns | None = None,
        disk: Path | None = None,
        retry_base_s: float = RETRY_BASE_S,
    ) -> None:
        self._guard = guard
        self._agent = agent
        self._limits = limits
        self._retry_base_s = retry_base_s
        robots = Robots(self._robots_txt, clock)
        self._turns = Turns(clock, shared)
        self._line = Line(wire, robots=robots, turns=self._turns, breaker=breaker, limits=limits)
        self._kept = keeping(self._line, disk) if disk is not None else None

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        contact: str = "",
        limits: Limits | None = None,
        folder: Path | None = None,
        link: RedisLink | None = None,
        allowed: Allowed = frozenset(),
        resolver: Resolver | None = None,
        clock: Clock | None = None,
        wire: httpx2.AsyncBaseTransport | None = None,
        tls: ssl.SSLContext | None = None,
        retry_base_s: float = RETRY_BASE_S,
    ) -> AsyncIterator[Self]:
        """folder: where answers and turns are kept for all processes of this machine; unset, neither is.

        link: the Redis that circuits and turns are shared by. allowed, resolver, clock, wire, tls: for tests and the
        demo. retry_base_s: the first wait between tries. Raises UsageError for a contact that is no header.
        """
        clock = clock or MonotonicClock()
        guard = Guard(resolver or SystemResolver(), allowed)
        net = cls(
            wire or PinnedTransport(PinnedBackend(guard), tls),
            guard=guard,
            agent=user_agent(contact),
            limits=limits or Limits(),
            clock=clock,
            breaker=Breaker(RedisCounts(link, clock) if link else OwnCounts(clock)),
            shared=_shared_turns(link, folder),
            disk=folder / "answers.sqlite" if folder else None,
            retry_base_s=retry_base_s,
        )
        try:
            yield net
        finally:
            await (net._kept or net._line).aclose()

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        manners: Manners | None = None,
        max_bytes: int | None = None,
        keep: bool = True,
    ) -> Answer:
        """Asks for `url` and follows at most 5 redirects; the answer has any status but 429 and 5xx.

        headers go to the URL's own origin only. max_bytes: of the body, at most the limit this Net was opened with.
        keep: False where the answer must not be left on disk; an answer to a request with credentials never is.

        Raises ForbiddenAddress, UnknownHost, DisallowedByRobots, RemoteRefused, RemoteMalformed, RemoteTooLarge,
        RemoteUnavailable, RemoteTimeout, CircuitOpen, NotYet; UsageError for a request that cannot be sent.
        """
        given = _checked(method, headers or {})
        target = self._guard.target(url)
        errand = Errand(
            manners=manners or Manners(),
            max_bytes=min(max_bytes or self._limits.max_bytes, self._limits.max_bytes),
            wire_time=WireTime(self._limits.timeout_s),
            kept=keep and _is_public(target, given),
            tries=TRIES if method in IDEMPOTENT else 1,
        )
        try:
            async with asyncio.timeout(self._limits.patience_s):
                return await self._followed(target, errand, method, given, content)
        except TimeoutError as error:
            raise RemoteTimeout(f"{target} was not done within {self._limits.patience_s:g} s.") from error

    async def probe(
        self,
        url: str,
        *,
        method: str = "HEAD",
        headers: Mapping[str, str] | None = None,
        manners: Manners | None = None,
        max_bytes: int = 1,
    ) -> Answer:
        """One try, whatever the status, and of the body the first `max_bytes` alone: what there is, not what it says.

        It is never answered from the disk. Raises as `fetch`, but a 429 or 5xx is an answer here.
        """
        given = _checked(method, headers or {})
        try:
            async with asyncio.timeout(self._limits.patience_s):
                return await self._looked(url, method, given, manners or Manners(), max_bytes)
        except TimeoutError as error:
            raise RemoteTimeout(f"A look at a link was not done within {self._limits.patience_s:g} s.") from error

    async def due(self, url: str) -> None:
        """Waits until the host of `url` may be asked again, as far as this process knows; takes no turn.

        Raises ForbiddenAddress, and NotYet where that is later than a fetch would wait.
        """
        await self._turns.due(self._guard.target(url).host, patience_s=self._limits.patience_s)

    async def _robots_txt(self, url: str) -> Answer:
        """One try, whatever the status, the first 500 KiB: robots.txt has rules of its own."""
        return await self._looked(url, "GET", {}, Manners(robots=False), MOST_ROBOTS_BYTES)

    async def _looked(
        self, url: str, method: str, headers: Mapping[str, str], manners: Manners, max_bytes: int
    ) -> Answer:
        errand = Errand(manners, max_bytes, WireTime(self._limits.timeout_s), cut=True)
        return await self._followed(self._guard.target(url), errand, method, headers, None)

    async def _followed(
        self, target: Target, errand: Errand, method: str, headers: Mapping[str, str], content: bytes | None
    ) -> Answer:
        redirects: list[Redirect] = []
        for _ in range(self._limits.max_hops + 1):
            response = await self._hop(target, errand, method, headers, content)
            if not response.has_redirect_location:
                return await self._answer(target, response, errand, redirects)
            onward = self._onward(target, response)
            if response.status_code == 303 or (response.status_code in (301, 302) and method == "POST"):
                method, content = ("HEAD" if method == "HEAD" else "GET"), None
            if onward.origin != target.origin:
                if content is not None:
                    raise RemoteMalformed(f"{target} sends what was posted on to another site; it was not followed.")
                headers = {name: value for name, value in headers.items() if name in _CARRIED_ANYWHERE}
            redirects.append(Redirect(response.status_code, onward.url))
            target = onward
        raise RemoteMalformed(f"{target} is more than {self._limits.max_hops} redirects away; it was not followed.")

    def _onward(self, target: Target, response: httpx2.Response) -> Target:
        onward = self._guard.target(response.headers["location"], base=target)
        if target.scheme == "https" and onward.scheme == "http":
            raise ForbiddenAddress(f"{target} leads from https to http; it was not followed.")
        return onward

    async def _hop(
        self, target: Target, errand: Errand, method: str, headers: Mapping[str, str], content: bytes | None
    ) -> httpx2.Response:
        """One URL, asked until it answers or the tries are used up. On an errand of one try any status is an answer."""
        sent = {"user-agent": self._agent, "accept-encoding": ACCEPT_ENCODING, "accept": "*/*", **headers}
        request = httpx2.Request(method, target.url, headers=sent, content=content, extensions=carried(target, errand))
        transport = self._kept if self._kept is not None and errand.kept else self._line
        if errand.cut:
            return await transport.handle_async_request(request)
        async for attempt in tries(errand.tries, base_s=self._retry_base_s):
            with attempt:
                response = await transport.handle_async_request(request)
                check_status(target, response)
                return response
        raise AssertionError("a last attempt returns or raises")

    async def _answer(
        self, target: Target, response: httpx2.Response, errand: Errand, redirects: Sequence[Redirect]
    ) -> Answer:
        try:
            body = await decoded(response, self._limits, max_bytes=errand.max_bytes, cut=errand.cut)
        finally:
            await response.aclose()
        kept = response.extensions.get("caching", {})
        headers, is_kept = plain(response.headers), bool(kept.get("from_cache"))
        way = tuple(redirects)
        return Answer(target.url, response.status_code, headers, body, len(way), is_kept, way)


def _shared_turns(link: RedisLink | None, folder: Path | None) -> SharedTurns | None:
    if link is not None:
        return RedisTurns(link)
    return FolderTurns(folder / "turns") if folder is not None else None


def _checked(method: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The caller's headers with lower-case names. Raises UsageError for what only this room may say."""
    if method not in METHODS:
        raise UsageError(f"The method {method!r} is not used here; known are {', '.join(sorted(METHODS))}.")
    given = {name.lower(): value for name, value in headers.items()}
    for name, value in given.items():
        if name in _OURS or not (value.isascii() and value.isprintable()):
            raise UsageError(f"The header {name!r} cannot be sent like this.")
    return given


def _is_public(target: Target, headers: Mapping[str, str]) -> bool:
    """False for a request that may hold credentials: those and their answers are not written to disk."""
    return headers.keys() <= _CARRIED_ANYWHERE and without_secrets(target.url) == target.url
