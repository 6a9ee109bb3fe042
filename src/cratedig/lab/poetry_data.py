"""PO-EMO (Haider et al. 2020, LREC): poems whose lines two people gave the emotions that they aroused."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected
from cratedig.lab.tables import rows_with
from cratedig.models.verse import FEELINGS

COLUMNS: Final = ("poem_id", "stanza", "line", "text", "annotator1", "annotator2")


@dataclass(frozen=True)
class Annotated:
    """Poems by stanzas, and for their n lines in order: the number of the poem, and what each of two people named.

    named: (2, n, 9) shares of FEELINGS, the first named most; first: (2, n) the number of the first.
    """

    poems: list[list[list[str]]]
    poem_of: NDArray[np.int64]
    named: NDArray[np.float32]
    first: NDArray[np.int64]

    @property
    def lines(self) -> list[str]:
        """All lines in order."""
        return [line for stanzas in self.poems for stanza in stanzas for line in stanza]


def read_annotated(folder: Path) -> Annotated:
    """Every poem. Raises InputRejected where the folder has none, or a label that is none of FEELINGS."""
    rows = sorted(rows_with(folder, *COLUMNS), key=lambda row: (row["poem_id"], int(row["stanza"]), int(row["line"])))
    by_poem = [list(lines) for _, lines in groupby(rows, key=lambda row: row["poem_id"])]
    poems = [
        [[row["text"] for row in lines] for _, lines in groupby(poem, key=lambda row: row["stanza"])]
        for poem in by_poem
    ]
    labels = [[_numbers(row[annotator]) for row in rows] for annotator in ("annotator1", "annotator2")]
    return Annotated(
        poems=poems,
        poem_of=np.repeat(np.arange(len(poems)), [len(poem) for poem in by_poem]),
        named=np.array([[_shares(numbers) for numbers in side] for side in labels], dtype=np.float32),
        first=np.array([[numbers[0] for numbers in side] for side in labels]),
    )


def line_digests(lines: list[str]) -> NDArray[np.uint32]:
    """(n,): 32 bits that stand for each line: what a head keeps of the lines it learned from."""
    return np.array([int.from_bytes(hashlib.sha256(line.encode()).digest()[:4], "big") for line in lines], np.uint32)


def _numbers(labels: str) -> list[int]:
    try:
        return [FEELINGS.index(label.strip()) for label in labels.split(" --- ")]
    except ValueError:
        raise InputRejected(f"{labels!r} names an emotion that is none of {', '.join(FEELINGS)}.") from None


def _shares(numbers: list[int]) -> list[float]:
    """The first label 0.7 where there are two, and all of one."""
    shares = [0.0] * len(FEELINGS)
    for at, number in enumerate(numbers):
        shares[number] += 1.0 if len(numbers) == 1 else (0.7 if at == 0 else 0.3 / (len(numbers) - 1))
    return shares
