"""GoEmotions (Demszky et al. 2020, ACL): Reddit comments with 27 emotions and neutral, as training data."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected

LABELS = 28


@dataclass(frozen=True)
class Comments:
    """labels: (n, 28), 1 where raters named the emotion. ids: as the site that they were written on counts comments."""

    texts: list[str]
    labels: NDArray[np.float32]
    ids: list[str]

    def part(self, here: NDArray[np.bool_]) -> Comments:
        """Those rows where `here` (n,) holds."""
        return Comments(list(compress(self.texts, here)), self.labels[here], list(compress(self.ids, here)))


def read_comments(folder: Path, named: str = "*") -> Comments:
    """All rows of the TSV files (text, comma-separated label numbers, id; no header; plain or gz) in `folder`.

    named: a pattern of the files' names before ".tsv". Raises InputRejected where there is none.
    """
    rows = [row for file in sorted(folder.glob(f"{named}.tsv*")) for row in _rows(file)]
    if not rows:
        raise InputRejected(f"No GoEmotions rows ({named}.tsv, {named}.tsv.gz) in {str(folder)!r}.")
    labels = np.zeros((len(rows), LABELS), dtype=np.float32)
    for at, (_, numbers, _) in enumerate(rows):
        labels[at, numbers] = 1
    return Comments([text for text, _, _ in rows], labels, [number for _, _, number in rows])


def id_digests(ids: Sequence[str]) -> NDArray[np.uint32]:
    """(n,): 32 bits that stand for each comment: what a head keeps of the rows it learned from."""
    digests = [int.from_bytes(hashlib.sha256(one.encode()).digest()[:4], "big") for one in ids]
    return np.asarray(digests, dtype=np.uint32)


def _rows(file: Path) -> Iterator[tuple[str, list[int], str]]:
    data = file.read_bytes()
    for line in (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 3:
            yield fields[0], [int(number) for number in fields[1].split(",")], fields[2]
