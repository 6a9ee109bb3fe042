"""What a running job is handed: where it works, how it says how far it is, and how a step is done once."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import anyio

from cratedig.catalogue import Catalogue, Session, claims, jobs
from cratedig.catalogue.claims import Claim
from cratedig.jobs.kind import PartsFailed, Stopped
from cratedig.jobs.workshop import Workshop

REPORT_EVERY_S = 0.5
"""More often nobody looks, and a report is a write."""

T = TypeVar("T")
Effect = Callable[[Session], Awaitable[Any]]


class Work:
    """One start of a job."""

    def __init__(self, claim: Claim, shop: Workshop) -> None:
        self.claim = claim
        self.shop = shop
        self._reported: tuple[str | None, float] = (None, float("-inf"))

    @property
    def catalogue(self) -> Catalogue:
        return self.shop.catalogue

    async def report(self, progress: float | None = None, *, step: str | None = None) -> None:
        """Says how far the job is (per cent) and what it does now. Raises Stopped where it was cancelled."""
        before, at = self._reported
        if step in (None, before) and time.monotonic() - at < REPORT_EVERY_S:
            return
        async with self.catalogue.begin() as session:
            held = await claims.report(session, self.claim, progress=progress, step=step)
        if not held:
            raise Stopped
        self._reported = (step or before, time.monotonic())

    async def once(self, step: str, effect: Effect) -> Any:
        """Does `effect` in one transaction with the note that `step` is done; where it was done before, only returns
        what it gave then. However often the job is delivered, the effect is there once. Raises Stopped.
        """
        async with self.catalogue.begin() as session:
            is_new, result = await claims.begin_step(session, self.claim, step)
            if not is_new:
                return result
            if not await claims.is_held(session, self.claim):
                raise Stopped
            result = await effect(session)
            await claims.end_step(session, self.claim, step, result)
            return result

    async def compute(self, function: Callable[..., T], *arguments: Any) -> T:
        """Runs what computes in a thread, one at a time in this process."""
        return await anyio.to_thread.run_sync(function, *arguments, limiter=self.shop.computing)

    async def sums(self) -> dict[str, dict[str, int]]:
        """kind -> the sums of this job's parts' numbers."""
        async with self.catalogue.begin() as session:
            return await jobs.sums_of_parts(session, self.claim.job_id)

    async def check_parts(self) -> None:
        """Raises PartsFailed where a part of this job did not succeed."""
        async with self.catalogue.begin() as session:
            failed, error = await jobs.failed_parts(session, self.claim.job_id)
        if failed:
            raise PartsFailed(
                f"{failed} of its parts did not succeed; the rest is kept.",
                hint=f"The first said: {error or 'nothing'}",
            )
