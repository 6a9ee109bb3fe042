"""Reading lyrics as jobs: parts that any worker takes up, a kind of part for each analyzer.

Parts that compute take their turn on a core; parts that ask a chat model wait, and several of them do so at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from cratedig.catalogue import Session, findings
from cratedig.catalogue.findings import Read
from cratedig.catalogue.texts import Range
from cratedig.jobs.kind import COMPUTE, DEFAULT, Kind, Split
from cratedig.jobs.work import Work
from cratedig.music.finding import Finding
from cratedig.understand import reading
from cratedig.understand.lyrics.analyzers import KNOWN, Computing, Known, Nature

PART_LIMIT_S = 900.0
PART_PRIORITY = -10
MICRO = 1_000_000
"""Sums of parts are whole numbers: money is counted in millionths of a dollar."""


async def next_split(
    work: Work, analyzer: str | None, *, limit: int | None, redo: bool, then: Kind, start: float = 0.0
) -> Split | None:
    """The parts of the first analyzer that has not read in this job and has something to read; None where all have.

    analyzer: the only one that reads; None: each cheap one that is there. start: the job's progress, in per cent,
    before the first of them.
    """
    read = await work.sums()
    names = [analyzer] if analyzer else await reading.cheap(work.shop.analyzers)
    for at, name in enumerate(names):
        if PARTS[name].name in read:
            continue
        one = await work.shop.analyzers.get(name)
        parts, redo_before = await reading.parts(work.catalogue, one, limit=limit, redo=redo)
        if parts:
            await work.report(step=f"reading lyrics: {name}")
            arguments = [asdict(part) | {"redo_before": redo_before} for part in parts]
            edges = [start + (100.0 - start) * n / len(names) for n in (at, at + 1)]
            return Split(PARTS[name], arguments, then, span=(edges[0], edges[1]))
    return None


async def _compute(
    analyzer: str, work: Work, *, after: int, upto: int, tracks: int, redo_before: str | None
) -> dict[str, int]:
    one = await work.shop.analyzers.get(analyzer)
    unread = await reading.wanted(work.catalogue, one, Range(after, upto, tracks), redo_before=_time(redo_before))
    if isinstance(one, Computing):
        found = await reading.compute(one, unread, turn=work.shop.computing)
    else:
        found = await reading.combine(work.catalogue, one, unread)

    async def save(session: Session) -> dict[str, int]:
        await findings.save(session, reading.reader_of(one), found)
        return {"done": len(found), "unread": sum(read.finding is None for read in found)}

    return dict(await work.once("save", save))


async def _ask(
    analyzer: str, work: Work, *, after: int, upto: int, tracks: int, redo_before: str | None
) -> dict[str, int]:
    """What was answered is kept whatever becomes of this start, as it was paid for."""
    one = await work.shop.analyzers.get(analyzer)
    unread = await reading.wanted(work.catalogue, one, Range(after, upto, tracks), redo_before=_time(redo_before))
    unreadable = microdollars = 0

    async def keep(read: Read) -> None:
        nonlocal unreadable, microdollars
        reader = reading.reader_of(one) if read.finding is None else reading.reader_for(one, read.finding)
        async with work.catalogue.begin() as session:
            await findings.save(session, reader, [read])
        unreadable += read.finding is None
        microdollars += 0 if read.finding is None else _cost(read.finding)
        await work.report()

    await reading.ask(one, unread, keep)
    return {"done": tracks, "unread": unreadable, "microdollars": microdollars}


def _cost(finding: Finding) -> int:
    """What the answer cost, in millionths of a dollar; 0 where nobody knows."""
    return round(MICRO * float(finding.data.get("usage", {}).get("usd") or 0.0))


def _time(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)


def _part(one: Known) -> Kind:
    run, queue = _MANNERS[one.nature]
    return Kind(f"read.{one.name}", partial(run, one.name), queue=queue, limit_s=PART_LIMIT_S, priority=PART_PRIORITY)


_MANNERS: dict[Nature, tuple[Any, str]] = {
    "computed": (_compute, COMPUTE),
    "combined": (_compute, COMPUTE),
    "asked": (_ask, DEFAULT),
}
PARTS = {name: _part(one) for name, one in KNOWN.items()}
"""analyzer -> the kind of its parts."""
KINDS: Sequence[Kind] = tuple(PARTS.values())
