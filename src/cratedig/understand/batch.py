"""The door of batches: a part of a batch read by whom it asks for, and answered, each lyric once.

A pasted lyric's answer stands in the batch alone; a track's is also saved as its finding, and what is saved already and
holds is not asked for again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from cratedig.catalogue import Catalogue, batches, findings
from cratedig.catalogue.batches import Item
from cratedig.catalogue.findings import Read, Unread
from cratedig.errors import InputRejected, Unavailable
from cratedig.music.finding import Finding
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics import choice
from cratedig.understand.lyrics.analyzers import CHEAP, KNOWN, Analyzers
from cratedig.understand.reading import reader_of

Clean = Callable[[str], Lyric]
NO_LYRICS: Final = "This track has no lyrics."
SAVED_AT_ONCE: Final = 32
"""Answers of who computes that are saved together; those of who is asked are saved one by one, as they are paid for."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and what it asks for. clean: makes a lyric of what was pasted."""

    id: str
    asked: str
    clean: Clean


@dataclass(frozen=True, slots=True)
class Answered:
    """rejected: lyrics nobody could read. fallbacks: those that were read by the rules instead."""

    rejected: int
    fallbacks: int


async def read(
    catalogue: Catalogue,
    analyzers: Analyzers,
    batch: Batch,
    *,
    first: int,
    count: int,
    check: Callable[[], Awaitable[None]],
) -> Answered:
    """Answers what of a part is not answered yet. check: raises where the batch is to stop."""
    async with catalogue.begin() as session:
        items = await batches.unanswered(session, batch.id, first=first, count=count)
    size = SAVED_AT_ONCE if batch.asked in CHEAP else 1
    groups = [items[at : at + size] for at in range(0, len(items), size)]

    async def answer(group: Sequence[Item]) -> list[Read]:
        found = [await _read(catalogue, analyzers, batch, item) for item in group]
        await _save(catalogue, analyzers, batch, list(zip(group, found, strict=True)))
        await check()
        return found

    if size > 1:
        answers = [await answer(group) for group in groups]
    else:
        answers = await asyncio.gather(*map(answer, groups))
    found = [one for group in answers for one in group]
    return Answered(
        rejected=sum(one.finding is None for one in found),
        fallbacks=sum(one.finding is not None and bool(one.finding.fallback) for one in found),
    )


async def _read(catalogue: Catalogue, analyzers: Analyzers, batch: Batch, item: Item) -> Read:
    unread = item.unread
    if unread is None:
        return Read(Unread(0, "", "", 0), error=NO_LYRICS)
    stored = None if item.is_pasted else await _stored(catalogue, analyzers, batch.asked, unread.track_id)
    if stored is not None:
        return Read(unread, stored)
    lyric = batch.clean(unread.lyrics) if item.is_pasted else Lyric.of(unread.lyrics)
    try:
        return Read(unread, await choice.read(analyzers, batch.asked, lyric, tempo_bpm=unread.tempo_bpm or None))
    except InputRejected as error:
        return Read(unread, error=error.message)


async def _stored(catalogue: Catalogue, analyzers: Analyzers, asked: str, track_id: int) -> Finding | None:
    """What a chat model was paid for already, as long as it holds."""
    if asked not in KNOWN or KNOWN[asked].nature != "asked":
        return None
    try:
        version = (await analyzers.get(asked)).version
    except Unavailable:
        return None
    async with catalogue.begin() as session:
        found = await findings.of_track(session, track_id, versions={asked: version})
    return next((one.finding for one in found if one.analyzer == asked and not one.stale), None)


async def _save(catalogue: Catalogue, analyzers: Analyzers, batch: Batch, answers: Sequence[tuple[Item, Read]]) -> None:
    """The answers, and the findings of tracks with them."""
    found = [
        read
        for item, read in answers
        if not item.is_pasted and read.finding is not None and read.finding.analyzer == batch.asked
    ]
    reader = reader_of(await analyzers.get(batch.asked)) if found else None
    async with catalogue.begin() as session:
        await batches.answer(session, batch.id, [(item.number, _document(read)) for item, read in answers])
        if reader is not None:
            await findings.save(session, reader, found)


def _document(read: Read) -> dict[str, Any]:
    """What is kept of an answer: the finding without its embedding, or why there is none."""
    if read.finding is None:
        return {"finding": None, "error": read.error}
    finding = asdict(read.finding)
    del finding["embedding"]
    return {"finding": finding, "error": ""}
