"""`cratedig index`: build the indices and the segment, see what there is, check their files."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, progress_bar, run

if TYPE_CHECKING:
    from cratedig.catalogue import Catalogue
    from cratedig.catalogue.index_builds import Build
    from cratedig.settings import Settings

app = typer.Typer(
    help="Indices of vectors, and the segment: build them, list them, check their files.", no_args_is_help=True
)

DAMAGED = 1
"""The exit code of a check that found a file which is not the one that was published."""


class SpaceName(StrEnum):
    """What is built: the index of each space of vectors, and the segment: all else that finding reads."""

    TEXT = "text"
    AUDIO = "audio"
    MOOD = "mood"
    LINES = "lines"
    SEGMENT = "segment"


@app.command()
def build(
    spaces: Annotated[list[SpaceName] | None, typer.Argument(help="Which; without any, all five.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Build each anew and switch to it; the old one serves until then."""

    async def command(settings: Settings) -> None:
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue:
            built = [await _build(settings, catalogue, space) for space in spaces or list(SpaceName)]
        if as_json:
            print_json([asdict(one) for one in built])
            return
        for one in built:
            typer.echo(_line(one))

    run(command, data_dir=data_dir)


async def _build(settings: Settings, catalogue: Catalogue, space: SpaceName) -> Build:
    from cratedig.find.builds import build

    with progress_bar(unit="tracks") as bar:
        task = bar.add_task(space, total=None)

        async def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return await build(catalogue, space.value, data_dir=settings.data_dir, progress=progress)


@app.command("list")
def list_builds(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show the builds there are, the newest first."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import index_builds
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            found = await index_builds.listed(session)
        if as_json:
            print_json([asdict(one) for one in found])
            return
        for one in found:
            typer.echo(_line(one))
        if not found:
            typer.echo("No index was built yet. `cratedig index build` builds them.")

    run(command, data_dir=data_dir)


@app.command()
def check(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Check the live builds' files against what was published; a worker builds a damaged one anew."""

    async def command(settings: Settings) -> int:
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue:
            found = await _check(settings, catalogue)
        if as_json:
            print_json(found)
        else:
            for space, outcome in found.items():
                typer.echo(f"{space}: {outcome}")
            if not found:
                typer.echo("No index is live. `cratedig index build` builds them.")
        return DAMAGED if any(outcome != "intact" for outcome in found.values()) else 0

    run(command, data_dir=data_dir)


async def _check(settings: Settings, catalogue: Catalogue) -> dict[str, str]:
    """name -> "intact", or why its file was refused."""
    from cratedig.catalogue import index_builds
    from cratedig.catalogue.segments import SEGMENT
    from cratedig.find.segment.keeping import opened_or_refused
    from cratedig.find.spaces.shelf import Shelf
    from cratedig.jobs.kinds import index

    async with catalogue.begin() as session:
        live = await index_builds.live(session)
        await Shelf(settings.data_dir, index.ask).refresh(session)
        if SEGMENT in live:
            await opened_or_refused(session, live[SEGMENT], settings.data_dir, index.ask)
        after = {space: await index_builds.get(session, one.id) for space, one in live.items()}
    return {space: one.error or "intact" for space, one in sorted(after.items())}


def _line(one: Build) -> str:
    what = ""
    if one.kind is not None:
        what = f"{one.tracks:,} tracks, {one.kind}, recall {one.recall:.3f}, {(one.size or 0) / 1e6:,.1f} MB"
    parts = [one.space, one.state, what, one.error or "", f"{one.created_at:%Y-%m-%d %H:%M}", one.id[:8]]
    return "  ".join(part for part in parts if part)
