"""The door of recovery: for every dead link something is sought to stand in, by one strategy after the other.

What is found, and that it was sought, is written as it comes; the next run goes on with the tracks not sought for.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cratedig.catalogue import Catalogue, recoveries
from cratedig.catalogue.recoveries import Lost, Recovery
from cratedig.collect.links import stand_in
from cratedig.collect.links.asking import Asker
from cratedig.collect.links.found import Found, Source, best_first
from cratedig.collect.links.verdict import Outcome
from cratedig.errors import Refused, Unavailable
from cratedig.net import Manners, Net

SAVE_EVERY_S = 5.0
NEAREST_AT_ONCE = 200
MOST_TRIED = 3
"""Found addresses that are looked at before the track is given up."""

Progress = Callable[[int, int], None]
"""Called with (done, total) of one strategy."""


@dataclass
class RecoveryAccount:
    """What a run did, by strategy: dead links it was tried for, and those for which it found something.

    passed_over: sources that could not be asked any more, and why.
    """

    sought: dict[str, int] = field(default_factory=dict)
    recovered: dict[str, int] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def add(self, strategy: str, sought: int, found: int) -> None:
        self.sought = dict(Counter(self.sought) + Counter({strategy: sought}))
        self.recovered = dict(Counter(self.recovered) + Counter({strategy: found}))


def _silent(done: int, total: int) -> None:
    pass


async def recover_links(
    catalogue: Catalogue,
    net: Net | None = None,
    *,
    sources: Sequence[Source] = (),
    limit: int | None = None,
    for_s: float = float("inf"),
    progress: Progress = _silent,
) -> RecoveryAccount:
    """Seeks something in place of every dead link: from `sources` over `net`, then in the catalogue itself.

    At most `limit` tracks and `for_s` seconds for each strategy. A source that refuses or does not answer is passed
    over for the rest of the run.
    """
    account = RecoveryAccount()
    run = _Recovery(catalogue, account, limit, for_s, progress)
    for strategy in dict.fromkeys(source.strategy for source in sources):
        assert net is not None, "sources are asked over the network"
        await run.by_sources(net, strategy, [source for source in sources if source.strategy == strategy])
    await run.by_likeness()
    return account


@dataclass
class _Recovery:
    catalogue: Catalogue
    account: RecoveryAccount
    limit: int | None
    for_s: float
    progress: Progress

    async def by_likeness(self) -> None:
        """The nearest tracks, some hundred dead links at a time."""
        await self._each(stand_in.STRATEGY, NEAREST_AT_ONCE, self._nearest)

    async def by_sources(self, net: Net, strategy: str, sources: list[Source]) -> None:
        """What the sources know, one dead link at a time."""
        seeker = _Seeker(net, sources, self.account)
        await self._each(strategy, 1, seeker.seek)

    async def _nearest(self, lost: Sequence[Lost]) -> _Sought:
        async with self.catalogue.begin() as session:
            near = await recoveries.neighbours(session, [one.track_id for one in lost])
        of_track: dict[int, list[recoveries.Neighbour]] = {}
        for one in near:
            of_track.setdefault(one.lost_id, []).append(one)
        found = [stand_in.stand_in(one, of_track.get(one.track_id, ())) for one in lost]
        return _Sought([one.track_id for one in lost], [one for one in found if one is not None])

    async def _each(self, strategy: str, size: int, seek: Callable[[Sequence[Lost]], Awaitable[_Sought]]) -> None:
        """Hands the tracks that want `strategy` to `seek`, `size` at a time, and writes what it finds."""
        async with self.catalogue.begin() as session:
            total = await recoveries.count_lost(session, strategy)
        total = total if self.limit is None else min(total, self.limit)
        after = done = 0
        stop_at = time.monotonic() + self.for_s
        while done < total and time.monotonic() < stop_at:
            async with self.catalogue.begin() as session:
                lost = await recoveries.lost(session, strategy, after=after, limit=min(size, total - done))
            if not lost:
                return
            sought = await seek(lost)
            async with self.catalogue.begin() as session:
                await recoveries.save_sought(session, strategy, sought.track_ids, sought.found)
            after, done = lost[-1].track_id, done + len(lost)
            self.account.add(strategy, len(sought.track_ids), len(sought.found))
            self.progress(done, total)
            if sought.is_last:
                return


@dataclass(frozen=True, slots=True)
class _Sought:
    """track_ids: the tracks that need not be sought for again soon. is_last: nobody is left to ask."""

    track_ids: Sequence[int]
    found: Sequence[Recovery]
    is_last: bool = False


@dataclass
class _Seeker:
    """Asks the sources of one strategy, and looks at what they name before it is believed."""

    net: Net
    sources: list[Source]
    account: RecoveryAccount

    async def seek(self, lost: Sequence[Lost]) -> _Sought:
        tracks: list[int] = []
        recovered: list[Recovery] = []
        for one in lost:
            found, are_all_heard = await self._ask(one)
            if best := await self._first_alive(one, best_first(one, found)):
                recovered.append(best)
            if best or are_all_heard:
                tracks.append(one.track_id)
        return _Sought(tracks, recovered, is_last=not self.sources)

    async def _ask(self, lost: Lost) -> tuple[list[Found], bool]:
        """What the sources name, and whether all of them answered."""
        answers = await asyncio.gather(
            *(source.find(self.net, lost) for source in self.sources), return_exceptions=True
        )
        found: list[Found] = []
        for source, answer in zip(list(self.sources), answers, strict=True):
            if isinstance(answer, Refused | Unavailable):
                self.account.passed_over[source.name] = answer.message
                self.sources.remove(source)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                found += answer
        return found, not self.account.passed_over

    async def _first_alive(self, lost: Lost, found: Sequence[tuple[float, Found]]) -> Recovery | None:
        asker = Asker(self.net, Manners(), asyncio.Semaphore(1))
        for confidence, one in found[:MOST_TRIED]:
            verdict = await asker.verdict(one.url)
            if verdict.outcome in (Outcome.VALID, Outcome.MOVED):
                url = verdict.address or one.url
                return Recovery(lost.track_id, lost.url, one.strategy, confidence, recovered_url=url)
        return None
