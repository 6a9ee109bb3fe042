"""A process that finds for `cratedig up`, which starts it and talks with it: no command for people."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import run

if TYPE_CHECKING:
    from cratedig.settings import Settings


def command() -> list[str]:
    """How one is started with the Python of this process; the number of its channel follows."""
    return [sys.executable, "-m", __name__]


def finder(channel: Annotated[int, typer.Argument(help="The descriptor of an open socket.")]) -> None:
    """Answer questions until the other end of the channel is closed."""
    run(lambda settings: _serve(settings, channel))


async def _serve(settings: Settings, channel: int) -> None:
    """Does not return."""
    import socket

    from cratedig.box.confine import die_with_parent
    from cratedig.find.processes.child import Child
    from cratedig.wiring import open_finding

    if sys.platform == "linux":
        die_with_parent()  # also where it is stopped, and does not read that its channel has ended
    async with open_finding(settings) as app:
        with socket.socket(fileno=channel) as end:
            await Child(app.finder, app.tastes, app.found_with).serve(end)
    sys.stderr.flush()
    os._exit(0)  # a thread in which a question hangs would hold an ordinary exit up


if __name__ == "__main__":
    typer.run(finder)
