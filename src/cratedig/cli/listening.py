"""`cratedig listening`: what you did with tracks, which moves what you find."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, run

if TYPE_CHECKING:
    from cratedig.settings import Settings

app = typer.Typer(help="Your listening: say what you did with tracks, see it, take it back, forget it.")

LOCAL = "local"
FAST_CLOCK = timedelta(days=1)

Listener = Annotated[
    str, typer.Option("--listener", help="Whose: a key's id (`cratedig keys list`); without it this machine's own.")
]


class KindName(StrEnum):
    play = "play"
    skip = "skip"
    like = "like"
    dislike = "dislike"
    add_to_playlist = "add_to_playlist"


@app.command()
def add(
    track_ids: Annotated[list[int], typer.Argument(metavar="TRACK_ID...", min=1, max=2**31 - 1, help="Which tracks.")],
    kind: Annotated[KindName, typer.Option("--kind", help="What you did with them.")] = KindName.play,
    at: Annotated[datetime | None, typer.Option("--at", help="When, by this machine's clock; now without it.")] = None,
    listener: Listener = LOCAL,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what you did with tracks. What you find next follows it at once."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import listening
        from cratedig.wiring import open_catalogue

        when = _when(at)
        events = [listening.New(track_id, kind.value, when) for track_id in track_ids]
        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            written = await listening.add(session, listener, events)
        _show(written, as_json=as_json)

    run(command, data_dir=data_dir)


@app.command("list")
def list_all(
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="The newest so many.")] = 20,
    listener: Listener = LOCAL,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List what you did, the newest first."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import listening
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            found = await listening.history(session, listener, limit=limit)
        if not found and not as_json:
            typer.echo("Nothing yet: `cratedig listening add TRACK_ID --kind like`.")
        else:
            _show(found, as_json=as_json)

    run(command, data_dir=data_dir)


@app.command()
def undo(
    event_id: Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="As the list shows it.")],
    listener: Listener = LOCAL,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take something back: it counts no more, as if it had not been."""

    async def command(settings: Settings) -> None:
        from cratedig.catalogue import listening
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            gone = await listening.undo(session, listener, event_id)
        _show([gone], as_json=as_json)

    run(command, data_dir=data_dir)


@app.command()
def forget(listener: Listener = LOCAL, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Forget all you did, for good, also what was taken back."""

    async def command(settings: Settings) -> None:
        from cratedig.web import forgetting
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue, catalogue.begin() as session:
            forgotten = await forgetting.forget(session, listener)
        if as_json:
            print_json({"forgotten": forgotten})
        else:
            typer.echo(f"{forgotten:,} events are forgotten.")

    run(command, data_dir=data_dir)


def _when(at: datetime | None) -> datetime:
    """The time with its offset. Raises UsageError for one that lies ahead."""
    from cratedig.errors import UsageError

    now = datetime.now().astimezone()
    when = now if at is None else at.astimezone()
    if when > now + FAST_CLOCK:
        raise UsageError(f"--at {at:%Y-%m-%d %H:%M} lies ahead.")
    return when


def _show(events: list[Any], *, as_json: bool) -> None:
    if as_json:
        from cratedig.web.listened import event_of

        print_json({"events": [event_of(one) for one in events]})
    else:
        console().print(_table(events))


def _table(events: list[Any]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table("id", "when", "what", "track", "title", "artist", box=None)
    for one in events:
        what = one.kind.replace("_", " ") + (" (taken back)" if one.undone_at else "")
        cells = (str(one.id), f"{one.at:%Y-%m-%d %H:%M}", what, f"#{one.track_id}", one.title or "", one.artist or "")
        table.add_row(*map(Text, cells))
    return table
