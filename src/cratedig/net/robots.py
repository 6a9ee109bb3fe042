"""robots.txt by RFC 9309: what may be fetched, and how slowly."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from protego import Protego

from cratedig.errors import DisallowedByRobots, RemoteMalformed, RemoteTooLarge
from cratedig.net.errand import Answer
from cratedig.net.manners import PRODUCT
from cratedig.net.target import Target
from cratedig.net.turns import Clock

MOST_BYTES = 500 * 1024  # section 2.5: what must at least be parsed; the rest is not read
KEPT_S = 24 * 3600.0  # section 2.4
REFUSAL_KEPT_S = 300.0  # a site that is down is asked again soon
MOST_ORIGINS = 1000
_TOO_MANY = 429  # a 4xx by number, but it says "not now", not "there is none"


@dataclass(frozen=True, slots=True)
class _Rules:
    """said: the parsed file; None with a `refusal` where there is none to go by."""

    until: float
    said: Protego | None = None
    refusal: str = ""


class Robots:
    """The rules of every origin asked lately. `fetch` gets a robots.txt, whatever its status."""

    def __init__(self, fetch: Callable[[str], Awaitable[Answer]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._rules: OrderedDict[str, _Rules] = OrderedDict()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def pause_s(self, target: Target) -> float:
        """The pause between requests that the site asks for, 0 where it does not say.

        Raises DisallowedByRobots when `target` is closed to us, or when its site cannot say (5xx, a redirect without
        end): section 2.3.1.4 takes that for a no.
        """
        rules = await self._current(target)
        if rules.refusal:
            raise DisallowedByRobots(f"{target.origin} {rules.refusal}, which counts as a no (RFC 9309).")
        if rules.said is None:
            return 0.0
        if not await asyncio.to_thread(rules.said.can_fetch, target.url, PRODUCT):
            raise DisallowedByRobots(f"The robots.txt of {target.origin} closes {str(target)!r} to {PRODUCT}.")
        return _asked_pause_s(rules.said)

    async def _current(self, target: Target) -> _Rules:
        origin = target.origin
        lock = self._asking.setdefault(origin, asyncio.Lock())
        async with lock:  # many tasks of one origin: one asks, the others wait for what it hears
            rules = self._rules.get(origin)
            if rules is None or self._clock.now() >= rules.until:
                rules = await self._heard(origin)
                self._keep(origin, rules)
        return rules

    async def _heard(self, origin: str) -> _Rules:
        try:
            answer = await self._fetch(f"{origin}/robots.txt")
        except (RemoteMalformed, RemoteTooLarge):
            return self._refusal("has a robots.txt that cannot be read")
        if 200 <= answer.status < 300:
            # 0.5 s for 500 KiB of patterns
            said = await asyncio.to_thread(Protego.parse, answer.body.decode("utf-8-sig", "replace"))
            return _Rules(self._clock.now() + KEPT_S, said)
        if 400 <= answer.status < 500 and answer.status != _TOO_MANY:  # section 2.3.1.3: there is none, so no rules
            return _Rules(self._clock.now() + KEPT_S)
        return self._refusal(f"answers {answer.status} for its robots.txt")

    def _refusal(self, reason: str) -> _Rules:
        return _Rules(self._clock.now() + REFUSAL_KEPT_S, refusal=reason)

    def _keep(self, origin: str, rules: _Rules) -> None:
        self._rules[origin] = rules
        self._rules.move_to_end(origin)
        while len(self._rules) > MOST_ORIGINS:
            self._rules.popitem(last=False)


def _asked_pause_s(rules: Protego) -> float:
    """Crawl-delay and Request-rate are not in the RFC, but a site that writes them means them."""
    delay = rules.crawl_delay(PRODUCT) or 0.0
    rate = rules.request_rate(PRODUCT)
    return max(delay, rate.seconds / rate.requests if rate and rate.requests else 0.0)
