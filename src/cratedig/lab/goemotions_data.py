"""GoEmotions (Demszky et al. 2020, ACL): Reddit comments with 27 emotions and neutral, as training data."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected

LABELS = 28


@dataclass(frozen=True)
class Comments:
    """labels: (n, 28), 1 where raters named the emotion."""

    texts: list[str]
    labels: NDArray[np.float32]


def read_comments(folder: Path) -> Comments:
    """All rows of the TSV files (text, comma-separated label numbers, id; no header; plain or gz) in `folder`.

    Raises InputRejected where there is none.
    """
    rows = [row for file in sorted(folder.glob("*.tsv*")) for row in _rows(file)]
    if not rows:
        raise InputRejected(f"No GoEmotions rows (*.tsv, *.tsv.gz) in {str(folder)!r}.")
    labels = np.zeros((len(rows), LABELS), dtype=np.float32)
    for at, (_, numbers) in enumerate(rows):
        labels[at, numbers] = 1
    return Comments([text for text, _ in rows], labels)


def _rows(file: Path) -> Iterator[tuple[str, list[int]]]:
    data = file.read_bytes()
    for line in (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 3:
            yield fields[0], [int(number) for number in fields[1].split(",")]
