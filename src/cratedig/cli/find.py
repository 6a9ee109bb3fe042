"""`cratedig find`: what fits, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, hint_at_pending, print_json, run

if TYPE_CHECKING:
    from cratedig.find.request import Request, Response, Result
    from cratedig.music.mood import Mood
    from cratedig.settings import Settings

LARGEST_ID = 2**31 - 1
SHOWN_FROM = 0.0005  # a smaller contribution rounds to nothing


def find(
    query: Annotated[str, typer.Argument(help='What you are after: "i miss my ex", "90s hip hop", "songs like ..."')],
    top: Annotated[int, typer.Option("--top", min=1, max=100, help="How many.")] = 10,
    like: Annotated[
        list[int] | None,
        typer.Option("--like", min=1, max=LARGEST_ID, help="A track id it should be like; repeatable."),
    ] = None,
    unlike: Annotated[
        list[int] | None, typer.Option("--unlike", min=1, max=LARGEST_ID, help="A track id it should not be like.")
    ] = None,
    min_year: Annotated[int | None, typer.Option("--min-year", help="Not older.")] = None,
    max_year: Annotated[int | None, typer.Option("--max-year", help="Not newer.")] = None,
    genre: Annotated[list[str] | None, typer.Option("--genre", help="Only this genre; repeatable.")] = None,
    exclude_artist: Annotated[list[str] | None, typer.Option("--exclude-artist", help="Not by; repeatable.")] = None,
    exclude: Annotated[
        list[int] | None, typer.Option("--exclude", min=1, max=LARGEST_ID, help="A track id to leave out.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Same seed, same surprises.")] = 0,
    variance: Annotated[float, typer.Option("--variance", min=0.0, max=1.0, help="Towards 1 more surprises.")] = 0.0,
    unheard: Annotated[bool, typer.Option("--unheard", help="Leave out what you have listened to.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Show what each score is made of.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Find tracks that fit a mood, a moment, a genre, an artist, or any words."""

    async def command(settings: Settings) -> None:
        from cratedig.errors import UsageError
        from cratedig.find.request import Filters, Request

        if min_year is not None and max_year is not None and min_year > max_year:
            raise UsageError(f"--min-year {min_year} is after --max-year {max_year}.")
        asked = Request(
            query=query,
            top_k=top,
            like=tuple(like or ()),
            unlike=tuple(unlike or ()),
            filters=Filters(
                min_year=min_year,
                max_year=max_year,
                genres=tuple(genre or ()),
                exclude_artists=tuple(exclude_artist or ()),
            ),
            exclude=tuple(exclude or ()),
            seed=seed,
            variance=variance,
            unheard=unheard,
        )
        response = await _answer(settings, asked)
        if as_json:
            print_json(response.as_dict())
        else:
            _show(response, why=why)

    run(command, data_dir=data_dir)


async def _answer(settings: Settings, asked: Request) -> Response:
    """What is found for whoever uses this machine."""
    from cratedig.catalogue.listening import LOCAL
    from cratedig.find.recommend import recommend
    from cratedig.wiring import open_app

    async with open_app(settings) as app:
        await hint_at_pending(app.catalogue)
        async with app.catalogue.begin() as session:
            personal = await app.tastes.of(session, LOCAL, now=datetime.now().astimezone())
        return await recommend(app.finder, replace(asked, personal=personal))


def _show(response: Response, *, why: bool) -> None:
    from rich.markup import escape

    if not response.results:
        typer.echo("Nothing fits those conditions; loosen a filter.")
        return
    out = console()
    for place, result in enumerate(response.results, 1):
        facts = [result.artist, result.year and str(result.year), result.genre, result.mood and _mood(result.mood)]
        line = f"[bold]{escape(result.title or '(no title)')}[/bold]  " + escape(" · ".join(f for f in facts if f))
        out.print(f"{place:>3}  {result.score:.3f}  {line}  [dim]#{result.track_id}[/dim]", soft_wrap=True)
        if why:
            for words in (" ".join(filter(None, (result.sentence, result.moved))), _terms(result)):
                out.print(f"            [dim]{escape(words)}[/dim]", soft_wrap=True)
    told = response.metadata
    line = f"{told.explanation} {told.total_candidates:,} candidates, {told.processing_time_ms:.0f} ms."
    out.print(f"[dim]{escape(line)}[/dim]", soft_wrap=True)


def _terms(result: Result) -> str:
    """Each term's part of the score, and the rank the track would have without it."""
    from cratedig.find.reasons import ordinal

    return "  ".join(
        f"{term.term} {term.contribution:+.3f} (without: {ordinal(result.without[term.term])})"
        for term in result.why
        if abs(term.contribution) >= SHOWN_FROM
    )


def _mood(mood: Mood) -> str:
    return f"valence {mood.valence:+.2f} arousal {mood.arousal:+.2f}"
