"""The performances of a folder shaped like groove_midi, read as the product reads MIDI files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio
from anyio import CapacityLimiter

from cratedig.box.box import Box
from cratedig.errors import InputRejected
from cratedig.lab.tables import rows_with
from cratedig.music.drums.kit import ROLAND
from cratedig.understand.drums.played import Played, played

FIVE: Final = ("drummer1", "drummer3", "drummer5", "drummer7", "drummer8")
"""Whose playing parts are made after."""
SHARED: Final = Path("shared", "data", "groove_midi")
AT_ONCE: Final = 2  # files


@dataclass(frozen=True, eq=False)
class Piece:
    """A performance. style: of the label's two the first; is_beat: not a fill; meter: as the index says it, 4-4."""

    name: str
    drummer: str
    session: str
    style: str
    is_beat: bool
    meter: str
    played: Played


async def read_pieces(data: Path) -> list[Piece]:
    """Every file that the index lists and the folder has, in the index's order. Raises InputRejected where it has
    none."""
    columns = ("drummer", "session", "id", "style", "beat_type", "time_signature", "midi_filename")
    there = [(row, path) for row in rows_with(data, *columns) if (path := _path(data, row["midi_filename"]))]
    if not there:
        raise InputRejected(f"None of the files that the index names is in {str(data)!r}.")
    pieces: dict[int, Piece] = {}
    limiter = CapacityLimiter(AT_ONCE)
    async with Box.open() as box, anyio.create_task_group() as tasks:

        async def read(at: int, row: dict[str, str], path: Path) -> None:
            async with limiter:
                pieces[at] = _piece(row, played(await box.decode_midi(path), kit=ROLAND))

        for at, (row, path) in enumerate(there):
            tasks.start_soon(read, at, row, path)
    return [pieces[at] for at in range(len(there))]


def _path(data: Path, name: str) -> Path | None:
    return next((path for path in (data / "midi" / name, data / name) if path.is_file()), None)


def _piece(row: dict[str, str], played: Played) -> Piece:
    return Piece(
        name=row["id"],
        drummer=row["drummer"],
        session=row["session"],
        style=row["style"].split("/")[0],
        is_beat=row["beat_type"] == "beat",
        meter=row["time_signature"],
        played=played,
    )


def shared_folder() -> Path | None:
    """Beside the checkout this module stands in, or the one the command was started in; None where neither has it."""
    checkouts = (Path(__file__).resolve().parents[3], Path.cwd())
    return next((checkout.parent / SHARED for checkout in checkouts if (checkout.parent / SHARED).is_dir()), None)
