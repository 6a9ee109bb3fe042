"""What procrastinate's worker asks of the database, answered with our record of the job in the same statement.

The worker itself is procrastinate's: it waits, fetches, runs several at once, hears of cancellations, stops. It knows
no retries of its own here and no failures: what becomes of a start is an Outcome, written when it says the job is done.
And it never sees the database go away: what cannot be asked now is asked again until there is an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Notification, Status
from procrastinate.manager import JobManager, NotificationCallback
from procrastinate.psycopg_connector import PsycopgConnector

from cratedig.catalogue import Catalogue
from cratedig.catalogue import claims as rows
from cratedig.catalogue.claims import Claim, Claims, Ending
from cratedig.catalogue.trouble import took_too_long
from cratedig.errors import CatalogueUnavailable
from cratedig.jobs.kind import COMPUTE, GiveBack, Outcome, Split
from cratedig.jobs.queue import wanted_of
from cratedig.log import logger

TASK = "cratedig"
"""The one task procrastinate knows; the kind of a job is in our record."""
COMPUTING_AT_ONCE = 2
"""One computes while the next reads or the last is written; more would only wait here while other workers are idle."""
ASK_AGAIN_S = 0.5

T = TypeVar("T")


class Ledger(JobManager):
    """The jobs this worker has taken up, by queue row."""

    def __init__(
        self,
        connector: PsycopgConnector,
        catalogue: Catalogue,
        claims: Claims,
        *,
        kinds: Collection[str],
        worker_id: int | None,
    ) -> None:
        super().__init__(connector)
        self.catalogue = catalogue
        self.claims = claims
        self.kinds = kinds
        self.worker_id = worker_id
        self.held: dict[int, Claim] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.is_stopping = False
        self._computing: set[int] = set()
        self._is_emptying = False
        self._notify: NotificationCallback | None = None
        self._heard = 0

    async def _answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await ask()
            except CatalogueUnavailable:
                await asyncio.sleep(ASK_AGAIN_S)

    # -- jobs ----------------------------------------------------------------------------------------------------------

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Takes up the next job: none that computes while this process has enough of those, and one whose process died
        before only by itself, so that it cannot take others with it again and again.
        """
        wanted = tuple(queues or ())
        while not (self.is_stopping or self._is_closed()):
            heard = self._heard
            free = [queue for queue in wanted if queue != COMPUTE or len(self._computing) < COMPUTING_AT_ONCE]
            try:
                claim = await self.claims.take(free, self.kinds, worker_id) if free else None
            except CatalogueUnavailable:
                await asyncio.sleep(ASK_AGAIN_S)
                continue
            if claim is not None and claim.deaths and self.held:
                self._is_emptying = True
                await self._answered(partial(self.claims.give_back, claim, is_counted=False))
            elif claim is not None:
                return self._hold(claim)
            elif heard == self._heard:  # else a job came in while we asked: the worker would sleep over its notice
                return None
        return None

    def _is_closed(self) -> bool:
        """True while a job that may take its process with it runs here, or waits for the others to end."""
        return bool(self.held) and (self._is_emptying or any(claim.deaths for claim in self.held.values()))

    def _hold(self, claim: Claim) -> Job:
        self._is_emptying = False
        self.held[claim.queue_id] = claim
        if claim.queue == COMPUTE:
            self._computing.add(claim.queue_id)
        return Job(id=claim.queue_id, queue=claim.queue, lock=None, queueing_lock=None, task_name=TASK)

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """Writes what became of the start that ended."""
        assert job.id is not None
        claim = self.held[job.id]
        outcome = self.outcomes.pop(job.id, GiveBack(is_counted=False))  # none where it was cancelled before it began
        written = await self._answered(lambda: self._write(claim, outcome))
        if not written:
            logger(__name__).warning("a job was taken over by another worker", job=claim.job_id, start=claim.start)
        was_closed = self._is_closed()
        del self.held[job.id]
        if job.id in self._computing or was_closed:
            self._computing.discard(job.id)
            await self.wake()

    async def _write(self, claim: Claim, outcome: Outcome) -> bool:
        try:
            return await self._written(claim, outcome)
        except Exception as error:  # not JSON, half of a character, NUL, too many parts: asked again, it were the same
            if isinstance(error, CatalogueUnavailable) and not took_too_long(error):
                raise
            logger(__name__).exception("what a job gave cannot be stored", job=claim.job_id)
            details = f"The log holds the reason: {claim.job_id}"
            return await self.claims.end(
                claim, Ending("failed", error="What it gave cannot be stored.", details=details)
            )

    async def _written(self, claim: Claim, outcome: Outcome) -> bool:
        if isinstance(outcome, GiveBack):
            return await self.claims.give_back(claim, **asdict(outcome))
        if isinstance(outcome, Split):
            return await self._split(claim, outcome)
        return await self.claims.end(claim, outcome)

    async def _split(self, claim: Claim, split: Split) -> bool:
        parts = wanted_of(split.part, split.arguments, parent_id=claim.job_id, trace=claim.trace)
        async with self.catalogue.begin() as session:
            return await rows.split(session, claim, parts, then=split.then.name, span=split.span)

    async def give_back_all(self) -> None:
        """Puts every job this worker still holds back, as if it had not been taken up."""
        for claim in list(self.held.values()):
            await self.claims.give_back(claim, is_counted=False)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        raise AssertionError("procrastinate retries nothing here: its task has no retry strategy")

    # -- notices -------------------------------------------------------------------------------------------------------

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        """Hears of new and of cancelled jobs until it is cancelled itself, over restarts of the server."""
        self._notify = on_notification
        while True:
            try:
                await super().listen_for_jobs(on_notification=self._hear, queues=queues)
            except ConnectorException:
                await asyncio.sleep(ASK_AGAIN_S)

    async def _hear(self, *, channel: str, notification: Notification) -> None:
        self._heard += 1
        if self._notify is not None:
            await self._notify(channel=channel, notification=notification)

    async def wake(self) -> None:
        """Makes the worker look for a job now."""
        await self._hear(channel="", notification={"type": "job_inserted", "job_id": 0})

    async def list_jobs_to_abort_async(self, queue: str | None = None) -> Iterable[int]:
        try:
            return await self.claims.to_abort()
        except CatalogueUnavailable:
            return []

    # -- the worker ----------------------------------------------------------------------------------------------------

    async def register_worker(self) -> int:
        if self.worker_id is None:
            self.worker_id = await self._answered(self.claims.register)
        return self.worker_id

    async def unregister_worker(self, worker_id: int) -> None:
        await self._answered(lambda: self.claims.unregister(worker_id))

    async def update_heartbeat(self, worker_id: int) -> None:
        """Nothing: procrastinate gives no sign any more while its last jobs end; `beat` does."""

    async def beat(self) -> bool:
        """Says that this worker lives. False where others took it for dead."""
        try:
            return self.worker_id is None or await self.claims.beat(self.worker_id)
        except CatalogueUnavailable as error:
            logger(__name__).warning("the database does not answer the worker", reason=error.message)
            return True

    async def prune_stalled_workers(self, seconds_since_heartbeat: float) -> list[Any]:
        """Nothing: procrastinate goes by the server's clock, which may be moved; `Watch` goes by changes."""
        return []
