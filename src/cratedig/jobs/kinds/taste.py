"""Learning what listeners and playlists have in common, as a job: a published file, or none where it is no better."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import anyio

from cratedig.catalogue import Session, heard, jobs, published
from cratedig.find.taste.learned import FOLDER, write
from cratedig.find.taste.learning import Lesson, learn
from cratedig.find.taste.listening import STRENGTHS
from cratedig.jobs.kind import COMPUTE, Kind
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work
from cratedig.publish import Published

LIMIT_S = 3600.0
GROWN = 0.1
"""The share by which what there is to learn from must have changed for another lesson."""


async def ask(session: Session) -> str:
    """Asks for a lesson; returns the job's id, or that of the one under way."""
    return await enqueue(session, TASTE, once_key=KEY)


async def is_due(session: Session) -> bool:
    """True where there is enough that was not learned from, and no lesson failed a short time ago."""
    count = await heard.count_pairs(session)
    last = await jobs.last_result(session, TASTE.name)
    before = 0 if last is None else int(last["counted"])
    if abs(count - before) <= GROWN * before or (count < heard.LEAST_PAIRS and not before):
        return False
    return not await jobs.failed_lately(session, TASTE.name, within_s=LIMIT_S)


async def _learn(work: Work) -> dict[str, Any]:
    """Learns, publishes what is worth it, and takes back what was published before."""
    await work.report(step="reading who heard what")
    async with work.catalogue.begin() as session:
        counted = await heard.count_pairs(session)
        pairs = await heard.pairs(session, strengths={str(kind): said for kind, said in STRENGTHS.items()})
    await work.report(10, step="learning what goes together")
    lesson: Lesson = await work.compute(learn, pairs)
    data_dir = work.shop.settings.data_dir
    written = None if lesson.space is None else await anyio.to_thread.run_sync(write, lesson.space, data_dir)

    async def switch(session: Session) -> list[str]:
        return await _switched(session, written, data_dir)

    for path in await work.once("switch", switch):
        await anyio.Path(data_dir / path).unlink(missing_ok=True)
    return {
        "counted": counted,
        "rows": lesson.rows,
        "tracks": lesson.tracks,
        "pairs": lesson.pairs,
        "judged": None if lesson.judged is None else asdict(lesson.judged),
        "used": lesson.space is not None,
    }


async def _switched(session: Session, written: Published | None, data_dir: Path) -> list[str]:
    """Makes the file the one that is used; returns the paths of those before it, which nobody is to open any more."""
    before = [row.path for row in await published.listed(session, ["taste"])]
    for path in before:
        await published.forget(session, data_dir, data_dir / path)
    if written is None:
        return before
    await published.record(session, written, kind="taste", data_dir=data_dir)
    return [path for path in before if path != f"{FOLDER}/{written.path.name}"]


KEY = "taste"
TASTE = Kind("taste", _learn, queue=COMPUTE, limit_s=LIMIT_S)
KINDS = (TASTE,)
