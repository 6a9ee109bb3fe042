"""`cratedig config`: what is set, and whether it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, run

if TYPE_CHECKING:
    from cratedig.settings import Settings

app = typer.Typer(help="The settings: defaults, config.yaml, .env, CRATEDIG_* and options, in that order.")


@app.command()
def show(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Print every setting as it stands, without secrets."""

    async def command(settings: Settings) -> None:
        shown = settings.model_dump(mode="json")
        if as_json:
            print_json(shown)
            return
        for name, value in shown.items():
            if isinstance(value, dict):
                for inner, setting in value.items():
                    typer.echo(f"{name}.{inner} = {_in_words(setting)}")
            else:
                typer.echo(f"{name} = {_in_words(value)}")

    run(command, data_dir=data_dir)


def _in_words(value: object) -> str:
    return "(not set)" if value is None else str(value)


@app.command()
def check(data_dir: DataDir = None) -> None:
    """Read every source and say whether the settings are right; exit 2 when not."""

    async def command(settings: Settings) -> None:
        typer.echo(f"The settings are right; data folder {settings.data_dir}.")

    run(command, data_dir=data_dir)
