"""`cratedig doctor`: what works, what does not, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, run

if TYPE_CHECKING:
    from cratedig.health import Component
    from cratedig.settings import Settings


def doctor(
    quick: Annotated[
        bool, typer.Option("--quick", help="Configuration, database, models, disk (the default).")
    ] = False,
    analysis: Annotated[bool, typer.Option("--analysis", help="How far each analyzer has come.")] = False,
    connections: Annotated[bool, typer.Option("--connections", help="The pool, and who is connected.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Check every part and give advice; exit 1 when a part does not work."""

    async def command(settings: Settings) -> int:
        found = await _look(settings, quick=quick, analysis=analysis, connections=connections)
        ok = all(component.state != "failed" for component in found)
        if as_json:
            print_json({"ok": ok, "checks": [component.as_dict() for component in found]})
        else:
            _print_table(found)
        return 0 if ok else 1

    run(command, data_dir=data_dir)


async def _look(settings: Settings, *, quick: bool, analysis: bool, connections: bool) -> list[Component]:
    from cratedig import health
    from cratedig.jobs.workshop import Workshop
    from cratedig.wiring import open_catalogue

    found = await health.examine(settings) if quick or not (analysis or connections) else []
    if analysis or connections:
        async with open_catalogue(settings) as catalogue:
            analyzers = Workshop(settings, catalogue).analyzers
            found += await health.coverage(catalogue, analyzers) if analysis else []
            found += await health.connections(settings, catalogue) if connections else []
    return found


def _print_table(components: list[Component]) -> None:
    from rich.table import Table

    table = Table("part", "state", "what", "advice", box=None)
    for component in components:
        table.add_row(component.name, component.state, component.detail, component.advice)
    console().print(table)
