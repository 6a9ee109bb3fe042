"""`cratedig lab`: how good is it, measured; and the training of the small models it ships."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, run

if TYPE_CHECKING:
    from cratedig.settings import Settings

app = typer.Typer(help="Evaluate on real data, train the small models.")

Data = Annotated[Path, typer.Option("--data", help="A folder shaped like the one the evaluation is named after.")]


@app.command()
def evaluate(
    name: Annotated[str, typer.Argument(help="one of the names that `cratedig lab evaluate ?` lists")],
    data: Data,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Measure one thing on a folder of data nobody here trained on."""

    async def command(settings: Settings) -> None:
        from cratedig.lab import registry
        from cratedig.wiring import open_lab

        measured = registry.evaluation(name)
        registry.check_folder(data)
        async with open_lab(settings) as lab:
            result = await registry.timed(measured, data, lab)
        if as_json:
            print_json(result)
            return
        from rich.table import Table

        table = Table("metric", "value", title=f"{name}, n = {result['n']}, {result['seconds']:.1f} s")
        for group in ("metrics", "baselines"):
            for metric, value in result[group].items():
                label = metric if group == "metrics" else f"{metric} (baseline)"
                table.add_row(label, f"{value:.4f}" if isinstance(value, float) else str(value))
        console().print(table)

    run(command, data_dir=data_dir)


@app.command()
def train(
    name: Annotated[str, typer.Argument(help="the model to train, as in `cratedig lab models`")],
    data: Data,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write; default: over the shipped one.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Train one of the small models from shared data and write it with its card."""

    async def command(settings: Settings) -> None:
        from cratedig.lab import registry
        from cratedig.wiring import open_lab

        training = registry.training(name)
        registry.check_folder(data)
        async with open_lab(settings) as lab:
            figures = await training(data, lab, out)
        if as_json:
            print_json(figures)
        else:
            for figure, value in figures.items():
                typer.echo(f"{figure} = {value}")

    run(command, data_dir=data_dir)


@app.command()
def models(as_json: AsJson = False) -> None:
    """List the small models that ship with Cratedig, with their figures."""

    async def command(settings: Settings) -> None:
        from cratedig.lab import registry

        cards = registry.cards()
        if as_json:
            print_json(cards)
            return
        for card in cards:
            typer.echo(f"{card['name']}: {card['summary']}")

    run(command)
