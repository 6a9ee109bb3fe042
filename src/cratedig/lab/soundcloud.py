"""Does an import lose rows? Every table below a folder goes through our door, and another reader counts its rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cratedig.collect import values
from cratedig.collect.intake import collect_file
from cratedig.collect.shapes import WORDS, header_key
from cratedig.errors import InputRejected, UsageError
from cratedig.lab.evaluation import Evaluation, Lab

SUFFIXES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json")
AGREE_WITHIN = 0.10
"""An abbreviated count agrees with the exact one when it is within this share of it: "18.2M" and 18,184,198."""

_NOT_TABLES = ("readme", "license", "licence", "requirements", "package")


def tables_below(data: Path) -> list[Path]:
    """Every file that may be a table, artists first so that tracks find their names."""
    if data.is_file():
        return [data]
    found = [path for path in sorted(data.rglob("*")) if path.is_file() and _is_table(path)]
    return sorted(found, key=lambda path: not any(word in path.name.lower() for word in ("user", "artist")))


def _is_table(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(SUFFIXES) and not name.startswith((".", *_NOT_TABLES))


@dataclass
class PlainCount:
    """What a plain reader, which shares nothing with the intake, finds in a file."""

    rows: int = 0
    pairs: int = 0
    agreeing: int = 0
    columns: dict[str, list[int]] = field(default_factory=dict)


def count_plainly(path: Path) -> PlainCount:
    """Counts a file's rows with the standard library alone, and its counts that are written twice."""
    raw = gzip.decompress(path.read_bytes()) if path.read_bytes()[:2] == b"\x1f\x8b" else path.read_bytes()
    text = _decoded(raw)
    found = PlainCount()
    if text.lstrip()[:1] in ("[", "{"):
        found.rows = _json_rows(text)
        return found
    for number, row in enumerate(_table_rows(text)):
        if number == 0:
            found.columns = _same_counts(row)
            continue
        found.rows += 1
        for exact, abbreviated in _twice_written(row, found.columns):
            found.pairs += 1
            found.agreeing += abs(exact - abbreviated) <= AGREE_WITHIN * max(exact, 1)
    return found


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _table_rows(text: str) -> Iterator[list[str]]:
    first = text.split("\n", 1)[0]
    separator = max(",;\t|", key=first.count)
    if csv.field_size_limit() < len(text):
        csv.field_size_limit(len(text))
    return (row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row)


def _json_rows(text: str) -> int:
    try:
        whole = json.loads(text)
    except ValueError:
        return sum(1 for line in text.split("\n") if line.strip())
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        return len(lists[0]) if len(lists) == 1 else 1
    return len(whole)


def _same_counts(header: list[str]) -> dict[str, list[int]]:
    """Columns that give the same count, by our name for it."""
    columns: dict[str, list[int]] = {}
    for ours in ("playback_count", "like_count"):
        words = set(WORDS["tracks"][ours])
        columns[ours] = [i for i, name in enumerate(header) if header_key(name) in words]
    return {ours: found for ours, found in columns.items() if len(found) > 1}


_BETWEEN = re.compile(r"[\s/|()-]+")
_COUNT = re.compile(r"\d[\d.,]*[KMB]?", re.IGNORECASE)
_UNIT = re.compile(r"[KMB]|(?:play|like|view|stream|repost|follower|comment|listen)s?", re.IGNORECASE)


def _holds_only_counts(cell: str) -> bool:
    """True for "18,184,198 plays 18.2M": two counts or more, and nothing but counts."""
    parts = [part for part in _BETWEEN.split(cell) if part]
    counts = sum(_COUNT.fullmatch(part) is not None for part in parts)
    return counts >= 2 and all(_COUNT.fullmatch(part) or _UNIT.fullmatch(part) for part in parts)


def _twice_written(row: list[str], columns: dict[str, list[int]]) -> Iterator[tuple[int, int]]:
    """(exact, abbreviated) for each cell that holds both, and for each count that two columns give."""
    cells = [cell for cell in row if len(cell) < 200 and _holds_only_counts(cell)]
    cells += [" \n ".join(row[i] for i in positions if i < len(row)) for positions in columns.values()]
    for cell in cells:
        try:
            found = values.counts(cell)
        except ValueError:
            continue
        exact = [count.value for count in found if count.exact]
        abbreviated = [count.value for count in found if not count.exact]
        if len(exact) == 1 and len(abbreviated) == 1:
            yield exact[0], abbreviated[0]


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Brings every table below `data` into an empty catalogue. `lost` is the plain count less the account's sum."""
    rows_in = accepted = merged = rejected = pairs = agreeing = 0
    paths = tables_below(data)
    async with lab.scratch() as catalogue:
        for path in paths:
            plain = count_plainly(path)
            rows_in += plain.rows
            pairs += plain.pairs
            agreeing += plain.agreeing
            try:
                account = await collect_file(catalogue, path, today=datetime.now(UTC).date())
            except (InputRejected, UsageError):
                continue  # nothing of it was brought in: its rows, if it has any, count as lost
            accepted += account.accepted
            merged += account.merged
            rejected += account.rejected
    return Evaluation(
        name="soundcloud",
        n=len(paths),
        metrics={
            "rows_in": rows_in,
            "accepted": accepted,
            "merged": merged,
            "rejected": rejected,
            "lost": rows_in - accepted - merged - rejected,
            "count_agreement": agreeing / pairs if pairs else 1.0,
            "counts_written_twice": pairs,
        },
    )
