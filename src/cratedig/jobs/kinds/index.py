"""Indices of vectors as jobs: one build of a space at a time, however many ask for it."""

from __future__ import annotations

from typing import Any

from cratedig.catalogue import Session
from cratedig.find.spaces.space import SPACES
from cratedig.jobs.kind import COMPUTE, Kind
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work

LIMIT_S = 3600.0
"""A million tracks take some minutes on two cores."""


async def ask(session: Session, space: str) -> str:
    """Asks for a new build of the space's index; returns the job's id, or that of the one under way."""
    return await enqueue(session, INDEX, {"space": SPACES[space].name}, once_key=f"index {space}")


async def _build(work: Work, *, space: str) -> dict[str, Any]:
    from cratedig.find.spaces.build import build

    async def report(done: int, total: int) -> None:
        await work.report(95.0 * done / total, step=f"putting {space} vectors in")

    await work.report(step=f"learning how {space} vectors lie")
    shop = work.shop
    built = await build(
        work.catalogue, SPACES[space], data_dir=shop.settings.data_dir, progress=report, turn=shop.computing
    )
    return {"build": built.id, "kind": built.kind, "tracks": built.tracks, "recall": built.recall}


INDEX = Kind("index", _build, queue=COMPUTE, limit_s=LIMIT_S)
KINDS = (INDEX,)
