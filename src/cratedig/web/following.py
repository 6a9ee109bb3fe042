"""Following jobs as they go on: however many follow, the catalogue is asked for all of them in one query."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

from cratedig.catalogue import Catalogue, jobs
from cratedig.catalogue.jobs import Job
from cratedig.errors import CatalogueUnavailable, Unavailable

LOOK_EVERY_S = 0.5
MOST = 500
"""Followers in one process; each holds a connection open."""
MOST_OF_ONE = 50
"""Of which one caller's: whoever takes all it can get leaves room for the others."""


class Following:
    """Looks while anybody follows, and only then."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._followed: Counter[str] = Counter()
        self._followers: Counter[str] = Counter()
        self._latest: dict[str, Job] = {}
        self._looked = asyncio.Condition()
        self._looking: asyncio.Task[None] | None = None
        self._is_closed = False

    def check_room(self, caller: str) -> None:
        """Raises Unavailable where too many follow already, or the caller follows too often."""
        if self._followed.total() >= MOST or self._followers[caller] >= MOST_OF_ONE:
            raise Unavailable("Too many follow tasks here already.", hint="Ask for the task itself now and then.")

    async def follow(self, job: Job, caller: str) -> AsyncIterator[Job]:
        """The job now, and whenever something about it has changed, until it has ended or the process closes."""
        yield job
        self._followers[caller] += 1
        self._followed[job.id] += 1
        self._latest.setdefault(job.id, job)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            seen = job
            while not (seen.is_finished or self._is_closed):
                async with self._looked:
                    await self._looked.wait()
                latest = self._latest.get(job.id)
                if latest is None:  # forgotten meanwhile
                    return
                if latest != seen:
                    seen = latest
                    yield seen
        finally:
            self._leave(job.id, caller)

    def close(self) -> None:
        """Lets every follower go, at its next look."""
        self._is_closed = True

    def _leave(self, job_id: str, caller: str) -> None:
        self._followers[caller] -= 1
        self._followers += Counter()  # forgets who follows no more
        self._followed[job_id] -= 1
        if not self._followed[job_id]:
            del self._followed[job_id]
            self._latest.pop(job_id, None)
        if not self._followed and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _look(self) -> None:
        while True:
            with contextlib.suppress(CatalogueUnavailable):  # the next look tells what was missed
                asked = list(self._followed)
                async with self._catalogue.begin() as session:
                    found = await jobs.get_some(session, asked)
                # what somebody began to follow meanwhile was not asked about: it stays as it is
                seen = {id: (found if id in asked else self._latest).get(id) for id in self._followed}
                self._latest = {id: job for id, job in seen.items() if job}
            async with self._looked:
                self._looked.notify_all()
            await asyncio.sleep(LOOK_EVERY_S)
