"""`cratedig jobs`: what is being worked on, and what became of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, run

if TYPE_CHECKING:
    from datetime import datetime

    from rich.table import Table

    from cratedig.catalogue import Catalogue
    from cratedig.settings import Settings

app = typer.Typer(help="Jobs: a live table of them; cancel one.", invoke_without_command=True)

LOOK_EVERY_S = 0.5
MARKS = {
    "queued": "dim",
    "running": "bold",
    "succeeded": "green",
    "failed": "red",
    "stopped": "red",
    "cancelled": "yellow",
}


@app.callback()
def jobs(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="The newest so many.")] = 20,
    once: Annotated[bool, typer.Option("--once", help="Show the table and stop, rather than follow it.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show the newest jobs, and follow them while something is to be done (in a terminal)."""
    if context.invoked_subcommand is not None:
        return

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import jobs
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue:
            if as_json:
                async with catalogue.begin() as session:
                    print_json([asdict(job) for job in await jobs.listed(session, limit=limit)])
            elif once or not console().is_terminal:
                console().print((await _table(catalogue, limit))[0])
            else:
                await _follow(catalogue, limit)

    run(command, data_dir=data_dir)


@app.command()
def cancel(
    job_id: Annotated[str, typer.Argument(metavar="ID", help="The job's id, or its first characters.")],
    data_dir: DataDir = None,
) -> None:
    """Cancel a job: a waiting one at once, a running one at its next step."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import jobs
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            job = await jobs.cancel(session, await jobs.id_of(session, job_id))
        if job.is_finished:
            typer.echo(f"{job.kind} {job.id}: {job.status}")
        else:
            typer.echo(f"{job.kind} {job.id} was asked to stop; it does so at its next step.")

    run(command, data_dir=data_dir)


async def _follow(catalogue: Catalogue, limit: int) -> None:
    import anyio
    from rich.live import Live

    table, is_busy = await _table(catalogue, limit)
    with Live(table, console=console(), auto_refresh=False) as live:
        while is_busy:
            await anyio.sleep(LOOK_EVERY_S)
            table, is_busy = await _table(catalogue, limit)
            live.update(table, refresh=True)


async def _table(catalogue: Catalogue, limit: int) -> tuple[Table, bool]:
    """The table, and whether anything in it may still change."""
    from rich.markup import escape
    from rich.table import Table

    from cratedig.catalogue import jobs

    async with catalogue.begin() as session:
        found = await jobs.listed(session, limit=limit)
    table = Table("job", "kind", "status", "done", "step", "starts", "asked for", "ends", box=None, header_style="bold")
    for job in found:
        status = f"[{MARKS[job.status]}]{job.status}[/]"
        done = f"{job.progress:.0f} %" + (f" ({job.parts - job.parts_left}/{job.parts})" if job.parts else "")
        ends = _clock(job.finished_at) if job.is_finished else _clock(job.expected_at)
        said = escape(job.error or job.step)
        table.add_row(job.id[:8], escape(job.kind), status, done, said, str(job.starts), _clock(job.created_at), ends)
    if not found:
        table.caption = "There are no jobs."
    return table, any(not job.is_finished for job in found)


def _clock(at: datetime | None) -> str:
    return at.astimezone().strftime("%m-%d %H:%M:%S") if at else ""
