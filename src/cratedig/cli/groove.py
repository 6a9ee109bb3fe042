"""`cratedig groove`: drum grooves in MIDI files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, print_json, run
from cratedig.cli.grid import draw_bar
from cratedig.cli.groove_feel import apply, extract
from cratedig.cli.groove_similar import similar
from cratedig.cli.midi_files import KitName, kit_named

if TYPE_CHECKING:
    from cratedig.music.drums.groove import Bar, Groove
    from cratedig.music.drums.kit import Kit
    from cratedig.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Drum grooves in MIDI files.")

app.command("extract")(extract)
app.command("apply")(apply)
app.command("similar")(similar)

MOST_BARS = 8


@app.command("show")
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE.mid", help="A MIDI file with drums.")],
    bars: Annotated[int, typer.Option("--bars", min=1, help="How many bars.")] = MOST_BARS,
    start: Annotated[int, typer.Option("--from", min=1, help="The first bar.")] = 1,
    kit: KitName = "roland td",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show who is hit when, how loudly, and how far off the grid."""

    async def command(settings: Settings) -> None:
        groove = await _read(settings, file, kit_named(kit))
        shown = list(enumerate(groove.bars, 1))[start - 1 : start - 1 + bars]
        if as_json:
            print_json(
                {"tempo_bpm": groove.tempo_bpm, "length_s": groove.length_s, "bars": [_plain(*one) for one in shown]}
            )
            return
        bars_in_all = f"{len(groove.bars)} bar{'s' * (len(groove.bars) != 1)}"
        typer.echo(f"{bars_in_all} at {groove.tempo_bpm:.0f} quarters a minute, {groove.length_s:.1f} s")
        for number, bar in shown:
            draw_bar(number, bar)

    run(command, data_dir=data_dir)


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
