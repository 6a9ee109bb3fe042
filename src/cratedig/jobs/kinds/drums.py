"""Profiles of drummers as jobs: a part is an artist whose evidence is newer than the profile."""

from __future__ import annotations

from dataclasses import asdict

from cratedig.catalogue import Session
from cratedig.catalogue.evidence import Due
from cratedig.jobs.kind import COMPUTE, Kind, Split
from cratedig.jobs.work import Work
from cratedig.understand import drummers

PART_LIMIT_S = 300.0
PART_PRIORITY = -10


async def next_split(
    work: Work, *, then: Kind, start: float, artist: str | None = None, limit: int | None = None, redo: bool = False
) -> Split | None:
    """The artists that are due, or the one of this name; None where none is. start: the job's progress, in per cent."""
    wanted = await drummers.due(work.catalogue, artist=artist, limit=limit, redo=redo)
    if not wanted:
        return None
    await work.report(step="studying drummers")
    return Split(DRUMS, [asdict(one) | {"tracks": 1} for one in wanted], then=then, span=(start, 100.0))


async def _study(work: Work, *, artist_id: int, name: str, evidence: str, tracks: int) -> dict[str, int]:
    embedder = await work.shop.embedder()
    one = Due(artist_id, name, evidence)
    studied = await drummers.study(work.catalogue, embedder, one, turn=work.shop.computing)

    async def save(session: Session) -> dict[str, int]:
        await drummers.save(session, studied)
        return {"done": tracks, "unread": int(studied.profile is None)}

    return dict(await work.once("save", save))


DRUMS = Kind("study.drums", _study, queue=COMPUTE, limit_s=PART_LIMIT_S, priority=PART_PRIORITY)
KINDS = (DRUMS,)
"""Beside the study that they are parts of."""
