"""Worker processes: started, started again when they die, stopped together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cratedig.catalogue import Catalogue
from cratedig.catalogue.claims import Claims
from cratedig.errors import CatalogueUnavailable
from cratedig.log import logger

STOP_WITHIN_S = 9.0
"""A worker ends within 8 s of its signal (jobs/process.py); one that does not is killed."""
LIVED_LONG_S = 10.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 10.0
ASK_AGAIN_S = 0.5


def command_of(*options: str) -> list[str]:
    """How a worker is started with the Python and the settings of this process."""
    return [sys.executable, "-m", "cratedig", "worker", *options]


class Crew:
    """Keeps `size` workers running. What a dead one left is put back at once: its death is certain here."""

    def __init__(
        self, claims: Claims, command: Sequence[str], *, size: int, max_starts: int, env: dict[str, str] | None = None
    ) -> None:
        self.claims = claims
        self.command = list(command)
        self.size = size
        self.max_starts = max_starts
        self.env = env or {}
        self.pids: dict[int, int] = {}
        """worker -> process"""

        self._members: list[asyncio.Task[None]] = []
        self._is_leaving = False

    def start(self) -> None:
        self._members = [asyncio.create_task(self._keep_one()) for _ in range(self.size)]

    def leave(self) -> None:
        """Begins to stop the workers, which takes them at most 10 s. Called again, it changes nothing."""
        if not self._is_leaving:
            self._is_leaving = True
            for member in self._members:
                member.cancel()

    async def left(self) -> None:
        """Waits until every worker has ended."""
        await asyncio.gather(*self._members, return_exceptions=True)

    async def _keep_one(self) -> None:
        pause_s = SHORTEST_PAUSE_S
        while not self._is_leaving:  # a cancellation can be lost in a connection that breaks at the same moment
            started = time.monotonic()
            await self._try_one_life()
            lived_long = time.monotonic() - started > LIVED_LONG_S
            pause_s = SHORTEST_PAUSE_S if lived_long else min(LONGEST_PAUSE_S, pause_s * 2)
            await asyncio.sleep(pause_s)

    async def _try_one_life(self) -> None:
        """Whatever goes wrong with one worker, the next is started: only being cancelled ends a place in the crew."""
        try:
            code = await self._one_life(await self._registered())
            logger(__name__).warning("a worker ended; starting another", code=code)
        except OSError as error:  # no process, no memory for one
            logger(__name__).error("a worker cannot be started", reason=error.strerror)
        except Exception:
            logger(__name__).exception("a worker cannot be kept")

    async def _one_life(self, worker_id: int) -> int:
        if self._is_leaving:
            raise asyncio.CancelledError
        starting = asyncio.ensure_future(self._started(worker_id))
        try:
            process = await asyncio.shield(starting)
            self.pids[worker_id] = process.pid
            return await process.wait()
        except asyncio.CancelledError:
            await _stop(await starting)  # also one that was about to be started
            raise
        finally:
            self.pids.pop(worker_id, None)
            await self._bury(worker_id)

    async def _started(self, worker_id: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(*self.command, "--as", str(worker_id)),
            stdin=asyncio.subprocess.PIPE,  # its end tells the worker that we are gone, whatever became of us
            env=os.environ | self.env,
            start_new_session=True,  # a Ctrl-C meant for us reaches it through us
        )

    async def _registered(self) -> int:
        while not self._is_leaving:
            try:
                return await self.claims.register()
            except CatalogueUnavailable:
                await asyncio.sleep(ASK_AGAIN_S)
        raise asyncio.CancelledError

    async def _bury(self, worker_id: int) -> None:
        """Puts back what the worker held; where the database does not answer, other workers find it silent."""
        with contextlib.suppress(CatalogueUnavailable):
            for job, fate in await self.claims.rescue([worker_id], max_starts=self.max_starts):
                logger(__name__).warning("a dead worker's job", job=job, fate=fate)


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def crew(
    catalogue: Catalogue, command: Sequence[str], *, size: int, max_starts: int, env: dict[str, str] | None = None
) -> AsyncIterator[Crew]:
    """A crew at work while the block runs."""
    async with Claims.open(catalogue, connections=2) as claims:
        members = Crew(claims, command, size=size, max_starts=max_starts, env=env)
        members.start()
        try:
            yield members
        finally:
            members.leave()
            await members.left()
