"""`cratedig collect links`: which links still lead to music, and what stands in for the others."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, progress_bar, run

if TYPE_CHECKING:
    from cratedig.catalogue import Catalogue
    from cratedig.collect.linking import LinksAccount
    from cratedig.collect.recovering import RecoveryAccount
    from cratedig.settings import Settings


def links(
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many links.")] = None,
    older_than_days: Annotated[
        int | None, typer.Option("--older-than-days", min=0, help="Also links last looked at so many days ago.")
    ] = None,
    recover: Annotated[
        bool, typer.Option("--recover/--no-recover", help="Seek something in place of dead links.")
    ] = True,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Look at every track's link: valid, dead, moved, for members only? Then seek what stands in for dead ones."""

    async def command(settings: Settings) -> None:
        from cratedig.wiring import open_catalogue

        async with open_catalogue(settings) as catalogue:
            checked, recovered = await _links(settings, catalogue, limit, older_than_days, recover=recover)
        if as_json:
            print_json(checked.as_dict() | {"recovery": recovered.as_dict() if recovered else None})
            return
        _show(checked, recovered)

    run(command, data_dir=data_dir)


async def _links(
    settings: Settings, catalogue: Catalogue, limit: int | None, older_than_days: int | None, *, recover: bool
) -> tuple[LinksAccount, RecoveryAccount | None]:
    from cratedig.catalogue import links as rows
    from cratedig.collect.linking import check_links
    from cratedig.collect.recovering import recover_links
    from cratedig.wiring import link_sources, open_link_net, open_redis

    sources = link_sources(settings)
    began = time.monotonic()
    with progress_bar(unit="links") as bar:
        looking, seeking = bar.add_task("looking", total=None), bar.add_task("seeking", total=None, visible=False)

        def look(done: int, total: int) -> None:
            rate = done / (time.monotonic() - began)
            bar.update(looking, completed=done, total=total, description=f"looking, {rate:,.0f}/s")

        async with open_redis(settings) as redis, open_link_net(settings, redis) as net:
            async with catalogue.begin() as session:
                before = await rows.days_ago(session, older_than_days)
            checked = await check_links(catalogue, net, limit=limit, before=before, progress=look)
            if not recover:
                return checked, None
            recovered = await recover_links(
                catalogue,
                net,
                sources=sources,
                progress=lambda done, total: bar.update(seeking, completed=done, total=total, visible=True),
            )
    return checked, recovered


def _show(checked: LinksAccount, recovered: RecoveryAccount | None) -> None:
    typer.echo(f"{checked.links:,} links of {checked.tracks:,} tracks looked at in {checked.seconds:,.0f} s")
    for outcome, count in sorted(checked.outcomes.items(), key=lambda pair: -pair[1]):
        typer.echo(f"  {outcome.lower().replace('_', ' ')}: {count:,}")
    if recovered is None:
        return
    for strategy, count in recovered.sought.items():
        typer.echo(f"{strategy}: something for {recovered.recovered.get(strategy, 0):,} of {count:,} dead links")
    for name, reason in recovered.passed_over.items():
        typer.echo(f"{name} was passed over: {reason}", err=True)
