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
    from cratedig.jobs.workshop import Workshop
    from cratedig.models.embedder import TextEmbedder
    from cratedig.settings import Settings

LOOK_EVERY_S = 0.05
AT_ONCE = 3


class What(StrEnum):
    audio = "audio"
    text = "text"
    mood = "mood"
    lyrics = "lyrics"
    drums = "drums"
    all = "all"


def study(
    what: Annotated[
        What,
        typer.Argument(
            help="audio: sounds. text: words and meaning. mood: valence and arousal. lyrics: findings. drums: styles."
        ),
    ] = What.all,
    analyzer: Annotated[
        str | None, typer.Option("--analyzer", help="Who reads lyrics; unset, those that cost only time.")
    ] = None,
    artist: Annotated[str | None, typer.Option("--artist", help="Of drums, the only one to study.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many tracks.")] = None,
    redo: Annotated[bool, typer.Option("--redo", help="Also those that were studied before.")] = False,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", help="Then write all that was measured of sounds to this file.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Hear the sounds, work out the words, the meaning and the mood, read the lyrics, and learn how artists drum."""

    async def command(settings: Settings) -> None:
        from cratedig.wiring import open_catalogue

        await _check(what, analyzer, artist)
        async with open_catalogue(settings) as catalogue:
            studied = await study_with_bars(
                settings, catalogue, what=what, analyzer=analyzer, artist=artist, limit=limit, redo=redo
            )
            if parquet is not None:
                from cratedig.understand import sound_table

                rows = await sound_table.write(catalogue, parquet)
                typer.echo(f"{rows:,} sounds written to {parquet}", err=True)
        if as_json:
            print_json(studied)
            return
        if not studied:
            typer.echo("There is nothing new to study.")
        for kind, figures in studied.items():
            typer.echo(f"{kind}: {figures['done']:,} {_unit(kind)} studied{_failed(kind, figures)}{_cost(figures)}")

    run(command, data_dir=data_dir)


def _unit(kind: str) -> str:
    return "artists" if kind == What.drums else "tracks"


async def _check(what: What, analyzer: str | None, artist: str | None) -> None:
    """Before anything is opened: raises UsageError for an analyzer nobody has, or what is not asked for."""
    from cratedig.errors import UsageError
    from cratedig.jobs.kinds.read import PARTS

    if artist is not None and what != What.drums:
        raise UsageError("--artist says whose drumming.", hint="cratedig study drums --artist NAME")
    if analyzer is None:
        return
    if what != What.lyrics:
        raise UsageError("--analyzer says who reads lyrics.", hint="cratedig study lyrics --analyzer NAME")
    if analyzer not in PARTS:
        raise UsageError(f"No analyzer {analyzer!r} reads the catalogue.", hint=f"Known: {', '.join(PARTS)}.")


def _failed(kind: str, figures: dict[str, int]) -> str:
    if not figures["unread"] or kind in (What.text, What.mood):
        return ""
    return f", {figures['unread']:,} could not be {'heard' if kind == What.audio else 'read'}"


def _cost(figures: dict[str, int]) -> str:
    """What a chat model has cost so far, and, while it goes on, about how much it will."""
    if not figures.get("microdollars"):
        return ""
    spent = figures["microdollars"] / 1e6
    if figures["done"] >= figures["total"]:
        return f", ${spent:.2f}"
    return f", ${spent:.2f} of about ${spent * figures['total'] / figures['done']:.2f}"


async def study_with_bars(
    settings: Settings,
    catalogue: Catalogue,
    *,
    what: What = What.all,
    analyzer: str | None = None,
    artist: str | None = None,
    limit: int | None = None,
    redo: bool = False,
    embedder: TextEmbedder | None = None,
) -> dict[str, dict[str, Any]]:
    """Asks for a study and works on it here, beside whatever other workers there are. Returns kind -> what was done.

    Raises CratedigError where it did not succeed.
    """
    from cratedig.jobs.kind import COMPUTE, DEFAULT
    from cratedig.jobs.kinds import read, shipped
    from cratedig.jobs.kinds.study import ask
    from cratedig.jobs.worker import Rhythm, working
    from cratedig.jobs.workshop import Workshop

    waits = analyzer is not None and read.PARTS[analyzer].queue == DEFAULT
    kinds, rhythm = shipped(), Rhythm.of(settings.jobs)
    with progress_bar(unit="tracks") as bar:
        async with Workshop(settings, catalogue, embedder=embedder) as shop:
            if analyzer is not None:
                await _say_what_it_costs(shop, analyzer, limit=limit, redo=redo)
            async with catalogue.begin() as session:
                job_id = await ask(session, what=what, analyzer=analyzer, artist=artist, limit=limit, redo=redo)
            async with working(
                shop, kinds, rhythm, queues=[COMPUTE, DEFAULT] if waits else [COMPUTE], at_once=AT_ONCE
            ) as worker:
                return _figures(await _watch(catalogue, job_id, bar, worker))


async def _say_what_it_costs(shop: Workshop, analyzer: str, *, limit: int | None, redo: bool) -> None:
    """Before a chat model is asked, on stderr. Raises ModelUnavailable where the analyzer is not there."""
    from cratedig.understand import reading

    about = await reading.estimated(shop.catalogue, shop.analyzers, analyzer, limit=limit, redo=redo)
    if about is not None and about.seconds:
        typer.echo(f"{analyzer}: about ${about.usd:.2f} and {about.seconds / 60:.0f} min by its limits", err=True)


async def _watch(catalogue: Catalogue, job_id: str, bar: Progress, worker: Worker) -> Job:
    """Draws how far the study is until it has ended."""
    import anyio

    from cratedig.catalogue import jobs
    from cratedig.errors import CratedigError
    from cratedig.jobs.kinds.drums import DRUMS
    from cratedig.jobs.kinds.hear import HEAR
    from cratedig.jobs.kinds.read import PARTS
    from cratedig.jobs.kinds.study import MOOD, PASSAGES, TEXT, counted

    names = {HEAR.name: "listening", TEXT.name: "reading words", MOOD.name: "feeling moods"}
    names |= {PASSAGES.name: "taking lyrics apart", DRUMS.name: "studying drummers"}
    names |= {kind.name: f"lyrics, {analyzer}" for analyzer, kind in PARTS.items()}
    tasks = {kind: bar.add_task(name, total=None, visible=False) for kind, name in names.items()}
    while True:
        async with catalogue.begin() as session:
            job = await jobs.get(session, job_id)
            sums = {} if bar.disable else await jobs.sums_of_parts(session, job_id)
        for kind, numbers in sums.items():
            figures = counted(numbers)
            bar.update(
                tasks[kind],
                description=f"{names[kind]}{_cost(figures)}",
                completed=figures["done"],
                total=figures["total"],
                visible=True,
            )
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
