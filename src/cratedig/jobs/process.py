"""A worker as a process of its own: it stops on a signal within 10 s, and is never long alive without working."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

from cratedig.catalogue.claims import Claims
from cratedig.errors import CatalogueUnavailable
from cratedig.jobs.kind import Kinds
from cratedig.jobs.schedule import Tick
from cratedig.jobs.worker import AT_ONCE, Rhythm, Worker
from cratedig.jobs.workshop import Workshop
from cratedig.settings import Settings
from cratedig.wiring import open_catalogue

GRACE_S = 4.0
"""What running jobs have to end in after a signal; then they are given back."""
GIVE_UP_S = 7.0
"""After so long whatever still runs in a thread is left behind: with the rest of the process it ends <= 10 s."""
STOPPED, BROKEN = 0, 75
"""Exit codes. 75, "try again" (sysexits.h): start me anew, something here hangs or I was taken for dead."""


async def serve(
    settings: Settings,
    kinds: Kinds,
    *,
    ticks: Sequence[Tick] = (),
    queues: Sequence[str] | None = None,
    at_once: int = AT_ONCE,
    worker_id: int | None = None,
) -> int:
    """Works until SIGTERM, SIGINT, or the end of standard input where a crew holds it. Returns the exit code.

    Call os._exit with it: a thread in which a job hangs would keep an ordinary exit waiting.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if worker_id is not None:
        _stop_when_the_crew_is_gone(loop, stop)
    rhythm = Rhythm.of(settings.jobs)
    async with open_catalogue(settings) as catalogue, Claims.open(catalogue) as claims:
        with _watchdog(rhythm.stalled_after_s) as beat:
            async with Workshop(settings, catalogue) as shop:
                worker = Worker(shop, claims, kinds, rhythm, ticks=ticks, worker_id=worker_id, on_beat=beat)
                work = asyncio.create_task(worker.run(queues=queues, at_once=at_once, grace_s=GRACE_S))
                await _first_of(work, stop, worker.is_broken)
                await _wind_up(worker, work)
    return BROKEN if worker.is_broken.is_set() else STOPPED


async def _first_of(work: asyncio.Task[None], *events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait([work, *waits], return_when=asyncio.FIRST_COMPLETED)
    for one in waits:
        one.cancel()
    if work.done():
        work.result()  # it ends by itself only with an error


async def _wind_up(worker: Worker, work: asyncio.Task[None]) -> None:
    """Takes no more jobs, lets the running ones end, gives back what is left."""
    worker.ledger.is_stopping = True
    work.cancel()
    await asyncio.wait([work], timeout=GIVE_UP_S)
    with contextlib.suppress(CatalogueUnavailable, TimeoutError):  # then they are rescued like a dead worker's
        async with asyncio.timeout(1.0):
            await worker.ledger.give_back_all()


@contextlib.contextmanager
def _watchdog(silent_s: float) -> Iterator[Callable[[], None]]:
    """Ends this process, whatever hangs in it, when the function it gives was not called for `silent_s`.

    A thread of the interpreter that needs no lock of it does so: a job that holds the lock, or blocks the event loop,
    would stop everything else here. By then other workers take us for dead, and begin our jobs again.
    """

    def beat() -> None:
        faulthandler.dump_traceback_later(silent_s, exit=True, file=sys.__stderr__ or sys.stderr)

    beat()
    try:
        yield beat
    finally:
        faulthandler.cancel_dump_traceback_later()


def _stop_when_the_crew_is_gone(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """A crew that is killed cannot stop its workers; it leaves them the end of their standard input."""

    def wait() -> None:
        sys.stdin.buffer.read()
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="crew", daemon=True).start()
