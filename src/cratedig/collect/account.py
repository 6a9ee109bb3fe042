"""What became of a file: in = accepted + merged + rejected, always."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cratedig.errors import CratedigError
from cratedig.publish import Draft, publishing


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. `eta_s` is None until the speed is known."""

    rows: int
    rows_total: int
    bytes_done: int
    bytes_total: int
    rows_per_s: float
    eta_s: float | None
    step: str


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Account:
    """The end of an import. `notes`: column -> reason -> {count, line, example}; `stopped_at`:
    the last row that could be read of a damaged gzip file."""

    path: Path
    run_id: int
    kind: str
    shape: str
    source: str
    encoding: str
    layout: str
    mapping: Mapping[str, str]
    rows_in: int
    accepted: int
    merged: int
    rejected: int
    merged_by: Mapping[str, int]
    nulls: Mapping[str, int]
    left_out: Mapping[str, str]
    notes: Mapping[str, Mapping[str, Any]]
    rejects_file: Path | None
    seconds: float
    already_done: bool = False
    resumed_at_row: int = 0
    stopped_at: int | None = None

    def __post_init__(self) -> None:
        if self.rows_in != self.accepted + self.merged + self.rejected:
            raise CratedigError(
                f"The account of {self.path.name!r} does not add up: {self.rows_in} in, {self.accepted} accepted, "
                f"{self.merged} merged, {self.rejected} rejected."
            )

    @property
    def is_clean(self) -> bool:
        """False where rows were rejected or the file breaks off: the command then exits with 3."""
        return self.rejected == 0 and self.stopped_at is None

    @property
    def rows_per_s(self) -> float:
        done = 0 if self.already_done else self.rows_in - self.resumed_at_row
        return done / self.seconds if self.seconds > 0 else 0.0

    @property
    def unit(self) -> str:
        """What was counted."""
        return "files" if self.kind in ("audio", "lyrics", "midi") else "rows"

    def in_words(self) -> str:
        """The account in one line."""
        parts = f"{self.accepted:,} accepted + {self.merged:,} merged + {self.rejected:,} rejected"
        what = f"{self.rows_in:,} {self.unit} in = {parts}"
        if self.already_done:
            return f"{what}; brought in before, nothing changed"
        stopped = "" if self.stopped_at is None else f"; the file is damaged after row {self.stopped_at:,}"
        return f"{what}, {self.seconds:.1f} s, {self.rows_per_s:,.0f} {self.unit}/s{stopped}"

    def as_dict(self) -> dict[str, Any]:
        """The shape that `--json` prints (docs/collect.md)."""
        return {
            "file": str(self.path),
            "run": self.run_id,
            "kind": self.kind,
            "shape": self.shape,
            "source": self.source,
            "encoding": self.encoding,
            "layout": self.layout,
            "mapping": dict(self.mapping),
            "rows_in": self.rows_in,
            "accepted": self.accepted,
            "merged": self.merged,
            "rejected": self.rejected,
            "merged_by": dict(self.merged_by),
            "nulls": dict(self.nulls),
            "left_out": dict(self.left_out),
            "notes": {column: dict(reasons) for column, reasons in self.notes.items()},
            "rejects_file": str(self.rejects_file) if self.rejects_file else None,
            "already_done": self.already_done,
            "resumed_at_row": self.resumed_at_row,
            "stopped_at": self.stopped_at,
            "seconds": round(self.seconds, 3),
            "rows_per_s": round(self.rows_per_s),
        }


class _Lines:
    """What csv writes its text to."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def write(self, text: str) -> int:
        return self._draft.write(text.encode())


async def write_rejects(path: Path, rejects: AsyncIterable[tuple[int, str | None, str, str]]) -> None:
    """Writes the rejects file: whole or not at all. Raises NotPublished."""
    with publishing(path) as draft:
        writer = csv.writer(_Lines(draft))
        writer.writerow(("line", "column", "reason", "row"))
        async for line, column, reason, row in rejects:
            writer.writerow((line, column or "", reason, row))
