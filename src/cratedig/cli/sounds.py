"""`cratedig collect audio`: a folder's sounds, or excerpts of what links lead to, become the sounds of tracks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, progress_bar, run

if TYPE_CHECKING:
    from cratedig.catalogue import Catalogue
    from cratedig.collect.account import Account, Progress
    from cratedig.collect.excerpts import ExcerptAccount
    from cratedig.settings import Settings

HEAR_AT_ONCE = 300
"""So many sounds are heard before the command ends, which is a minute at most; more are left to the workers."""


def audio(
    folder: Annotated[Path | None, typer.Argument(help="A folder with sounds in it, in any depth.")] = None,
    from_links: Annotated[
        bool, typer.Option("--from-links", help="Fetch the first 30 s of VALID links that answer with audio.")
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many links.")] = None,
    study: Annotated[bool, typer.Option("--study/--no-study", help="Hear what came in, unless it is a lot.")] = True,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Bring sounds in: files, each known by its bytes and matched to its track by tags or name, or excerpts by link."""

    async def command(settings: Settings) -> int:
        from cratedig.errors import UsageError
        from cratedig.wiring import open_catalogue

        if (folder is None) != from_links:
            raise UsageError("Give a folder or --from-links, one of the two.", hint="See --help.")
        async with open_catalogue(settings) as catalogue:
            account = await (_folder(settings, catalogue, folder) if folder else _links(settings, catalogue, limit))
            studied = await _hear(settings, catalogue) if study else None
        if as_json:
            print_json(account.as_dict() | {"studied": studied})
        else:
            _say(account, studied)
        return 0 if not getattr(account, "rejected", 0) else 3

    run(command, data_dir=data_dir)


async def _folder(settings: Settings, catalogue: Catalogue, folder: Path) -> Account:
    from cratedig.collect.sounds import collect_folder
    from cratedig.wiring import open_box

    with progress_bar(unit="files") as bar:
        task = bar.add_task("hashing", total=None)

        def show(at: Progress) -> None:
            bar.update(task, description=at.step, completed=at.rows, total=at.rows_total)

        async with open_box(settings) as box:
            return await collect_folder(
                catalogue, box, folder, rejects_dir=settings.data_dir / "rejects", progress=show
            )


async def _links(settings: Settings, catalogue: Catalogue, limit: int | None) -> ExcerptAccount:
    from cratedig.collect.excerpts import collect_excerpts
    from cratedig.wiring import open_box, open_net, open_redis

    with progress_bar(unit="links") as bar:
        task = bar.add_task("fetching", total=None)
        async with open_redis(settings) as redis, open_net(settings, redis) as net, open_box(settings) as box:
            return await collect_excerpts(
                catalogue,
                net,
                box,
                data_dir=settings.data_dir,
                limit=limit,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )


async def _hear(settings: Settings, catalogue: Catalogue) -> dict[str, dict[str, Any]] | None:
    """Hears and studies what waits when it is little enough to wait for; otherwise leaves it to the workers."""
    from cratedig.catalogue import sounds
    from cratedig.cli.study import study_with_bars
    from cratedig.jobs.kinds.study import ask

    async with catalogue.begin() as session:
        counted = await sounds.count(session)
        waiting = counted.sounds - counted.heard - counted.failed
        if waiting > HEAR_AT_ONCE:
            await ask(session)
    if waiting <= HEAR_AT_ONCE:
        return await study_with_bars(settings, catalogue)
    typer.echo(
        f"{waiting:,} sounds wait to be heard: a running `cratedig up` does it, or `cratedig study` now "
        "(it can be stopped and resumed).",
        err=True,
    )
    return None


def _say(account: Account | ExcerptAccount, studied: dict[str, dict[str, Any]] | None) -> None:
    from cratedig.collect.account import Account

    if isinstance(account, Account):
        say_files(account)
    else:
        typer.echo(f"{account.links:,} links: {account.kept:,} excerpts kept")
        for reason, count in account.without.most_common():
            typer.echo(f"  without: {count:,} {reason}")
    if studied and "audio" in studied:
        heard = studied["audio"]
        typer.echo(f"Heard {heard['done'] - heard['unread']:,} sounds; {heard['unread']:,} could not be.")


def say_files(account: Account) -> None:
    """The account of a folder's files as a person reads it."""
    typer.echo(f"{account.path.name}: {account.in_words()}")
    for suffix, reason in account.left_out.items():
        typer.echo(f"  left out: {suffix}, {reason}")
    for reason, count in account.merged_by.items():
        typer.echo(f"  merged: {count:,} {reason}")
    for reasons in account.notes.values():
        for reason, note in reasons.items():
            typer.echo(f"  {note['count']:,} files: {reason}, e.g. {note['example']!r}")
    if account.rejects_file:
        typer.echo(f"  rejected files are in {account.rejects_file}")
