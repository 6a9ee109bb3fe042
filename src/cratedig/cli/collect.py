"""`cratedig collect`: bring music's metadata in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import AsJson, DataDir, console, progress_bar, run
from cratedig.cli.links import links
from cratedig.cli.lyrics import lyrics
from cratedig.cli.midi import midi
from cratedig.cli.sounds import audio

if TYPE_CHECKING:
    from cratedig.catalogue import Catalogue
    from cratedig.collect.account import Account, Progress
    from cratedig.collect.intake import Preview
    from cratedig.errors import CratedigError
    from cratedig.settings import Settings

app = typer.Typer(
    help="Bring music in: metadata dumps, sounds, lyrics; and look after its links.", no_args_is_help=True
)
app.command("audio")(audio)
app.command("links")(links)
app.command("lyrics")(lyrics)
app.command("midi")(midi)
BRIEF = 60  # characters of a value in a preview


@app.callback()
def collect() -> None:
    """Bring music in."""


@app.command()
def csv(
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV or JSON lines, plain or gz.")],
    mapping: Annotated[list[str] | None, typer.Option("--map", help="their=ours, e.g. Interpret=artist.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="The name under which the ids are unique.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the mapping and ten rows; store nothing.")] = False,
    study: Annotated[bool, typer.Option("--study/--no-study", help="Study what came in, unless it is a lot.")] = True,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Bring in any table of tracks, artists or playlists; recognises known dumps; ends with an account."""

    async def command(settings: Settings) -> int:
        theirs = overrides(mapping or [])
        _check_there(files)
        if dry_run:
            return _preview(files, theirs, source, as_json=as_json)
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue:
            accounts, failures = await _collect_all(settings, catalogue, files, theirs, source, quiet=as_json)
            studied = await _study(settings, catalogue, quiet=as_json) if study and accounts else None
        if as_json:
            _print_json(accounts, failures, studied)
        if failures:
            return failures[0].exit_code
        return 0 if all(account.is_clean for account in accounts) else 3

    run(command, data_dir=data_dir)


def _check_there(files: Sequence[Path]) -> None:
    """Every file is there before the first is begun."""
    from cratedig.errors import UsageError

    for path in files:
        if not path.is_file():
            raise UsageError(f"There is no file {str(path)!r}; nothing was brought in.", hint="Check the path.")


def overrides(given: Sequence[str]) -> dict[str, str]:
    """What `--map` says: their column -> our field. Raises UsageError for what says nothing."""
    from cratedig.errors import UsageError

    pairs = [one.partition("=") for one in given]
    for theirs, equals, ours in pairs:
        if not (theirs and equals and ours):
            raise UsageError(
                f"--map {theirs}{equals}{ours} is not of the form their=ours.", hint="E.g. --map Band=artist"
            )
    return {theirs: ours for theirs, _, ours in pairs}


async def _collect_all(
    settings: Settings,
    catalogue: Catalogue,
    files: Sequence[Path],
    overrides: dict[str, str],
    source: str | None,
    *,
    quiet: bool,
) -> tuple[list[Account], list[CratedigError]]:
    """Every file, whatever became of the one before it."""
    from cratedig.errors import InputRejected, UsageError

    accounts: list[Account] = []
    failures: list[CratedigError] = []
    for path in files:
        try:
            account = await collect_one(settings, catalogue, path, overrides=overrides, source=source)
        except (InputRejected, UsageError) as error:
            typer.echo(f"cratedig: {error}", err=True)
            failures.append(error)
            continue
        accounts.append(account)
        if not quiet:
            show_account(account)
    return accounts, failures


async def collect_one(
    settings: Settings,
    catalogue: Catalogue,
    path: Path,
    *,
    overrides: dict[str, str] | None = None,
    source: str | None = None,
) -> Account:
    """One file through the door, with a progress bar."""
    from cratedig.collect.intake import collect_file

    with progress_bar(unit="rows") as bar:
        task = bar.add_task(path.name, total=None)

        def show(progress: Progress) -> None:
            bar.update(task, completed=progress.rows, total=progress.rows_total or None)

        return await collect_file(
            catalogue,
            path,
            mapping=overrides,
            source=source,
            rejects_dir=settings.data_dir / "rejects",
            today=datetime.now(UTC).date(),
            batch_rows=settings.collect.batch_rows,
            max_cell_chars=settings.collect.max_cell_chars,
            progress=show,
        )


