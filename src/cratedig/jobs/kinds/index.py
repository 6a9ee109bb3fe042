"""Indices of vectors and the segment as jobs: one build of each at a time, however many ask for it."""

from __future__ import annotations

from typing import Any

from cratedig.catalogue import Session, index_builds, jobs
from cratedig.catalogue.index_builds import Name
from cratedig.find.builds import NAMES, build
from cratedig.jobs.kind import COMPUTE, Kind
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work

LIMIT_S = 3600.0
"""A million tracks take some minutes on two cores."""
TRY_AGAIN_S = 3600.0
"""After a build that failed the next one waits so long, or for somebody to ask."""


async def ask(session: Session, space: str) -> str:
    """Asks for a new build; returns the job's id, or that of the one under way. Raises KeyError for another name."""
    if space not in NAMES:
        raise KeyError(space)
    return await enqueue(session, INDEX, {"space": space}, once_key=f"index {space}")


async def due(session: Session) -> list[Name]:
    """What wants to be built anew, now that the catalogue is quiet."""
    if await jobs.failed_lately(session, INDEX.name, within_s=TRY_AGAIN_S):
        return []
    return [name for name in NAMES if await index_builds.is_due(session, name)]


async def is_anything_due(session: Session) -> bool:
    return bool(await due(session))


async def _ask_for_due(work: Work) -> dict[str, Any]:
    async def ask_all(session: Session) -> dict[str, Any]:
        asked = await due(session)
        for name in asked:
            await ask(session, name)
        return {"asked": asked}

    return dict(await work.once("ask", ask_all))


async def _build(work: Work, *, space: Name) -> dict[str, Any]:
    async def report(done: int, total: int) -> None:
        await work.report(95.0 * done / total, step=f"putting {space} in")

    await work.report(step=f"learning how {space} lies")
    shop = work.shop
    built = await build(work.catalogue, space, data_dir=shop.settings.data_dir, progress=report, turn=shop.computing)
    return {"build": built.id, "kind": built.kind, "tracks": built.tracks, "recall": built.recall}


INDEX = Kind("index", _build, queue=COMPUTE, limit_s=LIMIT_S)
DUE = Kind("index.due", _ask_for_due)
KINDS = (INDEX, DUE)
