"""Grooves as MIDI files in a folder: whole or absent, and none written over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cratedig.create.drums.midi import written
from cratedig.errors import NotPublished
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.kit import Kit
from cratedig.publish import only_one, publish, sweep

MOST_NAME_CHARS: Final = 60


def write(grooves: Sequence[Groove], folder: Path, *, artist: str, kit: Kit, at: datetime) -> tuple[Path, ...]:
    """One file a variation: john_bonham_var1_20251117_103045.mid. Where that second's names are taken, the next's.

    Raises NotPublished.
    """
    contents = [written(groove, kit=kit, name=artist) for groove in grooves]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with only_one(folder):
            sweep(folder)
            files = _free(folder, slug(artist), at, len(contents))
            for file, content in zip(files, contents, strict=True):
                publish(file, content, mode=0o644)
    except OSError as error:
        raise NotPublished(
            f"{str(folder)!r} cannot be written to: {error.strerror or error}. Nothing was made.",
            hint="Check the folder's owner and the free space.",
        ) from error
    return files


def slug(artist: str) -> str:
    """An artist's name as part of a file's.

    >>> slug("Tré Cool & Co.")
    'tre_cool_co'
    """
    plain = unicodedata.normalize("NFKD", artist).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:MOST_NAME_CHARS] or "drummer"


def _free(folder: Path, name: str, at: datetime, many: int) -> tuple[Path, ...]:
    while True:
        files = tuple(folder / f"{name}_var{nth}_{at:%Y%m%d_%H%M%S}.mid" for nth in range(1, many + 1))
        if not any(file.exists() for file in files):
            return files
        at += timedelta(seconds=1)
