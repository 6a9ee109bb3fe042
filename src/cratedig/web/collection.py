"""What the Collection page shows: accounts as flows, columns before and after, jobs as they stand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import anyio

from cratedig.catalogue import Catalogue, report
from cratedig.catalogue.jobs import Job
from cratedig.catalogue.report import Column, Import, Method, Report
from cratedig.web.overview import Overview
from cratedig.web.tasks import task_of

FRESH_S: Final = 10.0
METHODS: Final = 4  # of a column that are named; the others are counted


class Reports:
    """Gives the current report; within FRESH_S seconds everyone gets the same one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = anyio.Lock()
        self._last: Report | None = None
        self._read_at = float("-inf")

    async def current(self) -> Report:
        async with self._lock:
            if self._last is None or time.monotonic() - self._read_at >= FRESH_S:
                async with self._catalogue.begin() as session:
                    self._last = await report.report(session)
                self._read_at = time.monotonic()
            return self._last


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, in per cent of it; kind says how it is drawn."""

    kind: str
    x: float
    width: float
    words: str


def parts(counts: Sequence[tuple[str, int]], total: int) -> list[Part]:
    """Counts by kind, one behind the other.

    >>> [(part.x, part.width, part.words) for part in parts([("given", 1), ("imputed", 0), ("empty", 3)], 4)]
    [(0.0, 25.0, '1 given, 25 %'), (25.0, 75.0, '3 empty, 75 %')]
    """
    laid, end = [], 0.0
    for kind, count in counts:
        if count:
            width = 100.0 * count / total
            laid.append(Part(kind, round(end, 2), round(width, 2), f"{count:,} {kind}, {width:.0f} %"))
            end += width
    return laid


@dataclass(frozen=True, slots=True)
class Shown:
    """A column before and after."""

    name: str
    before: list[Part]
    after: list[Part]
    empty_before: int
    empty_after: int
    told: str


def shown(column: Column) -> Shown:
    filled = column.measured + column.imputed
    before = [("given", column.given), ("empty", column.empty + filled)]
    after = [
        *(("given", column.given), ("measured", column.measured), ("imputed", column.imputed)),
        ("empty", column.empty),
    ]
    total = column.tracks or 1
    return Shown(
        column.name,
        parts(before, total),
        parts(after, total),
        column.empty + filled,
        column.empty,
        methods_in_words(column.methods),
    )


def methods_in_words(methods: Sequence[Method]) -> str:
    """The most frequent ones, with how many tracks they filled and how sure they are."""
    worked_out = [one for one in methods if one.kind != "given"]
    said = [f"{one.name} ({one.tracks:,}, {100 * one.confidence:.0f} % sure)" for one in worked_out[:METHODS]]
    rest = len(worked_out) - METHODS
    return ", ".join([*said, f"{rest} more ways"] if rest > 0 else said)


@dataclass(frozen=True, slots=True)
class Flow:
    """An import: in -> accepted, merged, rejected."""

    account: Import
    parts: list[Part]


def flow(account: Import) -> Flow:
    counts = [("accepted", account.accepted), ("merged", account.merged), ("rejected", account.rejected)]
    return Flow(account, parts(counts, account.rows_in or 1))


@dataclass(frozen=True, slots=True)
class Doing:
    """A task as a row: what it says is its step while it goes on, then its error or how it ended."""

    task_id: str
    kind: str
    status: str
    progress: int
    words: str
    is_live: bool


def doing(job: Job) -> Doing:
    task = task_of(job)
    status = str(task["status"])
    words = task.get("current_step") or task.get("error") or status.replace("_", " ")
    return Doing(job.id, job.kind, status, task.get("progress", 0), words, not job.is_finished)


def page(found: Report, imports: Sequence[Import], jobs: Sequence[Job], overview: Overview) -> dict[str, Any]:
    """The context of the page."""
    return {
        "counts": overview.counts,
        "columns": [shown(column) for column in found.columns],
        "beside": {name: methods_in_words(methods) for name, methods in found.beside.items()},
        "looked_at": found.looked_at if found.looked_at < found.tracks else None,
        "imports": [flow(one) for one in imports],
        "tasks": [doing(job) for job in jobs],
    }
