"""One lyric read by whom somebody asked for, or by the rules where that one cannot answer; which is then said."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import anyio

from cratedig.errors import CratedigError, InputRejected, Refused, Unavailable
from cratedig.music.finding import Finding
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.analyzer import Analyzer
from cratedig.understand.lyrics.analyzers import AUTO, HYBRID, Analyzers, Computing
from cratedig.understand.lyrics.hybrid.analyzer import Hybrid

RULES: Final = "algorithmic"
"""Who answers where nobody else can: it needs nothing but the program."""


async def read(
    analyzers: Analyzers, asked: str, lyric: Lyric, *, tempo_bpm: float | None = None, may_pay: bool = True
) -> Finding:
    """The finding of the analyzer that was asked for (`auto`: the hybrid of what is there); where it cannot answer,
    the algorithmic one, whose `fallback` says why. Raises InputRejected for a lyric nobody can read, UsageError for an
    analyzer nobody knows.

    may_pay: whether a hybrid may ask a chat model.
    """
    name = HYBRID if asked == AUTO else asked
    try:
        one = await analyzers.get(name)
        if isinstance(one, Hybrid) and not may_pay:
            one = one.free
        return await _read(one, lyric, tempo_bpm)
    except (Unavailable, Refused) as error:
        if name == RULES:
            raise
        return replace(await _read(await analyzers.get(RULES), lyric, tempo_bpm), fallback=_reason(error))


def _reason(error: CratedigError) -> str:
    return str(error)


async def _read(analyzer: Analyzer, lyric: Lyric, tempo_bpm: float | None) -> Finding:
    """Whoever computes does so in a thread: others are answered meanwhile."""
    if not isinstance(analyzer, Computing):
        return await analyzer.analyze(lyric, tempo_bpm=tempo_bpm)
    (answer,) = await anyio.to_thread.run_sync(analyzer.read, [lyric], [tempo_bpm])
    if isinstance(answer, InputRejected):
        raise answer
    return answer
