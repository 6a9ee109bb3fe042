"""Small files that one child decodes together: starting a child takes longer than reading a MIDI file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from cratedig.box.source import opened
from cratedig.errors import InputRejected, NotFound

MOST_FILES: Final = 128
MOST_BYTES: Final = 4 << 20
"""Of the files of a batch together; one that is larger is not in any."""


def batches(sources: Sequence[Path | bytes]) -> Iterator[tuple[list[int], list[bytes]]]:
    """Which of the sources are decoded together, and their bytes. What cannot be read, or is large, is in none."""
    rows: list[int] = []
    files: list[bytes] = []
    for row, source in enumerate(sources):
        data = _small(source)
        if data is None:
            continue
        if len(rows) == MOST_FILES or sum(map(len, files)) + len(data) > MOST_BYTES:
            yield rows, files
            rows, files = [], []
        rows.append(row)
        files.append(data)
    if rows:
        yield rows, files


def _small(source: Path | bytes) -> bytes | None:
    try:
        with opened(source) as descriptor:
            if os.fstat(descriptor).st_size > MOST_BYTES:
                return None
            return os.pread(descriptor, MOST_BYTES, 0)
    except (InputRejected, NotFound, OSError):
        return None
