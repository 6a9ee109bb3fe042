"""A worker: procrastinate's, with our ledger, and beside it the look for dead workers and for periodic work."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from procrastinate import App, JobContext
from procrastinate.job_context import AbortReason
from procrastinate.psycopg_connector import PsycopgConnector

from cratedig.catalogue.claims import Claims, Ending
from cratedig.errors import CatalogueUnavailable
from cratedig.jobs.kind import COMPUTE, DEFAULT, GiveBack, Kinds, Outcome
from cratedig.jobs.ledger import TASK, Ledger
from cratedig.jobs.schedule import Tick, tick_all
from cratedig.jobs.start import OverTime, died, outcome_of
from cratedig.jobs.watch import Watch
from cratedig.jobs.workshop import Workshop
from cratedig.log import logger
from cratedig.settings import JobsSettings

AT_ONCE = 8
"""Jobs that wait (for a source, for a disk) at once in one process."""
POLL_EVERY_S = 2.0
"""New jobs are heard of at once; only one whose time comes (after a back-off) is found by looking."""
LOOKS_PER_SILENCE = 6


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a worker gives a sign, when it counts as dead, and how often its jobs are begun again."""

    heartbeat_s: float = 10.0
    stalled_after_s: float = 30.0
    max_starts: int = 3

    @classmethod
    def of(cls, settings: JobsSettings) -> Rhythm:
        return cls(settings.heartbeat_s, settings.stalled_after_s, settings.max_starts)

    @property
    def look_every_s(self) -> float:
        return self.stalled_after_s / LOOKS_PER_SILENCE

    @property
    def rescued_within_s(self) -> float:
        """From the death of a worker until its jobs are in the queue again, at worst, while another one looks.

        Its last beat is seen at the next look; from there silence is counted, and noticed a look later at most.
        """
        return self.stalled_after_s + 2 * self.look_every_s


class Worker:
    """Runs jobs until it is cancelled. `is_broken` is set when this process must not go on."""

    def __init__(
        self,
        shop: Workshop,
        claims: Claims,
        kinds: Kinds,
        rhythm: Rhythm,
        *,
        ticks: Sequence[Tick] = (),
        worker_id: int | None = None,
        on_beat: Callable[[], None] = lambda: None,
    ) -> None:
        self.shop = shop
        self.claims = claims
        self.kinds = kinds
        self.rhythm = rhythm
        self.ticks = ticks
        self.is_broken = asyncio.Event()
        self.on_beat = on_beat
        connector = PsycopgConnector()
        self._app = App(connector=connector)
        self.ledger = Ledger(connector, shop.catalogue, claims, kinds=kinds, worker_id=worker_id)
        self._unknown: set[str] = set()
        self._app.job_manager = self.ledger
        self._app.task(name=TASK, pass_context=True)(self._start)

    async def run(self, *, queues: Sequence[str] | None = None, at_once: int = AT_ONCE, grace_s: float = 0.0) -> None:
        """Works until cancelled; running jobs then have `grace_s` to end, after which they are given back."""
        logging.getLogger("procrastinate").setLevel(logging.WARNING)  # two lines a job; ours say what became of it
        await self._app.connector.open_async(self.claims.pool)
        beside = [self._beside(one) for one in (self._look(), self._beat())]
        try:
            await self._app.run_worker_async(
                queues=queues or (DEFAULT, COMPUTE),
                name="cratedig",
                concurrency=at_once,
                fetch_job_polling_interval=POLL_EVERY_S,
                abort_job_polling_interval=POLL_EVERY_S,
                shutdown_graceful_timeout=grace_s,
                install_signal_handlers=False,
            )
        finally:
            for one in beside:
                one.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    def _beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs `work` for as long as the worker does; where it fails, this process is not to be relied on."""
        task = asyncio.create_task(work)

        def check(ended: asyncio.Task[None]) -> None:
            if not ended.cancelled() and (error := ended.exception()):
                logger(__name__).error("a worker's own work failed; it stops", exc_info=error)
                self._give_up()

        task.add_done_callback(check)
        return task

    async def _start(self, context: JobContext) -> None:
        """What procrastinate runs. Never raises: what becomes of the job is an outcome in the ledger."""
        assert context.job.id is not None
        claim = self.ledger.held[context.job.id]
        outcome: Outcome
        try:
            outcome = await outcome_of(claim, self.kinds, self.shop, max_starts=self.rhythm.max_starts)
        except OverTime as error:
            logger(__name__).error("a job hangs; this worker stops", job=claim.job_id, kind=claim.phase)
            outcome = died(str(error), claim, max_starts=self.rhythm.max_starts)
            self._give_up()
        except asyncio.CancelledError:
            is_shutdown = context.abort_reason() != AbortReason.USER_REQUEST
            outcome = GiveBack(is_counted=False) if is_shutdown else Ending("cancelled")
        self.ledger.outcomes[context.job.id] = outcome

    def _give_up(self) -> None:
        self.ledger.is_stopping = True
        self.is_broken.set()

    async def _beat(self) -> None:
        """Gives a sign of life until the last job has ended."""
        while True:
            self.on_beat()
            if not await self.ledger.beat():
                logger(__name__).error("this worker was taken for dead; it stops")
                self._give_up()
            await asyncio.sleep(self.rhythm.heartbeat_s)

    async def _look(self) -> None:
        """Begins again what dead workers left, asks for periodic work, and says what nobody here can do."""
        watch = Watch(stalled_after_s=self.rhythm.stalled_after_s, look_every_s=self.rhythm.look_every_s)
        while True:
            with contextlib.suppress(CatalogueUnavailable):  # what is not looked at counts as no silence
                beats = await self.claims.beats()
                await self._rescue(watch.dead(beats, at=time.monotonic()))
                await tick_all(self.shop.catalogue, self.ticks)
                await self._tell_unknown()
            await asyncio.sleep(self.rhythm.look_every_s)

    async def _tell_unknown(self) -> None:
        """Once of each kind: its jobs stay in the queue, for a newer worker."""
        for kind in set(await self.claims.unknown(self.kinds)) - self._unknown:
            logger(__name__).warning("jobs wait for a worker that knows their kind; this one does not", kind=kind)
            self._unknown.add(kind)

    async def _rescue(self, dead: Sequence[int]) -> None:
        others = [worker for worker in dead if worker != self.ledger.worker_id]
        for job, fate in await self.claims.rescue(others, max_starts=self.rhythm.max_starts):
            logger(__name__).warning("a dead worker's job", job=job, fate=fate)


@asynccontextmanager
async def working(
    shop: Workshop,
    kinds: Kinds,
    rhythm: Rhythm,
    *,
    queues: Sequence[str] | None = None,
    at_once: int = AT_ONCE,
    ticks: Sequence[Tick] = (),
) -> AsyncIterator[Worker]:
    """A worker in this process while the block runs; what it has not ended by then is given back."""
    async with Claims.open(shop.catalogue) as claims:
        worker = Worker(shop, claims, kinds, rhythm, ticks=ticks)
        task = asyncio.create_task(worker.run(queues=queues, at_once=at_once))
        task.add_done_callback(lambda _: worker.is_broken.set())
        try:
            yield worker
        finally:
            worker.ledger.is_stopping = True
            if not task.done():
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
