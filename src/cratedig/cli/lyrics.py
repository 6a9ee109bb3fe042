"""`cratedig collect lyrics`: texts, timed files and tables of lyrics become the lyrics of tracks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, progress_bar, run

if TYPE_CHECKING:
    from cratedig.catalogue import Catalogue
    from cratedig.collect.account import Account, Progress
    from cratedig.collect.lyrics.intake import Brought
    from cratedig.collect.lyrics.preview import Shown
    from cratedig.settings import Settings


def lyrics(
    path: Annotated[Path, typer.Argument(help="A text, an LRC file, a table with lyrics, or a folder of them.")],
    mapping: Annotated[list[str] | None, typer.Option("--map", help="their=ours, e.g. words=lyrics.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="The name under which a table's ids are unique.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Known tracks get these words in place of theirs.")
    ] = False,
    study: Annotated[bool, typer.Option("--study/--no-study", help="Study what came in, unless it is a lot.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what cleaning would do; store nothing.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Bring lyrics in: clean them, judge them, and give them to the tracks they are of."""

    async def command(settings: Settings) -> int:
        from cratedig.cli.collect import overrides
        from cratedig.wiring import open_catalogue

        theirs = overrides(mapping or [])
        if dry_run:
            return _preview(settings, path, theirs, as_json=as_json)
        async with open_catalogue(settings) as catalogue:
            brought = await _collect(settings, catalogue, path, theirs, source, replace=replace)
            if study:
                await _study(settings, catalogue, brought.accounts)
        _show(brought, as_json=as_json)
        if brought.failures and not brought.accounts:
            return brought.failures[0].exit_code
        return 0 if not brought.failures and all(account.is_clean for account in brought.accounts) else 3

    run(command, data_dir=data_dir)


async def _collect(
    settings: Settings, catalogue: Catalogue, path: Path, theirs: dict[str, str], source: str | None, *, replace: bool
) -> Brought:
    from cratedig.collect.lyrics.intake import collect_lyrics

    with progress_bar(unit="lyrics") as bar:
        task = bar.add_task(path.name, total=None)

        def show(progress: Progress) -> None:
            bar.update(task, completed=progress.rows, total=progress.rows_total or None)

        return await collect_lyrics(
            *(catalogue, path),
            mapping=theirs,
            source=source,
            replace=replace,
            rejects_dir=settings.data_dir / "rejects",
            today=datetime.now(UTC).date(),
            batch_rows=settings.collect.batch_rows,
            max_cell_chars=settings.collect.max_cell_chars,
            progress=show,
        )


async def _study(settings: Settings, catalogue: Catalogue, accounts: list[Account]) -> None:
    """Studies what came in when it is little enough to wait for; otherwise leaves it to the workers."""
    from cratedig.cli.study import study_with_bars
    from cratedig.jobs.kinds.study import ask

    changed = sum(account.accepted + account.merged for account in accounts if not account.already_done)
    if 0 < changed <= settings.collect.study_at_once:
        await study_with_bars(settings, catalogue)
    elif changed:
        async with catalogue.begin() as session:
            await ask(session)
        typer.echo(
            f"{changed:,} lyrics wait to be studied: a running `cratedig up` does it, or `cratedig study` now "
            "(it can be stopped and resumed).",
            err=True,
        )


def _show(brought: Brought, *, as_json: bool) -> None:
    for failure in brought.failures:
        typer.echo(f"cratedig: {failure}", err=True)
    if as_json:
        print_json(_document(brought.accounts) | {"failed": [str(error) for error in brought.failures]})
        return
    from cratedig.cli.collect import show_account

    for account in brought.accounts:
        show_account(account)


def _document(accounts: list[Account]) -> dict[str, Any]:
    """The account; of several their sums, and each under `files`."""
    files = [account.as_dict() for account in accounts]
    sums = {name: sum(file[name] for file in files) for name in ("rows_in", "accepted", "merged", "rejected")}
    return {**(files[0] if len(files) == 1 else {}), **sums, "files": files}


def _preview(settings: Settings, path: Path, theirs: dict[str, str], *, as_json: bool) -> int:
    from cratedig.collect.lyrics.preview import preview

    shown = preview(path, mapping=theirs, today=datetime.now(UTC).date(), max_chars=settings.collect.max_cell_chars)
    if as_json:
        print_json({"lyrics": [one.as_dict() for one in shown]})
        return 0
    for one in shown:
        _show_one(one)
    typer.echo("Nothing was stored.")
    return 0


def _show_one(one: Shown) -> None:
    named = " - ".join(name for name in (one.artist, one.title) if name) or "(no name)"
    typer.echo(f"{one.where}: {named}; {one.verdict}, {one.lines} lines, {one.language or 'language not known'}")
    for change in one.changes:
        after = f" -> {change['after']!r}" if change["after"] else " -> nothing"
        typer.echo(f"  {change['rule']}, {change['count']:,} times, line {change['line']}: {change['before']!r}{after}")
