"""Whether every drum hit of a MIDI file is found, and no file hurts: `multitrack_midi` and `odd_midi` ask the same.

files: how many the index lists. drum_hits_exact: share of the files whose channel-10 notes the index counts in which
exactly so many are found. clear_errors: files refused with a sentence that says why. crashes: files that raise anything
else. slowest_s: of a file, its child process included.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from cratedig.box.box import Box
from cratedig.errors import CratedigError, InputRejected
from cratedig.lab.evaluation import Evaluation
from cratedig.lab.tables import rows_with


@dataclass(frozen=True)
class Read:
    """One file. counted: by the index, None where its reader failed; found: by us, None where it was refused."""

    counted: int | None
    found: int | None
    crashed: bool
    seconds: float


async def judged(data: Path, *, name: str) -> Evaluation:
    """Reads every file that the folder's index lists, each in a child process as the product does."""
    async with Box.open() as box:
        read = [await _read(box, data, row) for row in rows_with(data, "file", "ch10_notes")]
    counted = [one for one in read if one.counted is not None]
    metrics = {
        "files": len(read),
        "drum_hits_exact": sum(one.found == one.counted for one in counted) / max(1, len(counted)),
        "clear_errors": sum(one.found is None and not one.crashed for one in read),
        "crashes": sum(one.crashed for one in read),
        "slowest_s": max(one.seconds for one in read),
    }
    return Evaluation(name=name, n=len(read), metrics=metrics)


async def _read(box: Box, data: Path, row: dict[str, str]) -> Read:
    counted = int(row["ch10_notes"]) if row["ch10_notes"] else None
    path, crashed, found = _path(data, row["file"]), False, None
    began = time.monotonic()
    try:
        found = sum(note.is_drum for note in (await box.decode_midi(path)).notes)
    except CratedigError:
        pass
    except Exception:
        crashed = True
    return Read(counted, found, crashed, time.monotonic() - began)


def _path(data: Path, name: str) -> Path:
    """The file an index names, in the folder or in one below it. Raises InputRejected where it is in none."""
    found = next(iter(sorted(path for path in (data / name, *data.glob(f"*/{name}")) if path.is_file())), None)
    if found is None:
        raise InputRejected(f"The index names {name!r}, which is not in {str(data)!r}.")
    return found
