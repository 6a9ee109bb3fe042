"""`cratedig study`: work out what the tracks are."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, progress_bar, run

if TYPE_CHECKING:
    from cratedig.catalogue import Catalogue
    from cratedig.settings import Settings


class What(StrEnum):
    text = "text"
    mood = "mood"
    all = "all"


def study(
    what: Annotated[What, typer.Argument(help="text: words and meaning. mood: valence and arousal.")] = What.all,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many tracks.")] = None,
    redo: Annotated[bool, typer.Option("--redo", help="Also those that were studied before.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Work out the words, the meaning and the mood of every track that has none yet."""

    async def command(settings: Settings) -> None:
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue:
            studied = await study_with_bars(settings, catalogue, what=what, limit=limit, redo=redo)
        if as_json:
            print_json(studied)
            return
        for kind, figures in studied.items():
            typer.echo(f"{kind}: {figures['done']:,} tracks studied")

    run(command, data_dir=data_dir)


async def study_with_bars(
    settings: Settings, catalogue: Catalogue, *, what: What = What.all, limit: int | None = None, redo: bool = False
) -> dict[str, dict[str, Any]]:
    """Runs the studies with a progress bar each. Returns kind -> what it did."""
    from dataclasses import asdict

    import anyio

    from cratedig.models.mood import MoodHead
    from cratedig.understand import study as door
    from cratedig.wiring import open_embedder

    embedder = await anyio.to_thread.run_sync(open_embedder, settings)
    studied: dict[str, dict[str, Any]] = {}
    with progress_bar(unit="tracks") as bar:
        if what in (What.text, What.all):
            task = bar.add_task("reading words", total=None)
            done = await door.study_text(
                catalogue,
                embedder,
                redo=redo,
                limit=limit,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
            studied["text"] = asdict(done)
        if what in (What.mood, What.all):
            mood_task = bar.add_task("feeling moods", total=None)
            done = await door.study_mood(
                catalogue,
                embedder,
                MoodHead.load(),
                redo=redo,
                limit=limit,
                progress=lambda done, total: bar.update(mood_task, completed=done, total=total),
            )
            studied["mood"] = asdict(done)
    return studied
