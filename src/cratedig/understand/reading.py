"""The door of reading: which tracks lack an analyzer's finding, their lyrics read, what was found saved.

An analyzer that computes reads a part at a time in a thread; one that is asked (a chat model) reads many lyrics at
once, and each answer is saved as it comes: killed anywhere, what was paid for is there. Both begin again with what is
left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

import anyio

from cratedig.catalogue import Catalogue, findings
from cratedig.catalogue.findings import Read, Reader, Unread
from cratedig.catalogue.texts import Range
from cratedig.errors import InputRejected, ModelUnavailable
from cratedig.music.finding import Finding
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics import hybrid
from cratedig.understand.lyrics.analyzer import Analyzer
from cratedig.understand.lyrics.analyzers import CHEAP, KNOWN, Analyzers, Computing
from cratedig.understand.lyrics.chat.runs import Estimate, estimate

COMPUTED_AT_ONCE: Final = 512
"""Lyrics in a part that is computed: one or two seconds of work."""
ASKED_AT_ONCE: Final = 20
"""Lyrics in a part that is asked about: at most so many wait for an answer together."""
PLATFORM_QWEN: Final = "qwen-3-4b-fp8"
"""What the rap platform's queries call findings of qwen/qwen3-4b-fp8."""

Keep = Callable[[Read], Awaitable[None]]


def reader_of(analyzer: Analyzer) -> Reader:
    """Under what its findings are stored."""
    return _reader(analyzer.name, analyzer.version)


def _reader(name: str, version: str) -> Reader:
    is_platforms = name == "qwen" and "qwen3-4b-fp8" in version
    return Reader(
        name,
        version,
        PLATFORM_QWEN if is_platforms else name,
        hears_tempo=KNOWN[name].hears_tempo,
        combines=KNOWN[name].nature == "combined",
    )


def reader_for(analyzer: Analyzer, finding: Finding) -> Reader:
    """Under what this finding is stored: a chat model that stood in for another one answers for itself."""
    return _reader(finding.analyzer, finding.version) if finding.analyzer != analyzer.name else reader_of(analyzer)


async def cheap(analyzers: Analyzers) -> list[str]:
    """The analyzers that cost only time, as far as they are there: what a study of everything reads with."""
    there = []
    for name in CHEAP:
        try:
            await analyzers.get(name)
        except ModelUnavailable:
            continue
        there.append(name)
    return there


async def is_something_unread(catalogue: Catalogue, analyzers: Analyzers) -> bool:
    """True where one of these has something to read."""
    readers = [reader_of(await analyzers.get(name)) for name in await cheap(analyzers)]
    async with catalogue.begin() as session:
        return await findings.is_something_unread(session, readers)


async def parts(
    catalogue: Catalogue, analyzer: Analyzer, *, limit: int | None = None, redo: bool = False
) -> tuple[list[Range], datetime | None]:
    """The tracks that want this analyzer, at most `limit`, in parts; and the time before which findings do not count
    (with `redo`: now; so that a part that is begun again does not read again what it has read)."""
    size = ASKED_AT_ONCE if KNOWN[analyzer.name].nature == "asked" else COMPUTED_AT_ONCE
    async with catalogue.begin() as session:
        redo_before = await findings.now(session) if redo else None
        reader = reader_of(analyzer)
        return await findings.wanted_ranges(
            session, reader, size=size, limit=limit, redo_before=redo_before
        ), redo_before


async def estimated(
    catalogue: Catalogue, analyzers: Analyzers, name: str, *, limit: int | None = None, redo: bool = False
) -> Estimate | None:
    """What it will cost, and take, to ask this chat model about all that wants it; None of who is not asked.

    Raises ModelUnavailable.
    """
    analyzer, chain = await analyzers.get(name), await analyzers.chain()
    provider = next((one for one in chain.providers if one.name == name), None) if chain else None
    if provider is None:
        return None
    async with catalogue.begin() as session:
        redo_before = await findings.now(session) if redo else None
        chars = await findings.wanted_chars(session, reader_of(analyzer), limit=limit, redo_before=redo_before)
    return estimate(provider, chars)


async def wanted(
    catalogue: Catalogue, analyzer: Analyzer, part: Range, *, redo_before: datetime | None = None
) -> list[Unread]:
    """What of a part still wants reading."""
    async with catalogue.begin() as session:
        return await findings.wanted(session, reader_of(analyzer), part, redo_before=redo_before)


async def compute(
    analyzer: Computing, unread: Sequence[Unread], *, turn: anyio.CapacityLimiter | None = None
) -> list[Read]:
    """What the lyrics say, to be saved; worked out in a thread, in its `turn`."""
    return await anyio.to_thread.run_sync(_computed, analyzer, unread, limiter=turn)


def _computed(analyzer: Computing, unread: Sequence[Unread]) -> list[Read]:
    answers = analyzer.read([Lyric.of(one.lyrics) for one in unread], [one.tempo_bpm or None for one in unread])
    return [_read(one, answer) for one, answer in zip(unread, answers, strict=True)]


def _read(unread: Unread, answer: Finding | InputRejected) -> Read:
    return Read(unread, answer) if isinstance(answer, Finding) else Read(unread, error=answer.message)


async def combine(catalogue: Catalogue, analyzer: Analyzer, unread: Sequence[Unread]) -> list[Read]:
    """What the others found, combined, to be saved. Nothing is read again, and nobody asked."""
    async with catalogue.begin() as session:
        parts = await findings.others(session, reader_of(analyzer), [one.track_id for one in unread])
    return [Read(one, hybrid.combine(parts[one.track_id])) for one in unread if one.track_id in parts]


async def ask(analyzer: Analyzer, unread: Sequence[Unread], keep: Keep) -> int:
    """Asks about all lyrics at once, and keeps each answer as it comes; how many there were.

    Raises the first error of a model, or of `keep`, once the others have ended; their answers are kept.
    """
    answers = await asyncio.gather(*(_ask(analyzer, one, keep) for one in unread), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return len(answers)


async def _ask(analyzer: Analyzer, unread: Unread, keep: Keep) -> None:
    try:
        finding = await analyzer.analyze(Lyric.of(unread.lyrics), tempo_bpm=unread.tempo_bpm or None)
    except InputRejected as error:
        await keep(Read(unread, error=error.message))
    else:
        await keep(Read(unread, finding))
