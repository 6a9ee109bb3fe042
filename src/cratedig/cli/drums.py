"""`cratedig drums`: parts in somebody's manner, as MIDI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, run

if TYPE_CHECKING:
    from cratedig.create.drums.composition import Commission, Composition
    from cratedig.settings import Settings

HALF = 0.5
THIN, FAIR = 0.35, 0.65  # of a confidence
WORDS = {
    "papers": "of papers",
    "articles": "of articles",
    "audio": "of sound",
    "midi": "of MIDI",
    "written": "written by us",
}


def drums(
    artist: Annotated[str, typer.Argument(metavar="ARTIST", help='Who to play like: "John Bonham", "bossa nova".')],
    bars: Annotated[int, typer.Option("--bars", help="How long, 1 to 64.")] = 4,
    tempo: Annotated[float | None, typer.Option("--tempo", help="Quarters a minute; unset, as they play.")] = None,
    meter: Annotated[str, typer.Option("--meter", help="Any: 4/4, 7/8, 12/8.")] = "4/4",
    variations: Annotated[int, typer.Option("--variations", help="How many, 1 to 16.")] = 4,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same MIDI.")] = 0,
    provider: Annotated[
        str,
        typer.Option("--provider", help="auto, template, or a chat model: anthropic, google, openai, qwen, ollama."),
    ] = "auto",
    humanize: Annotated[bool, typer.Option("--humanize/--no-humanize", help="As they feel it, or on the grid.")] = True,
    fill_every: Annotated[
        int | None, typer.Option("--fill-every", help="A fill in each so many bars, 0 none; unset, as they do.")
    ] = None,
    blend: Annotated[
        str | None, typer.Option("--blend", metavar="OTHER=0.5", help="Somebody else in it, by 0 to 1.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The folder; unset, output in the data folder.")] = None,
    kit: Annotated[
        str, typer.Option("--kit", help="How notes are numbered: general midi, roland td.")
    ] = "general midi",
    density: Annotated[float, typer.Option("--density", help="-1 sparse .. 1 dense.")] = 0.0,
    complexity: Annotated[float, typer.Option("--complexity", help="-1 plain .. 1 busy.")] = 0.0,
    swing: Annotated[float | None, typer.Option("--swing", help="Of eighths, percent, 50 to 75.")] = None,
    swing_16: Annotated[float | None, typer.Option("--swing-16", help="Of sixteenths, percent, 50 to 75.")] = None,
    timing: Annotated[float, typer.Option("--timing", help="How much of the pushes and drags, 0 to 1.")] = 1.0,
    velocity: Annotated[float, typer.Option("--velocity", help="How much of the touch, 0 to 1.")] = 1.0,
    verbatim: Annotated[bool, typer.Option("--verbatim", help="Bars they played may be repeated as they are.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make drum parts in somebody's manner, as MIDI files."""
    given: dict[str, Any] = {
        "bars": bars, "tempo_bpm": tempo, "variations": variations, "seed": seed, "fill_every": fill_every,
        "density": density, "complexity": complexity, "swing_8": swing, "swing_16": swing_16,
        "timing": timing if humanize else 0.0, "velocity": velocity if humanize else 0.0, "verbatim": verbatim,
    }  # fmt: skip

    async def command(settings: Settings) -> None:
        asked = _asked(artist, given, meter=meter, provider=provider, blend=blend, kit=kit)
        made = await _made(settings, asked, out)
        if as_json:
            print_json(_document(made))
        else:
            _show(made)

    run(command, data_dir=data_dir)


def _asked(artist: str, given: dict[str, Any], *, meter: str, provider: str, blend: str | None, kit: str) -> Commission:
    """Raises UsageError, in one line, for what cannot be asked."""
    from cratedig.create.drums.composition import Commission
    from cratedig.create.drums.request import Wish
    from cratedig.errors import UsageError
    from cratedig.music.drums.meter import Meter

    try:
        wish = Wish(**given, meter=Meter.parse(meter))
        return Commission(artist, wish, provider, _blend(blend), kit)  # type: ignore[arg-type]  # it refuses others
    except ValueError as error:
        said = str(error)
        raise UsageError(f"{said[:1].upper()}{said[1:]}.", hint="See `cratedig drums --help`.") from error


def _blend(given: str | None) -> tuple[str, float] | None:
    """From "OTHER=0.5", or "OTHER" alone for a half. Raises ValueError."""
    if given is None:
        return None
    other, equals, share = given.rpartition("=")
    if not equals:
        return given, HALF
    try:
        return other, float(share)
    except ValueError:
        raise ValueError(f"a blend is written OTHER=0.5, not {given!r}") from None


async def _made(settings: Settings, asked: Commission, out: Path | None) -> Composition:
    from cratedig.create.compose import compose
    from cratedig.wiring import open_catalogue, open_studio

    async with open_catalogue(settings) as catalogue, open_studio(settings, catalogue) as studio:
        return await compose(studio, asked, out=out)


def _document(made: Composition) -> dict[str, Any]:
    kept, distances = made.kept(), made.distances
    variations = [
        {"file": str(file), "fidelity": heard, "distances": distances[at], "groove": groove}
        for at, (file, heard, groove) in enumerate(zip(made.files, kept["fidelity"], kept["grooves"], strict=True))
    ]
    return {
        "status": "success",
        "id": made.id,
        "artist": made.artist,
        "generation_time_ms": made.generation_time_ms,
        "provider_used": made.provider_used,
        "midi_files": [str(file) for file in made.files],
        "confidence": made.confidence,
        "tempo": made.grooves[0].tempo_bpm,
        "asked": made.commission.plain(),
        "variations": variations,
        "remarks": made.remarks,
        "sources": made.sources,
        "titles": made.titles,
    }


def _show(made: Composition) -> None:
    from cratedig.cli.grid import draw_bar

    groove = made.grooves[0]
    long = f"{_many(len(groove.bars), 'bar')} of {groove.bars[0].meter} at {groove.tempo_bpm:.0f} quarters a minute"
    played = f"played by {made.provider_used} in {made.generation_time_ms} ms"
    typer.echo(f"{made.artist}: {long}, {_many(len(made.grooves), 'variation')}, {played}.")
    for remark in made.remarks:
        typer.echo(remark)
    typer.echo(_evidence(made))
    for heard in made.fidelity[:1]:
        if heard is not None:
            typer.echo(heard.says)
    for number, bar in enumerate(groove.bars, 1):
        draw_bar(number, bar)
    if len(made.grooves) > 1:
        apart = [far for at, row in enumerate(made.distances) for far in row[:at]]
        typer.echo(f"Variations are {min(apart):.2f} to {max(apart):.2f} apart (0 the same, 1 nothing in common).")
    for file in made.files:
        typer.echo(str(file))


def _evidence(made: Composition) -> str:
    """What it rests on, in plain words."""
    sources = ", ".join(f"{_many(pieces, 'piece')} {WORDS[kind]}" for kind, pieces in made.sources.items() if pieces)
    if made.confidence < THIN:
        word = "thin evidence: take it as a sketch of the manner"
    else:
        word = "fair evidence" if made.confidence < FAIR else "good evidence"
    return f"It rests on {sources or 'nothing'}; confidence {made.confidence:.2f}, {word}."


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
