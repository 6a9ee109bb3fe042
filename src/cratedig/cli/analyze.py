"""`cratedig analyze`: what one lyric says; nothing is stored."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import INTERRUPTED, AsJson, DataDir, console, fail, print_json, run

if TYPE_CHECKING:
    from rich.console import Console

    from cratedig.catalogue import Catalogue
    from cratedig.music.finding import Finding
    from cratedig.music.lyric import Lyric
    from cratedig.settings import Settings
    from cratedig.understand.lyrics.rhyme import Rhymes

STDIN = "-"
MOST_LISTED = 12


def analyze(
    file: Annotated[str, typer.Argument(help="A file with the lyric, or - for standard input.")],
    analyzer: Annotated[str, typer.Option("--analyzer", help="Who reads it; auto: what is there, combined.")] = "auto",
    tempo: Annotated[float | None, typer.Option("--tempo", min=20, max=400, help="Of the song, in bpm.")] = None,
    sensitivity: Annotated[
        float, typer.Option("--sensitivity", min=0.0, max=1.0, help="Of the rhymes: towards 1 looser ones count.")
    ] = 0.5,
    html: Annotated[Path | None, typer.Option("--html", help="Write the rhymes to this file, as a page.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read one lyric: rhymes, sentiment, themes, flow, structure. Nothing is stored, and no database starts."""
    raw = _bytes_of_stdin() if file == STDIN else None

    async def command(settings: Settings) -> None:
        import anyio

        from cratedig.collect.lyrics.given import lyric_in
        from cratedig.understand.lyrics.rhyme import rhymes

        given = await anyio.to_thread.run_sync(_bytes_of, Path(file)) if raw is None else raw
        name = "Standard input" if file == STDIN else repr(file)
        lyric = await anyio.to_thread.run_sync(lyric_in, given, name)
        finding = await _read(settings, analyzer, lyric, tempo)
        heard = await anyio.to_thread.run_sync(lambda: rhymes(lyric, sensitivity=sensitivity))
        if html is not None:
            await anyio.to_thread.run_sync(_write, html, heard)
        if as_json:
            from cratedig.web.readings import shape_of

            print_json({"asked": analyzer, **shape_of(finding), "rhymes": heard.as_data()})
        else:
            _show_rhymes(console(), heard)
            _show(console(), finding)

    run(command, data_dir=data_dir)


def _bytes_of_stdin() -> bytes:
    """Before anything else runs: here Ctrl-C ends the waiting."""
    from cratedig.collect.lyrics.given import MOST_BYTES

    try:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    except KeyboardInterrupt:
        fail("Stopped.", INTERRUPTED)


def _bytes_of(path: Path) -> bytes:
    from cratedig.collect.lyrics.given import MOST_BYTES
    from cratedig.errors import InputRejected, UsageError

    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"There is no file {str(path)!r}.", hint="Check the path.") from None
    except OSError as error:
        raise InputRejected(f"{str(path)!r} cannot be read: {error.strerror}.") from error


async def _read(settings: Settings, analyzer: str, lyric: Lyric, tempo_bpm: float | None) -> Finding:
    """By whoever was asked for. Raises UsageError before anything is opened where nobody has that name."""
    import anyio

    from cratedig.models.embedder import TextEmbedder
    from cratedig.understand.lyrics import choice
    from cratedig.understand.lyrics.analyzers import AUTO, known
    from cratedig.wiring import open_analyzers, open_embedder

    if analyzer != AUTO:
        known(analyzer)

    async def embedder() -> TextEmbedder:
        return await anyio.to_thread.run_sync(open_embedder, settings)

    async with _book(settings, analyzer) as catalogue:
        analyzers = open_analyzers(settings, embedder, catalogue=catalogue)
        try:
            return await choice.read(analyzers, analyzer, lyric, tempo_bpm=tempo_bpm)
        finally:
            await analyzers.close()


@asynccontextmanager
async def _book(settings: Settings, analyzer: str) -> AsyncIterator[Catalogue | None]:
    """Where a chat model's money is counted; nothing is opened where none is asked."""
    from cratedig.understand.lyrics.analyzers import CHEAP
    from cratedig.wiring import chat_providers, open_catalogue

    if analyzer in CHEAP or not chat_providers(settings):
        yield None
        return
    async with open_catalogue(settings) as catalogue:
        yield catalogue


def _write(path: Path, heard: Rhymes) -> None:
    """Raises NotPublished."""
    from cratedig.errors import NotPublished
    from cratedig.understand.lyrics.rhyme import to_html

    try:
        path.write_text(to_html(heard), encoding="utf-8")
    except OSError as error:
        raise NotPublished(f"{str(path)!r} cannot be written: {error.strerror}.") from error


def _show_rhymes(out: Console, heard: Rhymes) -> None:
    from cratedig.understand.lyrics.rhyme import to_text

    schemes = ", ".join(f"{one.letters} ({one.name})" if one.name else one.letters for one in heard.schemes)
    measures = heard.measures
    out.print(to_text(heard), soft_wrap=True)
    out.print(f"schemes     {schemes}", soft_wrap=True)
    out.print(
        f"rhymes      density {measures.density:.2f}, {100 * measures.share:.0f} % of syllables, the longest of "
        f"{measures.longest} syllables, {measures.internal:.2f} within a line\n",
        soft_wrap=True,
    )


def _show(out: Console, finding: Finding) -> None:
    from rich.markup import escape

    if finding.fallback:
        out.print(f"[yellow]{escape(finding.fallback)} The {finding.analyzer} analyzer read it instead.[/yellow]")
    out.print(f"[bold]{finding.sentiment}[/bold] {finding.valence:+.2f}, {100 * finding.confidence:.0f} % sure")
    for name, words in _summary(finding):
        out.print(f"{name:<12}{escape(words)}")
    for name, part in finding.data.items():
        rows = list(_rows(part)) if isinstance(part, Mapping) else []
        if rows:
            _print_table(out, name, rows)
    out.print(f"[dim]{finding.analyzer} {escape(finding.version)}, {finding.processing_ms:.1f} ms[/dim]")


def _summary(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.themes:
        yield "themes", ", ".join(f"{theme.name} {100 * theme.share:.0f} %" for theme in finding.themes)
    if finding.emotions:
        strongest = sorted(finding.emotions.items(), key=lambda one: -one[1])
        yield "emotions", ", ".join(f"{name} {strength:.2f}" for name, strength in strongest)
    if finding.mood is not None:
        yield "mood", f"valence {finding.mood.valence:+.2f} arousal {finding.mood.arousal:+.2f}"
    if finding.complexity is not None:
        yield "complexity", f"{finding.complexity:.2f} of 1"


def _rows(part: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """(name, value) of every measure below; what says nothing is left out."""
    for name, value in part.items():
        label = f"{before}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from _rows(value, f"{label}, ")
        elif isinstance(value, list) and value and not isinstance(value[0], Mapping):
            more = f" ... ({len(value)})" if len(value) > MOST_LISTED else ""
            yield label, " ".join(map(str, value[:MOST_LISTED])) + more
        elif isinstance(value, (int, float, str)) and not isinstance(value, bool) and value not in (0, ""):
            yield label, f"{value:g}" if isinstance(value, float) else str(value)


def _print_table(out: Console, title: str, rows: list[tuple[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in rows:
        table.add_row(name, Text(value))
    out.print()
    out.print(table)
