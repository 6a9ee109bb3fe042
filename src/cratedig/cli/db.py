"""`cratedig db`: the catalogue's schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, run

if TYPE_CHECKING:
    from cratedig.settings import Settings

app = typer.Typer(help="The database: bring its schema up to date, check it.")


@app.command()
def upgrade(data_dir: DataDir = None) -> None:
    """Bring the schema to this program's version (every other command does so too)."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue.schema import HEAD
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings, upgrade=False) as catalogue:
            before = await catalogue.upgrade()
        was = "" if before == HEAD else f" (it was {before or 'empty'})"
        typer.echo(f"The schema is at revision {HEAD}{was}.")

    run(command, data_dir=data_dir)


@app.command()
def check(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Compare the database's tables with this program's; exit 1 where they differ."""

    async def command(settings: Settings) -> int:
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings, upgrade=False) as catalogue:
            differences = await catalogue.differences()
        if as_json:
            print_json({"ok": not differences, "differences": differences})
        elif differences:
            typer.echo("\n".join(differences))
            typer.echo("Run `cratedig db upgrade`.")
        else:
            typer.echo("The database's tables are this program's tables.")
        return 1 if differences else 0

    run(command, data_dir=data_dir)
