"""`cratedig study`: work out what the tracks are."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, progress_bar, run

if TYPE_CHECKING:
    from rich.progress import Progress

    from cratedig.catalogue import Catalogue
    from cratedig.catalogue.jobs import Job
    from cratedig.jobs.worker import Worker
    from cratedig.models.embedder import TextEmbedder
    from cratedig.settings import Settings

LOOK_EVERY_S = 0.05
AT_ONCE = 3


class What(StrEnum):
    audio = "audio"
    text = "text"
    mood = "mood"
    all = "all"


def study(
    what: Annotated[
        What, typer.Argument(help="audio: sounds. text: words and meaning. mood: valence and arousal.")
    ] = What.all,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many tracks.")] = None,
    redo: Annotated[bool, typer.Option("--redo", help="Also those that were studied before.")] = False,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", help="Then write all that was measured of sounds to this file.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Hear the sounds, and work out the words, the meaning and the mood, of every track that has none yet."""

    async def command(settings: Settings) -> None:
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue:
            studied = await study_with_bars(settings, catalogue, what=what, limit=limit, redo=redo)
            if parquet is not None:
                from cratedig.understand import sound_table

                rows = await sound_table.write(catalogue, parquet)
                typer.echo(f"{rows:,} sounds written to {parquet}", err=True)
        if as_json:
            print_json(studied)
            return
        for kind, figures in studied.items():
            failed = f", {figures['unread']:,} could not be heard" if kind == What.audio and figures["unread"] else ""
            typer.echo(f"{kind}: {figures['done']:,} tracks studied{failed}")

    run(command, data_dir=data_dir)


async def study_with_bars(
    settings: Settings,
    catalogue: Catalogue,
    *,
    what: What = What.all,
    limit: int | None = None,
    redo: bool = False,
    embedder: TextEmbedder | None = None,
) -> dict[str, dict[str, Any]]:
    """Asks for a study and works on it here, beside whatever other workers there are. Returns kind -> what was done.

    Raises CratedigError where it did not succeed.
    """
    from cratedig.jobs.kind import COMPUTE
    from cratedig.jobs.kinds import shipped
    from cratedig.jobs.kinds.study import ask
    from cratedig.jobs.worker import Rhythm, working
    from cratedig.jobs.workshop import Workshop

    async with catalogue.begin() as session:
        job_id = await ask(session, what=what, limit=limit, redo=redo)
    kinds, rhythm = shipped(), Rhythm.of(settings.jobs)
    with progress_bar(unit="tracks") as bar:
        async with (
            Workshop(settings, catalogue, embedder=embedder) as shop,
            working(shop, kinds, rhythm, queues=[COMPUTE], at_once=AT_ONCE) as worker,
        ):
            return _figures(await _watch(catalogue, job_id, bar, worker))


async def _watch(catalogue: Catalogue, job_id: str, bar: Progress, worker: Worker) -> Job:
    """Draws how far the study is until it has ended."""
    import anyio

    from cratedig.catalogue import jobs
    from cratedig.errors import CratedigError
    from cratedig.jobs.kinds.hear import HEAR
    from cratedig.jobs.kinds.study import MOOD, TEXT, counted

    names = {HEAR.name: "listening", TEXT.name: "reading words", MOOD.name: "feeling moods"}
    tasks = {kind: bar.add_task(name, total=None, visible=False) for kind, name in names.items()}
    while True:
        async with catalogue.begin() as session:
            job = await jobs.get(session, job_id)
            sums = {} if bar.disable else await jobs.sums_of_parts(session, job_id)
        for kind, numbers in sums.items():
            figures = counted(numbers)
            bar.update(tasks[kind], completed=figures["done"], total=figures["total"], visible=True)
        if job.is_finished:
            return job
        if worker.is_broken.is_set():
            raise CratedigError("A part of the study hangs; what was finished is kept.", hint="Run the same again.")
        await anyio.sleep(LOOK_EVERY_S)


def _figures(job: Job) -> dict[str, dict[str, Any]]:
    from cratedig.errors import CratedigError

    if job.status != "succeeded":
        raise CratedigError(f"The study {job.status}: {job.error or 'somebody asked for it'}", hint=job.details or "")
    return dict(job.result)
