"""Reading the tables of a data folder, told apart by their header and not by their names."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from cratedig.errors import InputRejected

csv.field_size_limit(10_000_000)


def rows_with(data: Path, *columns: str) -> list[dict[str, str]]:
    """All rows of the folder's CSV files (plain or gz, UTF-8) whose header has every one of `columns`.

    Files in other encodings or shapes are passed over. Raises InputRejected when no file has the columns.
    """
    found = [row for path in _files(data) for row in _rows(path, columns)]
    if not found:
        raise InputRejected(f"No file in {str(data)!r} has the columns {', '.join(columns)}.")
    return found


def _files(data: Path) -> list[Path]:
    return sorted(path for path in data.iterdir() if path.name.endswith((".csv", ".csv.gz")))


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with _opened(path) as lines:
            reader = csv.DictReader(lines)
            if set(columns) <= set(reader.fieldnames or ()):
                yield from list(reader)
    except UnicodeDecodeError:
        return


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")
