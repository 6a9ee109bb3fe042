"""`cratedig groove`: drum grooves in MIDI files."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, run

if TYPE_CHECKING:
    from cratedig.music.drums.groove import Bar, Groove
    from cratedig.music.drums.kit import Drum, Kit
    from cratedig.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Drum grooves in MIDI files.")

LOUDNESS = "▁▂▃▄▅▆▇█"
SIXTEENTH, FINEST = Fraction(1, 4), Fraction(1, 24)
MOST_BARS = 8


@app.command("show")
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE.mid", help="A MIDI file with drums.")],
    bars: Annotated[int, typer.Option("--bars", min=1, help="How many bars.")] = MOST_BARS,
    start: Annotated[int, typer.Option("--from", min=1, help="The first bar.")] = 1,
    kit: Annotated[
        str, typer.Option("--kit", help="How its notes are numbered: general midi, roland td.")
    ] = "roland td",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show who is hit when, how loudly, and how far off the grid."""

    async def command(settings: Settings) -> None:
        groove = await _read(settings, file, _kit(kit))
        shown = list(enumerate(groove.bars, 1))[start - 1 : start - 1 + bars]
        if as_json:
            print_json(
                {"tempo_bpm": groove.tempo_bpm, "length_s": groove.length_s, "bars": [_plain(*one) for one in shown]}
            )
            return
        typer.echo(f"{len(groove.bars)} bars at {groove.tempo_bpm:.0f} quarters a minute, {groove.length_s:.1f} s")
        for number, bar in shown:
            _draw(number, bar)

    run(command, data_dir=data_dir)


def _kit(name: str) -> Kit:
    from cratedig.errors import UsageError
    from cratedig.music.drums.kit import KITS

    if name not in KITS:
        raise UsageError(f"There is no kit {name!r}.", hint=f"Known: {', '.join(KITS)}.")
    return KITS[name]


async def _read(settings: Settings, file: Path, kit: Kit) -> Groove:
    from cratedig.understand.drums.played import played
    from cratedig.wiring import open_box

    async with open_box(settings) as box:
        return played(await box.decode_midi(file), kit=kit).groove()


def _plain(number: int, bar: Bar) -> dict[str, object]:
    hits = [
        {"drum": hit.drum.name, "note": hit.drum.note, "place": str(hit.place), "velocity": hit.velocity,
         "push_ticks": hit.push}
        for hit in bar.hits
    ]  # fmt: skip
    return {"bar": number, "meter": str(bar.meter), "hits": hits}


def _draw(number: int, bar: Bar) -> None:
    from rich.table import Table

    step = _step(bar)
    table = Table(title=f"bar {number}, {bar.meter}", title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column(_ruler(bar, step), no_wrap=True)
    table.add_column("off the grid")
    for drum in sorted({hit.drum for hit in bar.hits}, reverse=True):
        table.add_row(drum.name, "".join(_cells(bar, drum, step)), _pushes(bar, drum))
    console().print(table)


def _step(bar: Bar) -> Fraction:
    """The length of a cell: a sixteenth, or what the bar's hits need; flams are drawn where they nearly are."""
    wanted = [hit.place for hit in bar.hits if (hit.place / FINEST).denominator == 1]
    steps = (SIXTEENTH, Fraction(1, 6), Fraction(1, 8), Fraction(1, 12), FINEST)
    return next(step for step in steps if all((place / step).denominator == 1 for place in wanted))


def _ruler(bar: Bar, step: Fraction) -> str:
    pulses = {int(pulse / step): str(at) for at, pulse in enumerate(bar.meter.pulses, 1)}
    return "".join(pulses.get(at, " ")[:1] for at in range(int(bar.meter.bar_quarters / step)))


def _cells(bar: Bar, drum: Drum, step: Fraction) -> Iterator[str]:
    loudest: dict[int, int] = {}
    for hit in bar.hits:
        if hit.drum == drum:
            at = int(hit.place / step)
            loudest[at] = max(hit.velocity, loudest.get(at, 0))
    for at in range(int(bar.meter.bar_quarters / step)):
        yield LOUDNESS[loudest[at] // 16] if at in loudest else "·"


def _pushes(bar: Bar, drum: Drum) -> str:
    pushes = [hit.push for hit in bar.hits if hit.drum == drum]
    return f"{sum(pushes) / len(pushes):+.0f} ticks"
