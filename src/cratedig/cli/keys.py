"""`cratedig keys`: who may use the API, and as what."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, run

if TYPE_CHECKING:
    from datetime import datetime

    from cratedig.settings import Settings

app = typer.Typer(help="API keys: make one, list them, end one.")

LONGEST_DAYS = 3650


class RoleName(StrEnum):
    reader = "reader"
    editor = "editor"
    admin = "admin"


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose it is, for the list.")],
    role: Annotated[RoleName, typer.Option("--role", help="reader asks, editor also starts work, admin does all.")],
    days: Annotated[int, typer.Option("--days", min=1, max=LONGEST_DAYS, help="How long it lives.")] = 90,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. It is shown this once: only its HMAC is kept."""

    async def command(settings: Settings) -> None:
        from cratedig.web.access.keys import create as made
        from cratedig.web.access.pepper import pepper_of
        from cratedig.web.access.roles import Role
        from cratedig.wiring import open_catalogue

        pepper = pepper_of(settings)
        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            new = await made(session, pepper=pepper, name=name, role=Role[role.upper()], days=days)
        if as_json:
            print_json({"key": new.key, **asdict(new.row)})
            return
        typer.echo(new.key)
        typer.echo(
            f"Shown this once. Role {role}, until {_day(new.row.expires_at)}. Send it as X-API-Key; end it with "
            f"`cratedig keys revoke {new.row.id}`.",
            err=True,
        )

    run(command, data_dir=data_dir)


@app.command("list")
def list_all(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List every key that was made, the newest first."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import keys
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            rows = await keys.listed(session)
        if as_json:
            print_json([asdict(row) for row in rows])
        elif rows:
            console().print(_table(rows))
        else:
            typer.echo("No key was made: the API is open to this machine only.")

    run(command, data_dir=data_dir)


@app.command()
def revoke(
    id: Annotated[str, typer.Argument(help="As `cratedig keys list` shows it.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """End a key: within a second no process takes it any more."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import keys
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            row = await keys.revoke(session, id)
        if as_json:
            print_json(asdict(row))
        else:
            typer.echo(f"Key {row.id} ({row.name}) is revoked.")

    run(command, data_dir=data_dir)


def _table(rows: list[Any]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table("id", "name", "role", "state", "made", "ends", "last used", box=None)
    for row in rows:
        used = _day(row.last_used_at) if row.last_used_at else "never"
        cells = (row.id, row.name, row.role, row.state, _day(row.created_at), _day(row.expires_at), used)
        table.add_row(*map(Text, cells))
    return table


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
