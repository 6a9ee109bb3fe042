"""`cratedig search`: by word and by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, hint_at_pending, print_json, run

if TYPE_CHECKING:
    from cratedig.find.request import SearchResponse
    from cratedig.settings import Settings


def search(
    words: Annotated[str, typer.Argument(help="Words of a lyric, a title, a description, or what they mean.")],
    top: Annotated[int, typer.Option("--top", min=1, max=100, help="How many.")] = 10,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Search lyrics and metadata by meaning and by word."""

    async def command(settings: Settings) -> None:
        from cratedig.errors import UsageError
        from cratedig.find.request import SearchRequest
        from cratedig.find.search import search as door
        from cratedig.wiring import open_app

        if not words.strip():
            raise UsageError("There are no words to search for.")
        async with open_app(settings) as app:
            await hint_at_pending(app.catalogue)
            response = await door(app.finder, SearchRequest(query=words, top_k=top))
        if as_json:
            print_json(response.as_dict())
        else:
            _show(response)

    run(command, data_dir=data_dir)


def _show(response: SearchResponse) -> None:
    from rich.markup import escape

    if not response.results:
        typer.echo("Nothing in the catalogue matches.")
        return
    out = console()
    for place, hit in enumerate(response.results, 1):
        line = f"[bold]{escape(hit.title or '(no title)')}[/bold]  {escape(hit.artist or '')}"
        out.print(f"{place:>3}  {hit.score:.3f}  {line}  [dim]#{hit.track_id}[/dim]", soft_wrap=True)
        if hit.span:
            span = " ".join(hit.span.split())
            where = f"{hit.span_field}, line {hit.span_line}" if hit.span_line else hit.span_field
            out.print(f"            [dim]{escape(f'{where}: {span}')}[/dim]", soft_wrap=True)
