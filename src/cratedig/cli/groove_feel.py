"""`cratedig groove extract` and `apply`: the feel of one MIDI file, and what makes another play with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cratedig.cli.edge import AsJson, DataDir, console, print_json, run
from cratedig.cli.midi_files import KitName, kit_named

if TYPE_CHECKING:
    from cratedig.box.box import Box
    from cratedig.music.drums.feel import Feel
    from cratedig.music.drums.groove import Groove
    from cratedig.music.drums.kit import Kit
    from cratedig.settings import Settings

MOST_FEEL_BYTES = 1_000_000


def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE.mid", help="A MIDI file with drums.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FEEL.json", help="Write the feel to a file.")] = None,
    kit: KitName = "roland td",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take the feel from a MIDI file: its swing, and how early and how loud every drum is in each place."""

    async def command(settings: Settings) -> None:
        from cratedig.music.drums.feel_shape import feel_document
        from cratedig.publish import publish
        from cratedig.wiring import open_box

        async with open_box(settings) as box:
            feel = await _feel_in(box, file, kit_named(kit))
        document = feel_document(feel)
        if out is not None:
            publish(out, json.dumps(document, indent=1).encode() + b"\n", mode=0o644)
            typer.echo(f"The feel was written to {str(out)!r}.", err=True)
        if as_json:
            print_json(document)
        else:
            _draw(feel)

    run(command, data_dir=data_dir)


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE.mid", help="The MIDI file to play with it.")],
    out: Annotated[Path, typer.Option("--out", metavar="OUT.mid", help="Where it is written.")],
    feel: Annotated[Path | None, typer.Option("--feel", metavar="FEEL.json", help="What `extract` wrote.")] = None,
    other: Annotated[
        Path | None, typer.Option("--from", metavar="OTHER.mid", help="Or a file to take it from.")
    ] = None,
    amount: Annotated[float, typer.Option("--amount", min=0, max=100, help="How much of it, in percent.")] = 100.0,
    velocity_amount: Annotated[
        float | None,
        typer.Option("--velocity-amount", min=0, max=100, help="How much of the loudness, where it differs."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same file.")] = 0,
    kit: KitName = "roland td",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Play the drums of a MIDI file with another feel; all else in it stays as it is."""

    async def command(settings: Settings) -> None:
        from cratedig.publish import publish
        from cratedig.wiring import open_box

        drums = kit_named(kit)
        async with open_box(settings) as box:
            wanted = await _wanted(box, feel, other, drums)
            loudness = amount if velocity_amount is None else velocity_amount
            data, groove, felt = await _felt(box, file, wanted, drums, (amount / 100, loudness / 100, seed))
        publish(out, data, mode=0o644)
        told = _told(out, groove, felt)
        print_json(told) if as_json else typer.echo(
            f"{told['moved']} of {told['strokes']} strokes moved, by {told['mean_move_ticks']:.1f} ticks on average; "
            f"{told['louder_or_softer']} louder or softer. Written to {str(out)!r}."
        )

    run(command, data_dir=data_dir)


async def _wanted(box: Box, feel: Path | None, other: Path | None, kit: Kit) -> Feel:
    from cratedig.errors import UsageError

    if (feel is None) == (other is None):
        raise UsageError("Name a feel to apply: either --feel FEEL.json or --from OTHER.mid.")
    return _feel_at(feel) if feel is not None else await _feel_in(box, other or Path(), kit)


def _feel_at(path: Path) -> Feel:
    from cratedig.errors import InputRejected, NotFound
    from cratedig.music.drums.feel_shape import feel_of_document

    hint = "Make one with `cratedig groove extract FILE.mid --out FEEL.json`."
    try:
        with path.open("rb") as file:
            return feel_of_document(json.loads(file.read(MOST_FEEL_BYTES)))
    except OSError as error:
        raise NotFound(f"{str(path)!r} cannot be read: {error.strerror or error}.", hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise InputRejected(f"{str(path)!r} holds no feel: {error}.", hint=hint) from error


async def _feel_in(box: Box, file: Path, kit: Kit) -> Feel:
    from cratedig.understand.drums.played import played
    from cratedig.understand.drums.profile import feel_of

    return feel_of([played(await box.decode_midi(file), kit=kit)])


async def _felt(
    box: Box, file: Path, wanted: Feel, kit: Kit, amounts: tuple[float, float, int]
) -> tuple[bytes, Groove, Groove]:
    """The file's bytes anew, its drums as they were, and as they are felt; amounts: timing, velocity, seed."""
    import anyio
    import numpy as np

    from cratedig.create.drums.feel import feel
    from cratedig.create.drums.felt_file import felt_file
    from cratedig.understand.drums.played import played
    from cratedig.understand.drums.profile import feel_of
    from cratedig.understand.drums.written import written

    score = await box.decode_midi(file)
    data = await anyio.Path(file).read_bytes()
    heard = played(score, kit=kit)
    own = feel_of([heard])
    groove = written(heard, swing_8=own.swing_8, swing_16=own.swing_16).groove()
    timing, velocity, seed = amounts
    felt = feel(groove, wanted, timing=timing, velocity=velocity, rng=np.random.default_rng(seed))
    return felt_file(data, score, groove, felt, kit=kit), groove, felt


def _told(out: Path, groove: Groove, felt: Groove) -> dict[str, object]:
    both = list(zip(groove.sounding(), felt.sounding(), strict=True))
    moves = [abs(then - now) for (now, _), (then, _) in both if then != now]
    return {
        "file": str(out),
        "strokes": len(both),
        "moved": len(moves),
        "mean_move_ticks": sum(moves) / len(moves) if moves else 0.0,
        "louder_or_softer": sum(hit.velocity != changed.velocity for (_, hit), (_, changed) in both),
    }


def _draw(feel: Feel) -> None:
    from rich.table import Table

    typer.echo(f"swing {feel.swing_8:.1f} % at eighths, {feel.swing_16:.1f} % at sixteenths")
    table = Table(box=None, pad_edge=False)
    for column in ("", "off the swung grid", "loudness", "strokes"):
        table.add_column(column)
    for (voice, step), touch in feel.touches.items():
        if step is None:
            table.add_row(
                voice, f"{touch.push:+.0f} ± {touch.push_spread:.0f} ticks",
                f"{touch.velocity:.0f} ± {touch.velocity_spread:.0f}", f"{touch.hits:,}",
            )  # fmt: skip
    console().print(table)
