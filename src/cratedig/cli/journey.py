"""`cratedig journey`: a playlist from one mood to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, hint_at_pending, print_json, run

if TYPE_CHECKING:
    from cratedig.create.playlist import Entry
    from cratedig.find.travel import Journey, JourneyRequest
    from cratedig.settings import Settings


def journey(
    start: Annotated[str, typer.Argument(metavar="FROM", help='How it starts: "sad", "tired after work".')],
    end: Annotated[str, typer.Argument(metavar="TO", help='How it ends: "calm and hopeful".')],
    minutes: Annotated[float, typer.Option("--minutes", help="How long, 10 to 600.")] = 45.0,
    via: Annotated[list[str] | None, typer.Option("--via", help="A mood to pass on the way; repeatable.")] = None,
    eased: Annotated[bool, typer.Option("--eased", help="Leave and arrive slowly.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to a file: .m3u8, .jspf or .csv.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Decides between equals.")] = 0,
    why: Annotated[bool, typer.Option("--why", help="Show what each step's cost is made of.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a playlist that leads from one mood to another."""

    async def command(settings: Settings) -> None:
        from cratedig.create.playlist import format_of, write
        from cratedig.find.travel import JourneyRequest, check

        asked = JourneyRequest(through=(start, *(via or ()), end), minutes=minutes, eased=eased, seed=seed)
        check(asked)
        if out is not None:
            format_of(out)  # before the work, not after
        found = await _found(settings, asked)
        if out is not None:
            write(out, _entries(found), name=f"{start} to {end}")
        if as_json:
            print_json(found.as_dict())
        else:
            _show(found, why=why)
            if out is not None:
                typer.echo(f"{len(found.steps)} tracks written to {str(out)!r}.", err=True)

    run(command, data_dir=data_dir)


async def _found(settings: Settings, asked: JourneyRequest) -> Journey:
    from cratedig.find.travel import journey as door
    from cratedig.wiring import open_app

    async with open_app(settings) as app:
        await hint_at_pending(app.catalogue)
        async with app.catalogue.begin() as session:
            return await door(session, app.embedder, app.head, asked)


def _entries(found: Journey) -> list[Entry]:
    from cratedig.create.playlist import Entry

    return [
        Entry(step.track_id, step.title, step.artist, step.album, step.permalink_url, step.duration_s)
        for step in found.steps
    ]


def _show(found: Journey, *, why: bool) -> None:
    from rich.markup import escape

    out = console()
    for step in found.steps:
        minute, second = divmod(round(step.starts_s), 60)
        facts = [
            step.artist,
            f"valence {step.mood.valence:+.2f} arousal {step.mood.arousal:+.2f}",
            step.bpm and f"{step.bpm:.0f} BPM",
            step.camelot,
        ]
        said = escape(" · ".join(fact for fact in facts if fact))
        line = f"[bold]{escape(step.title or '(no title)')}[/bold]  {said}  [dim]#{step.track_id}[/dim]"
        out.print(f"{minute:>3}:{second:02}  {line}", soft_wrap=True)
        if why:
            reasons = "  ".join(f"{term.term} {term.contribution:.3f}" for term in step.why)
            out.print(f"        [dim]{escape(f'cost {step.cost:.3f}: {reasons}')}[/dim]", soft_wrap=True)
    out.print(f"[dim]{escape(found.metadata.explanation)}[/dim]", soft_wrap=True)
