"""The door of links: every address is looked at, and what was found is written.

What is found is written as it comes, some seconds' worth in a transaction; killed anywhere, the next run goes on with
what was not looked at. An address that several tracks have is asked for once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import anyio

from cratedig.catalogue import Catalogue, links
from cratedig.catalogue.links import Checked, Link
from cratedig.collect.links.asking import is_answer
from cratedig.collect.links.rounds import IN_FLIGHT, Rounds
from cratedig.collect.links.verdict import Outcome, Verdict, settled, site_of
from cratedig.music.receipt import Receipt
from cratedig.net import Manners, Net

READ_AT_ONCE = 50_000
"""Addresses in memory at a time; all of their sites are asked side by side."""
SAVE_EVERY_S = 1.0
SAVE_AT_ONCE = 1000
SURE = {Outcome.VALID: 0.95, Outcome.MOVED: 0.95, Outcome.REQUIRES_AUTH: 0.8, Outcome.DEAD: 0.95, Outcome.UNKNOWN: 0.0}
"""How sure an outcome is. A page may be there without its music, a 403 may be meant for programs alone."""
MOVED_AWAY = 0.6
"""Confidence in a permanent redirect to another site: sites that are sold redirect everything."""

Progress = Callable[[int, int], None]
"""Called with (done, total) as links are looked at."""


@dataclass
class LinksAccount:
    """What a run did. total: addresses that wanted a look when it began; links, tracks: those looked at; outcomes:
    addresses by outcome; left: addresses not looked at because time was up."""

    total: int = 0
    links: int = 0
    tracks: int = 0
    seconds: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return max(0, self.total - self.links)

    def as_dict(self) -> dict[str, Any]:
        rate = round(self.links / self.seconds, 1) if self.seconds else 0.0
        return asdict(self) | {"left": self.left, "links_per_s": rate}


def _silent(done: int, total: int) -> None:
    pass


async def check_links(
    catalogue: Catalogue,
    net: Net,
    *,
    limit: int | None = None,
    before: datetime | None = None,
    for_s: float = float("inf"),
    manners: Manners | None = None,
    in_flight: int = IN_FLIGHT,
    progress: Progress = _silent,
) -> LinksAccount:
    """Looks at every address never looked at, or last `before` then; at most `limit`, for at most `for_s` seconds.

    manners: how each site is asked; at most `in_flight` requests are under way at once.
    """
    async with catalogue.begin() as session:
        wanted = await links.count_wanted(session, before=before)
    account = LinksAccount(total=wanted if limit is None else min(wanted, limit))
    run = _Check(catalogue, net, manners or Manners(), in_flight, time.monotonic() + for_s, account, progress)
    began = time.monotonic()
    try:
        await run.all(before)
    finally:
        account.seconds = round(time.monotonic() - began, 1)
    return account


@dataclass
class _Check:
    """One run. answers: how many looks a site answered, whatever it said."""

    catalogue: Catalogue
    net: Net
    manners: Manners
    in_flight: int
    stop_at: float
    account: LinksAccount
    progress: Progress
    answers: int = 0

    async def all(self, before: datetime | None) -> None:
        while self.account.left and time.monotonic() < self.stop_at:
            async with self.catalogue.begin() as session:
                found = await links.wanted(session, before=before, limit=min(self.account.left, READ_AT_ONCE))
            if not found:
                return
            await self._look(found)

    async def _look(self, found: Sequence[Link]) -> None:
        rounds = Rounds(self.net, self.manners, in_flight=self.in_flight, stop_at=self.stop_at)
        going = asyncio.create_task(rounds.go(found))
        try:
            while not going.done():
                await asyncio.wait([going], timeout=SAVE_EVERY_S)
                await self._save(rounds.take())
        finally:
            going.cancel()
            await asyncio.wait([going])
            with anyio.CancelScope(shield=True):
                await self._save(rounds.take())
        going.result()

    async def _save(self, found: Sequence[tuple[Link, Verdict]]) -> None:
        self.answers += sum(is_answer(verdict) for _, verdict in found)
        for start in range(0, len(found), SAVE_AT_ONCE):
            checked = [self._checked(*one) for one in found[start : start + SAVE_AT_ONCE]]
            async with self.catalogue.begin() as session:
                tracks = await links.save(session, checked)
            self.account.links += len(checked)
            self.account.tracks += tracks
            counted = Counter(one.status for one in checked)
            self.account.outcomes = dict(Counter(self.account.outcomes) + counted)
            self.progress(self.account.links, self.account.total)

    def _checked(self, link: Link, verdict: Verdict) -> Checked:
        return checked(link, settled(verdict, before=link.before, is_online=self.answers > 0))


def checked(link: Link, verdict: Verdict) -> Checked:
    """A verdict as it is written. The tracks' address becomes the new one where it is on the same site."""
    stays = verdict.address is not None and site_of(verdict.address) == site_of(link.url)
    confidence = MOVED_AWAY if verdict.address is not None and not stays else SURE[verdict.outcome]
    return Checked(
        link,
        verdict.outcome.value,
        Receipt("the link itself", verdict.reason, confidence),
        tried=verdict.reason if verdict.outcome is Outcome.UNKNOWN else None,
        moved_to=verdict.address,
        confidence=confidence,
        new_url=verdict.address if stays else None,
    )
