"""`cratedig heal`: fill in what is missing, from what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, progress_bar, run

if TYPE_CHECKING:
    from cratedig.collect.healing import HealAccount
    from cratedig.settings import Settings


def heal(
    only: Annotated[
        str,
        typer.Option(
            "--only", help="Between commas: music, genre, tags, description, numbers, traits, audio. Default: all."
        ),
    ] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many tracks.")] = None,
    redo: Annotated[bool, typer.Option("--redo", help="Also tracks that were healed before.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Fill in genres, tags and descriptions that are missing, say what is no music, and show how sure it is."""

    async def command(settings: Settings) -> None:
        import anyio

        from cratedig.collect import healing
        from cratedig.wiring import open_catalogue, open_embedder

        parts = [part.strip() for part in only.split(",") if part.strip()]
        healing.asked_parts(parts)
        async with open_catalogue(settings) as catalogue:
            embedder = await anyio.to_thread.run_sync(open_embedder, settings)
            with progress_bar(unit="tracks") as bar:
                task = bar.add_task("healing", total=None)
                account = await healing.heal(
                    catalogue,
                    embedder,
                    only=parts,
                    redo=redo,
                    limit=limit,
                    progress=lambda done, total: bar.update(task, completed=done, total=total),
                )
        if as_json:
            print_json(account.as_dict())
        else:
            _say(account)

    run(command, data_dir=data_dir)


def _say(account: HealAccount) -> None:
    from rich.table import Table

    table = Table("column", "empty before", "filled in", "empty after", title=f"{account.tracks:,} tracks healed")
    for column in ("genre", "tags", "description"):
        filled = account.filled.get(column, 0)
        table.add_row(column, f"{account.before[column]:,}", f"{filled:,}", f"{account.after[column]:,}")
    console().print(table)
    typer.echo(
        f"{account.genre_abstained:,} tracks keep no genre: too little speaks for one. {account.not_music:,} seem to "
        f"be no music. {account.estimated_numbers:,} missing numbers and the sound of {account.imputed_audio:,} tracks "
        "were estimated, with intervals."
    )
    if account.unread:
        typer.echo(
            f"{account.unread:,} tracks were healed without comparing texts: nothing has read theirs, and a run reads "
            f"{account.embedded:,}. `cratedig study text` reads all; `cratedig heal --redo` then compares them.",
            err=True,
        )
    if account.changed_meanwhile:
        typer.echo(f"{account.changed_meanwhile:,} tracks changed meanwhile: run `cratedig heal` again.", err=True)
