"""A run of an import, added to batch by batch, and told in the end as its account."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from cratedig.catalogue import Catalogue, Session, imports
from cratedig.collect.account import Account, write_rejects
from cratedig.collect.reading import Parsed

COLUMNS_NOTED: Final = 200
"""Columns with notes that a run's row keeps; JSON with endless different keys must not make an endless row."""


def add_notes(run: imports.Run, parsed: Parsed) -> None:
    """Adds what a batch has to say of its values: of each column and reason the count, and the first example."""
    for column, reasons in parsed.notes.items():
        if column not in run.notes and len(run.notes) >= COLUMNS_NOTED:
            continue
        kept = run.notes.setdefault(column, {})
        for reason, note in reasons.items():
            before = kept.get(reason, {"count": 0, "line": note.line, "example": note.example})
            kept[reason] = before | {"count": before["count"] + note.count}


async def take_in(
    catalogue: Catalogue, run: imports.Run, rows: int, store: Callable[[Session, imports.Run], Awaitable[None]]
) -> imports.Run:
    """The run after its next batch of so many rows, in one transaction with what `store` keeps and counts in it.

    Where another collector of the same was first, the run as that one left it, and nothing is stored.
    """
    async with catalogue.begin() as session:
        await imports.take_turn(session)
        current = await imports.current_run(session, run)
        if current.rows_in == run.rows_in:
            await store(session, current)
            current.rows_in += rows
            await imports.save_run(session, current)
    return current


async def account_of(
    catalogue: Catalogue,
    run: imports.Run,
    *,
    path: Path,
    encoding: str,
    layout: str,
    rejects: Path | None,
    began: float,
    already_done: bool = False,
    resumed_at_row: int = 0,
    stopped_at: int | None = None,
) -> Account:
    """The account; what was rejected is written to `rejects` before. began: on the monotonic clock."""
    rejects = rejects if run.rejected else None
    if rejects is not None and not (already_done and rejects.exists()):
        async with catalogue.begin() as session:
            await write_rejects(rejects, imports.read_rejects(session, run.id))
    return Account(
        path=path,
        run_id=run.id,
        kind=run.kind,
        shape=run.shape,
        source=run.source,
        encoding=encoding,
        layout=layout,
        mapping=run.mapping,
        rows_in=run.rows_in,
        accepted=run.accepted,
        merged=run.merged,
        rejected=run.rejected,
        merged_by=run.merged_by,
        nulls=run.nulls,
        left_out=run.left_out,
        notes=run.notes,
        rejects_file=rejects,
        seconds=time.monotonic() - began,
        already_done=already_done,
        resumed_at_row=resumed_at_row,
        stopped_at=stopped_at,
    )
