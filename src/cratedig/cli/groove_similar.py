"""`cratedig groove similar`: which files, or which drummers, play bars like those of a MIDI file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, progress_bar, run
from cratedig.cli.midi_files import KitName, kit_named

if TYPE_CHECKING:
    from cratedig.box.box import Box
    from cratedig.music.drums.groove import Bar
    from cratedig.music.drums.kit import Kit
    from cratedig.settings import Settings

Others = dict[str, Sequence["Bar"]]


def similar(
    file: Annotated[Path, typer.Argument(metavar="FILE.mid", help="A MIDI file with drums.")],
    among: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES or DIR]...", help="Among these; unset, among the drummers and genres known."),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many.")] = 10,
    kit: KitName = "roland td",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Find who plays bars like those of a file: of other files, or of the drummers and genres that are known."""

    async def command(settings: Settings) -> int:
        from cratedig.find.grooves import nearest
        from cratedig.wiring import open_box

        drums = kit_named(kit)
        async with open_box(settings) as box:
            query = await _bars(box, file, drums)
            others, refused = await _files(box, _paths(among, file), drums) if among else (await _known(settings), {})
        found = nearest(query, others, top=top)
        if as_json:
            rows = [{"name": name, "distance": distance} for name, distance in found]
            print_json({"compared": len(others), "nearest": rows, "refused": refused})
        else:
            _draw(found, refused)
        return 3 if refused else 0

    run(command, data_dir=data_dir)


async def _bars(box: Box, file: Path, kit: Kit) -> Sequence[Bar]:
    from cratedig.find.grooves import telling
    from cratedig.understand.drums.played import played
    from cratedig.understand.drums.profile import feel_of
    from cratedig.understand.drums.written import written

    heard = played(await box.decode_midi(file), kit=kit)
    feel = feel_of([heard])
    return telling(written(heard, swing_8=feel.swing_8, swing_16=feel.swing_16).groove().bars)


def _paths(among: Sequence[Path], query: Path) -> list[Path]:
    """The MIDI files named, and those in the folders named; the file they are compared with is not one of them."""
    from cratedig.errors import InputRejected

    found = [
        file
        for path in among
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if not path.is_dir() or file.suffix.lower() in (".mid", ".midi")
    ]
    found = [file for file in found if not (file.exists() and file.samefile(query))]
    if not found:
        raise InputRejected(f"There is no other MIDI file in {', '.join(map(str, among))}.")
    return found


async def _files(box: Box, paths: Sequence[Path], kit: Kit) -> tuple[Others, dict[str, str]]:
    """The bars of files, and why those are left out that cannot be read."""
    from cratedig.errors import InputRejected, NotFound

    others: Others = {}
    refused: dict[str, str] = {}
    with progress_bar(unit="files") as bar:
        for path in bar.track(paths, description="Reading"):
            try:
                others[str(path)] = await _bars(box, path, kit)
            except (InputRejected, NotFound) as error:
                refused[str(path)] = error.message
    return others, refused


async def _known(settings: Settings) -> Others:
    """The typical bars of everybody known: the written profiles, and over them those of the catalogue."""
    from cratedig.catalogue import styles
    from cratedig.create.drums.starters import starter, starters
    from cratedig.find.grooves import telling
    from cratedig.music.text import fold
    from cratedig.wiring import open_catalogue

    profiles = {fold(name): starter(name) for name in starters()}
    async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
        for name in await styles.names(session):
            profiles[fold(name)] = await styles.profile(session, name)
    return {
        profile.artist: telling(bar for passage in profile.passages for bar in passage.bars)
        for profile in profiles.values()
        if profile is not None
    }


def _draw(found: Sequence[tuple[str, float]], refused: dict[str, str]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("distance", justify="right")
    table.add_column("", overflow="fold")
    for name, distance in found:
        table.add_row(f"{distance:.3f}", name)
    console().print(table)
    for name, reason in refused.items():
        typer.echo(f"{name}: {reason}", err=True)
