"""Hearing as jobs: parts of some sounds that any worker takes up."""

from __future__ import annotations

from cratedig.catalogue import Session
from cratedig.catalogue.texts import Range
from cratedig.jobs.kind import COMPUTE, Kind
from cratedig.jobs.work import Work
from cratedig.understand import hearing

PART_LIMIT_S = 900.0
"""32 files that each use up the seconds the box gives them are stopped one by one before that."""
PART_PRIORITY = -10


async def _hear(work: Work, *, after: int, upto: int, tracks: int, redo: bool) -> dict[str, int]:
    """Hears the sounds of one part; what could not be heard has its reason in the catalogue."""
    shop = work.shop
    part = Range(after, upto, tracks)
    heard = await hearing.hear(
        shop.catalogue, await shop.box(), part, data_dir=shop.settings.data_dir, redo=redo, turn=shop.computing
    )

    async def save(session: Session) -> dict[str, int]:
        return await hearing.save(session, heard)

    return dict(await work.once("save", save))


HEAR = Kind("study.audio", _hear, queue=COMPUTE, limit_s=PART_LIMIT_S, priority=PART_PRIORITY)
KINDS = (HEAR,)
