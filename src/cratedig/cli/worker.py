"""`cratedig worker`: more hands for the jobs, here or on other machines."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import DataDir, run

if TYPE_CHECKING:
    from cratedig.settings import Settings


class QueueName(StrEnum):
    default = "default"
    compute = "compute"


def worker(
    queues: Annotated[
        list[QueueName] | None, typer.Option("--queues", help="Only jobs of this queue. Repeatable.")
    ] = None,
    concurrency: Annotated[int, typer.Option("--concurrency", min=1, max=100, help="Jobs at once in a process.")] = 8,
    processes: Annotated[int | None, typer.Option("--processes", min=1, max=64, help="Worker processes.")] = None,
    data_dir: DataDir = None,
    member: Annotated[int | None, typer.Option("--as", hidden=True)] = None,
) -> None:
    """Work on jobs until stopped; beside `cratedig up`, or on other machines that share its database."""

    names = [queue.value for queue in queues] if queues else None

    async def command(settings: Settings) -> int:
        if member is not None:
            await _work(settings, names, concurrency, member)
        size = processes or max(1, settings.jobs.workers)
        return await _lead(settings, [*_options(names, concurrency)], size)

    run(command, data_dir=data_dir)


async def _work(settings: Settings, queues: list[str] | None, concurrency: int, member: int) -> None:
    """One worker process of a crew. Does not return."""
    from cratedig.jobs.kinds import periodic, shipped
    from cratedig.jobs.process import serve

    code = await serve(
        settings, shipped(), ticks=periodic(settings), queues=queues, at_once=concurrency, worker_id=member
    )
    sys.stderr.flush()
    os._exit(code)  # a thread in which a job hangs would hold an ordinary exit up


def _options(queues: list[str] | None, concurrency: int) -> list[str]:
    return [*(part for queue in queues or () for part in ("--queues", queue)), "--concurrency", str(concurrency)]


async def _lead(settings: Settings, options: list[str], size: int) -> int:
    """Keeps worker processes running until SIGTERM or Ctrl-C."""
    import asyncio
    import signal

    from cratedig.jobs.crew import command_of, crew
    from cratedig.wiring import open_catalogue

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    env = {"CRATEDIG_DATA_DIR": str(settings.data_dir)}
    async with (
        open_catalogue(settings) as catalogue,
        crew(catalogue, command_of(*options), size=size, max_starts=settings.jobs.max_starts, env=env),
    ):
        typer.echo(f"{size} worker{'s' if size > 1 else ''} at work  (Ctrl-C stops)", err=True)
        await stop.wait()
    return 0
