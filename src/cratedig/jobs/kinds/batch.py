"""A batch of lyrics as a job: parts of items, each answered once; a day after it has ended the answers go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cratedig.catalogue import Session, batches
from cratedig.collect.lyrics.clean import clean
from cratedig.jobs.kind import COMPUTE, DEFAULT, Kind, Split
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work
from cratedig.understand import batch as door
from cratedig.understand.batch import Batch
from cratedig.understand.lyrics.analyzers import CHEAP

PART_LIMIT_S = 900.0
COMPUTED_IN_A_PART = 128
ASKED_IN_A_PART = 20


async def ask(session: Session, analyzer: str, *, lyrics: Sequence[str] = (), track_ids: Sequence[int] = ()) -> str:
    """Asks for pasted lyrics, or those of tracks, to be read. Returns the job's id, which is the batch's."""
    items = len(lyrics) or len(track_ids)
    job_id = await enqueue(session, BATCH, {"analyzer": analyzer, "items": items})
    if lyrics:
        await batches.add_pasted(session, job_id, lyrics)
    else:
        await batches.add_tracks(session, job_id, track_ids)
    return job_id


async def _batch(work: Work, *, analyzer: str, items: int) -> Split:
    await work.report(step=f"reading lyrics: {analyzer}")
    part, size = (COMPUTE_PART, COMPUTED_IN_A_PART) if analyzer in CHEAP else (ASK_PART, ASKED_IN_A_PART)
    whole = {"batch": work.claim.job_id, "analyzer": analyzer}
    parts = [whole | {"first": first, "count": min(size, items - first)} for first in range(0, items, size)]
    return Split(part, parts, then=SUM_UP)


async def _part(work: Work, *, batch: str, analyzer: str, first: int, count: int) -> dict[str, int]:
    asked = Batch(batch, analyzer, clean=lambda pasted: clean(pasted).lyric)
    read = await door.read(work.catalogue, work.shop.analyzers, asked, first=first, count=count, check=work.report)
    return {"done": count, "rejected": read.rejected, "fallbacks": read.fallbacks}


async def _sum_up(work: Work, *, items: int, **_: Any) -> dict[str, int]:
    await work.check_parts()
    sums = await work.sums()
    found = next((sums[kind.name] for kind in (COMPUTE_PART, ASK_PART) if kind.name in sums), {})
    return {"items": items} | {name: found.get(name, 0) for name in ("rejected", "fallbacks")}


async def _expire(work: Work) -> dict[str, int]:
    async def delete(session: Session) -> dict[str, int]:
        return {"forgotten": await batches.expire(session)}

    return dict(await work.once("delete", delete))


BATCH = Kind("batch", _batch)
COMPUTE_PART = Kind("batch.compute", _part, queue=COMPUTE, limit_s=PART_LIMIT_S)
ASK_PART = Kind("batch.ask", _part, queue=DEFAULT, limit_s=PART_LIMIT_S)
SUM_UP = Kind("batch.sum_up", _sum_up)
EXPIRE = Kind("batch.expire", _expire)
KINDS = (BATCH, COMPUTE_PART, ASK_PART, SUM_UP, EXPIRE)
