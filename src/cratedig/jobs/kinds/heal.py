"""Healing as a job: it goes through the catalogue by itself, chunk by chunk, and what it wrote stays written."""

from __future__ import annotations

import asyncio
from typing import Any

from cratedig.catalogue import Session
from cratedig.collect import healing
from cratedig.jobs.kind import COMPUTE, Kind
from cratedig.jobs.kinds import study
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work

LIMIT_S = 3 * 3600.0
LOOK_EVERY_S = 0.5


async def ask(session: Session, *, only: list[str] | None = None, limit: int | None = None, redo: bool = False) -> str:
    """Asks for healing; returns the job's id, or that of the same one where it is under way. Raises UsageError."""
    parts = list(healing.asked_parts(only or []))
    arguments = {"only": parts, "limit": limit, "redo": redo}
    return await enqueue(session, HEAL, arguments, once_key=f"heal {','.join(parts)} {limit} {redo}")


async def _heal(work: Work, *, only: list[str], limit: int | None = None, redo: bool = False) -> dict[str, Any]:
    """Heals, says how far it is, and asks for a study: what was filled in can be found by."""
    far = [0, 0]

    def tell(done: int, total: int) -> None:
        far[:] = done, total

    await work.report(step="learning what is given")
    embedder = await work.shop.embedder()
    healed = asyncio.create_task(
        healing.heal(work.catalogue, embedder, only=only, redo=redo, limit=limit, progress=tell)
    )
    try:
        while not healed.done():
            await asyncio.wait([healed], timeout=LOOK_EVERY_S)
            if far[1]:
                await work.report(100.0 * far[0] / far[1], step="filling in what is missing")
        account = await healed
    finally:
        healed.cancel()
        await asyncio.wait([healed])

    async def ask_for_study(session: Session) -> dict[str, str]:
        return {"study": await study.ask(session)}

    if account.tracks:
        await work.once("study", ask_for_study)
    return account.as_dict()


HEAL = Kind("heal", _heal, queue=COMPUTE, limit_s=LIMIT_S)
KINDS = (HEAL,)
