"""`cratedig db`: the catalogue's schema, its backups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, run

if TYPE_CHECKING:
    from cratedig.catalogue.backup import Manifest
    from cratedig.settings import Settings

app = typer.Typer(help="The database: bring its schema up to date, check it, back it up, restore it.")


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


@app.command()
def backup(
    target: Annotated[
        Path | None, typer.Argument(help="A file to write, or a folder to name one in (the setting backup.folder).")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Restore it beside the catalogue and compare every row.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole catalogue and its files to one file; readers and writers go on meanwhile."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue.backup import back_up, rehearse
        from cratedig.wiring import open_catalogue

        path = _file(target or settings.backup.folder or settings.data_dir / "backups", is_folder=target is None)
        async with open_catalogue(settings) as catalogue:
            manifest, published = await back_up(catalogue.url, path, data_dir=settings.data_dir)
            if verify:
                await rehearse(path, catalogue.url)
        if as_json:
            print_json({"file": str(path), "size": published.size, "verified": verify, **_facts(manifest)})
            return
        typer.echo(f"{path}: {_in_words(manifest)}, {published.size / 1e6:,.1f} MB{', verified' if verify else ''}.")
        if manifest.left_out:
            typer.echo(f"Left out, for they are not as published: {', '.join(manifest.left_out)}.", err=True)

    run(command, data_dir=data_dir)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `cratedig db backup` wrote.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup in place of an empty catalogue, after every byte and every row of it was checked."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import backup
        from cratedig.errors import UsageError
        from cratedig.wiring import open_catalogue

        if not file.is_file():
            raise UsageError(f"{str(file)!r} is not a file.")
        await backup.verified(file)  # before a server is started for it
        async with open_catalogue(settings, upgrade=False) as catalogue:
            manifest = await backup.restore(file, catalogue.url, data_dir=settings.data_dir)
        if as_json:
            print_json({"file": str(file), **_facts(manifest)})
        else:
            typer.echo(f"Restored the backup of {manifest.created}: {_in_words(manifest)}.")

    run(command, data_dir=data_dir)


def _file(target: Path, *, is_folder: bool) -> Path:
    """Where the backup is written: `target` itself, or a new name in it."""
    from datetime import UTC, datetime

    from cratedig.catalogue.backup.retention import named

    return target / named(datetime.now(UTC)) if is_folder or target.is_dir() else target


def _facts(manifest: Manifest) -> dict[str, object]:
    return {
        "created": manifest.created,
        "program": manifest.program,
        "revision": manifest.revision,
        "rows": manifest.rows,
        "tables": len(manifest.tables),
        "files": len(manifest.files),
        "left_out": manifest.left_out,
    }


def _in_words(manifest: Manifest) -> str:
    return f"{manifest.rows:,} rows of {len(manifest.tables)} tables, {len(manifest.files)} files"
