"""The terminal: one file per verb. Nothing heavy is imported before a command needs it (`--help` in < 0.3 s)."""

from __future__ import annotations

from typing import Annotated

import typer

import cratedig
from cratedig.cli import (
    analyze,
    collect,
    config,
    db,
    doctor,
    drums,
    find,
    groove,
    heal,
    index,
    jobs,
    journey,
    keys,
    lab,
    listening,
    search,
    study,
    up,
    worker,
)

app = typer.Typer(
    name="cratedig",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"cratedig {cratedig.__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Collect music, understand it, find what fits."""


app.command("up")(up.up)
app.add_typer(collect.app, name="collect")
app.command("heal")(heal.heal)
app.command("study")(study.study)
app.add_typer(jobs.app, name="jobs")
app.add_typer(index.app, name="index")
app.command("worker")(worker.worker)
app.command("analyze")(analyze.analyze)
app.command("find")(find.find)
app.command("search")(search.search)
app.command("journey")(journey.journey)
app.command("drums")(drums.drums)
app.add_typer(groove.app, name="groove")
app.add_typer(listening.app, name="listening")
app.command("doctor")(doctor.doctor)
app.add_typer(lab.app, name="lab")
app.add_typer(db.app, name="db")
app.add_typer(config.app, name="config")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """The entry point of the `cratedig` command."""
    app()
