"""The edge between a person's terminal and the product: options shared by all verbs, errors as one line, output."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from cratedig.catalogue import Catalogue
    from cratedig.settings import Settings

INTERRUPTED = 130
LONGEST_SAID = 200  # characters of an unforeseen error's own words

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where Cratedig keeps its data.", envvar="CRATEDIG_DATA_DIR")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")]


def run(command: Callable[[Settings], Coroutine[Any, Any, int | None]], **given: Any) -> NoReturn:
    """Loads the settings, runs the command, and exits with its documented code.

    A CratedigError becomes one line on stderr; any other error too, and its traceback goes to errors.log in the data
    folder. Ctrl-C and SIGTERM end the command after its open blocks have closed.
    """
    # before numpy comes in: on matrices of a few hundred rows a second thread only waits for a core
    # (p95 of a recommendation on 2 busy cores 84 -> 47 ms)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from cratedig import log
    from cratedig.errors import CratedigError
    from cratedig.settings import Settings

    settings: Settings | None = None
    try:
        settings = Settings.load(**given)
        log.configure(level=settings.log.level, json_lines=settings.log.json_lines, secrets=settings.secrets())
        log.catch_uncaught()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            raise typer.Exit(runner.run(_cancelled_by_sigterm(command(settings))) or 0)
    except CratedigError as error:
        fail(str(error), error.exit_code)
    except (KeyboardInterrupt, asyncio.CancelledError):
        fail("Stopped. What was finished is kept; the same command goes on from there.", INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`cratedig find ... | head`): nobody to tell
        raise typer.Exit(1) from None
    except typer.Exit:
        raise
    except Exception as error:
        _fail_unforeseen(error, settings.data_dir if settings else None)


def _fail_unforeseen(error: Exception, folder: Path | None) -> NoReturn:
    """One line for a fault of ours; where the rest of it is."""
    from cratedig import log

    log.logger(__name__).debug("a command failed in a way nobody foresaw", exc_info=error)
    kept = folder and log.keep_traceback(folder, error)
    where = f"The traceback is in {str(kept)!r}" if kept else "CRATEDIG_LOG__LEVEL=debug shows the traceback"
    said = str(error).strip().partition("\n")[0][:LONGEST_SAID]  # PostgreSQL's further lines quote rows
    fail(f"A fault in Cratedig: {type(error).__name__}: {said}. {where}; please report it.", 1)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where there is one (not on Windows): a request waits on a dozen sockets, each a little sooner."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _cancelled_by_sigterm(work: Coroutine[Any, Any, int | None]) -> int | None:
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def fail(line: str, exit_code: int) -> NoReturn:
    """Says what went wrong in one line on stderr, without secrets, and exits."""
    from cratedig.log.redaction import redacted

    typer.echo(f"cratedig: {redacted(' '.join(line.split()))}", err=True)
    raise typer.Exit(exit_code) from None


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    import orjson

    text = orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
    sys.stdout.write(text.decode() + "\n")


def console() -> Console:
    """Where tables for people go: stdout."""
    from rich.console import Console

    return Console(highlight=False)


def progress_bar(*, unit: str) -> Progress:
    """A bar with a rate and an estimate, on stderr; silent when stderr is not a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        Rate(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


async def hint_at_pending(catalogue: Catalogue) -> None:
    """Says on stderr what would be found if it were there, or studied."""
    from cratedig.catalogue import census

    async with catalogue.begin() as session:
        counted = await census.count(session)
    if counted.tracks == 0:
        typer.echo("The catalogue is empty: run `cratedig collect csv FILE`, or `cratedig up --demo`.", err=True)
    elif counted.texts < counted.tracks:
        pending = counted.tracks - counted.texts
        typer.echo(f"{pending:,} tracks are not studied yet and may be missed: run `cratedig study`.", err=True)
