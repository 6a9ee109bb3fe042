"""`cratedig collect midi`: a folder's MIDI files become evidence of how artists drum."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, progress_bar, run
from cratedig.cli.midi_files import KitName, kit_named

if TYPE_CHECKING:
    from cratedig.catalogue import Catalogue
    from cratedig.collect.account import Account, Progress
    from cratedig.music.drums.kit import Kit
    from cratedig.settings import Settings


def midi(
    folder: Annotated[Path, typer.Argument(help="A folder with MIDI files in it, in any depth.")],
    artist: Annotated[
        str,
        typer.Option("--artist", help="Whose they are; unset, whom the first folder or the file's name names."),
    ] = "",
    kit: KitName = "roland td",
    study: Annotated[bool, typer.Option("--study/--no-study", help="Work out the styles of the artists.")] = True,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Bring drums in: each file is evidence of how its artist plays, known by its bytes."""

    async def command(settings: Settings) -> int:
        from cratedig.cli.sounds import say_files
        from cratedig.cli.study import What, study_with_bars
        from cratedig.wiring import open_catalogue

        numbering = kit_named(kit)
        async with open_catalogue(settings) as catalogue:
            account = await _collect(settings, catalogue, folder, artist, numbering)
            studied = await study_with_bars(settings, catalogue, what=What.drums) if study else {}
        if as_json:
            print_json(account.as_dict() | {"studied": studied})
            return 0 if account.is_clean else 3
        say_files(account)
        if drummers := studied.get("drums"):
            typer.echo(f"Worked out the styles of {drummers['done'] - drummers['unread']:,} artists.")
        return 0 if account.is_clean else 3

    run(command, data_dir=data_dir)


async def _collect(settings: Settings, catalogue: Catalogue, folder: Path, artist: str, kit: Kit) -> Account:
    from cratedig.collect.midi import collect_midi
    from cratedig.understand.drums.evidence import facts
    from cratedig.wiring import open_box

    with progress_bar(unit="files") as bar:
        task = bar.add_task("hashing", total=None)

        def show(at: Progress) -> None:
            bar.update(task, description=at.step, completed=at.rows, total=at.rows_total)

        rejects = settings.data_dir / "rejects"
        async with open_box(settings) as box:
            return await collect_midi(
                *(catalogue, box, folder), facts=facts, kit=kit, artist=artist, rejects_dir=rejects, progress=show
            )