async def _study(settings: Settings, catalogue: Catalogue, *, quiet: bool) -> dict[str, dict[str, Any]] | None:
    """Studies what waits when it is little enough to wait for; otherwise leaves it to the workers."""
    from cratedig.catalogue import census
    from cratedig.cli.study import study_with_bars
    from cratedig.jobs.kinds.study import ask

    async with catalogue.begin() as session:
        counted = await census.count(session)
        pending = counted.tracks - counted.texts
        if pending > settings.collect.study_at_once:
            await ask(session)
    if pending > settings.collect.study_at_once:
        typer.echo(
            f"{pending:,} tracks wait to be studied: a running `cratedig up` does it, or `cratedig study` now "
            "(it can be stopped and resumed).",
            err=True,
        )
        return None
    studied = await study_with_bars(settings, catalogue)
    if not quiet:
        typer.echo(f"Studied {studied['text']['done']:,} texts and {studied['mood']['done']:,} moods.")
    return studied


def _print_json(
    accounts: Sequence[Account], failures: Sequence[CratedigError], studied: dict[str, dict[str, Any]] | None
) -> None:
    """The account; of several files their sums, and each under `files`."""
    from cratedig.cli.edge import print_json

    files = [account.as_dict() for account in accounts]
    sums = {name: sum(file[name] for file in files) for name in ("rows_in", "accepted", "merged", "rejected")}
    document = {
        **(files[0] if len(files) == 1 else {}),
        **sums,
        "files": files,
        "failed": [str(error) for error in failures],
        "studied": studied,
    }
    print_json(document)


def show_account(account: Account) -> None:
    """The account as a person reads it."""
    typer.echo(f"{account.path.name}: {account.in_words()}")
    if account.already_done:
        return
    typer.echo(f"  read as {account.kind} ({account.shape}), {account.encoding}, {account.layout}")
    if account.rows_in:
        nulls = (f"{name} {100 * count / account.rows_in:.0f} %" for name, count in account.nulls.items() if count)
        typer.echo(f"  empty: {', '.join(nulls) or 'nothing'}")
    for column, reason in account.left_out.items():
        typer.echo(f"  left out: {column}, {reason}")
    for column, reasons in account.notes.items():
        for reason, note in reasons.items():
            typer.echo(f"  {column}: {note['count']:,} cells {reason}, e.g. line {note['line']}: {note['example']!r}")
    if account.rejects_file:
        typer.echo(f"  rejected rows are in {account.rejects_file}")


def _preview(files: Sequence[Path], overrides: dict[str, str], source: str | None, *, as_json: bool) -> int:
    from cratedig.cli.edge import print_json
    from cratedig.collect.intake import preview

    today = datetime.now(UTC).date()
    previews = [preview(path, mapping=overrides, source=source, today=today) for path in files]
    if as_json:
        shown = [one.as_dict() for one in previews]
        print_json(shown[0] if len(shown) == 1 else {"files": shown})
    else:
        for one in previews:
            _show_preview(one)
    return 0


def _show_preview(preview: Preview) -> None:
    from rich.markup import escape
    from rich.table import Table

    shown = preview.as_dict()
    typer.echo(f"{preview.path.name}: {shown['kind']} ({shown['shape']}), {shown['encoding']}, {shown['layout']}")
    table = Table("their column", "our field", "because", box=None, header_style="bold")
    for column in shown["mapping"]:
        ours = "(left out)" if column["left_out"] else column["ours"]
        table.add_row(escape(column["theirs"]), escape(ours), escape(column["left_out"] or column["why"]))
    console().print(table)
    for place, row in enumerate(shown["rows"], 1):
        filled = (f"{name}={_brief(value)}" for name, value in row.items() if value not in (None, "", [], {}, ()))
        typer.echo(f"{place:>3}  " + "  ".join(filled))
    typer.echo("Nothing was stored.")


def _brief(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= BRIEF else text[: BRIEF - 1] + "…"
