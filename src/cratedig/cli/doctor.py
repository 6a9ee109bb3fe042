"""`cratedig doctor`: what works, what does not, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, run

if TYPE_CHECKING:
    from cratedig.settings import Settings


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="Configuration, database, models, disk (the default).")] = True,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Check every part and give advice; exit 1 when a part does not work."""

    async def command(settings: Settings) -> int:
        from cratedig import health

        components = await health.examine(settings)
        ok = all(component.state != "failed" for component in components)
        if as_json:
            print_json({"ok": ok, "checks": [component.as_dict() for component in components]})
            return 0 if ok else 1
        from rich.table import Table

        table = Table("part", "state", "what", "advice", box=None)
        for component in components:
            table.add_row(component.name, component.state, component.detail, component.advice)
        console().print(table)
        return 0 if ok else 1

    run(command, data_dir=data_dir)
