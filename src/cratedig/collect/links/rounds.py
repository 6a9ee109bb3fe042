"""Many links, in the order that keeps every site and us busy: a lane to each site, its links one after the other.

A lane that waits for its site's turn holds nothing; requests under way are counted over all lanes. Sites with the most
links come first: they take longest. Not all sites at once, so that what is known of a site (robots.txt, connections) is
used up before it is forgotten.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cratedig.catalogue.links import Link
from cratedig.collect.links.asking import Asker
from cratedig.collect.links.verdict import TROUBLES_TO_LEAVE, Outcome, Verdict
from cratedig.errors import ForbiddenAddress
from cratedig.net import Manners, Net
from cratedig.net.target import parsed

IN_FLIGHT = 64
SITES_AT_ONCE = 512
GET_ACQUAINTED_FROM = 5
"""With a site of fewer links the two extra requests would be more than the links are worth."""


@dataclass
class Rounds:
    """Looks at links and puts what it finds on `tray`, from which its owner takes it. stop_at: by `time.monotonic`."""

    net: Net
    manners: Manners = field(default_factory=Manners)
    in_flight: int = IN_FLIGHT
    stop_at: float = float("inf")
    tray: list[tuple[Link, Verdict]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.in_flight)
        self._sites: deque[list[Link]] = deque()

    def take(self) -> list[tuple[Link, Verdict]]:
        """What was found since the last time."""
        found, self.tray = self.tray, []
        return found

    async def go(self, links: Iterable[Link]) -> None:
        """Returns when every link was looked at, or `stop_at` has come."""
        self._sites = deque(sorted(by_site(links), key=len, reverse=True))
        async with asyncio.TaskGroup() as lanes:
            for _ in range(min(SITES_AT_ONCE, len(self._sites))):
                lanes.create_task(self._lane())

    async def _lane(self) -> None:
        while self._sites and not self._is_over():
            await self._site(self._sites.popleft())

    async def _site(self, links: Sequence[Link]) -> None:
        asker = Asker(self.net, self.manners, self._slots)
        if len(links) >= GET_ACQUAINTED_FROM:
            await asker.get_acquainted(links[0].url)
        troubles = 0
        for place, link in enumerate(links):
            if self._is_over():
                return
            verdict = await asker.verdict(link.url)
            self.tray.append((link, verdict))
            troubles = troubles + verdict.trouble if verdict.trouble else 0
            if troubles >= TROUBLES_TO_LEAVE:
                self._leave(links[place + 1 :], verdict)
                return

    def _leave(self, links: Sequence[Link], verdict: Verdict) -> None:
        """The rest of a site that failed again and again is not asked for: nothing is known about it."""
        self.tray += [(link, Verdict(Outcome.UNKNOWN, verdict.reason)) for link in links]

    def _is_over(self) -> bool:
        return time.monotonic() >= self.stop_at


def by_site(links: Iterable[Link]) -> list[list[Link]]:
    """Links of one host together; those of no host each by itself."""
    sites: dict[str, list[Link]] = {}
    for link in links:
        sites.setdefault(_host_of(link.url), []).append(link)
    alone = [[link] for link in sites.pop("", [])]
    return [*sites.values(), *alone]


def _host_of(url: str) -> str:
    try:
        return parsed(url).host
    except ForbiddenAddress:
        return ""
