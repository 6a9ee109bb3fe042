"""Many lyrics for a chat analyzer: how they are asked for together, and what that will cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cratedig.errors import CratedigError
from cratedig.models.chat.provider import Provider
from cratedig.music.finding import Finding
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.analyzer import Analyzer
from cratedig.understand.lyrics.chat.analyzer import MOST_CHARS, instructions
from cratedig.understand.lyrics.chat.answer import Said

CHARS_A_TOKEN: Final = 3.5  # of English words and of JSON, about
ANSWER_TOKENS: Final = 260
ANSWER_S: Final = 2.0


async def many(
    analyzer: Analyzer, lyrics: Iterable[Lyric], *, at_once: int
) -> AsyncIterator[tuple[int, Finding | CratedigError]]:
    """Each lyric's number and finding, or why there is none, as they come; at most `at_once` are under way."""
    waiting = enumerate(lyrics)
    under_way: set[asyncio.Task[tuple[int, Finding | CratedigError]]] = set()
    try:
        while True:
            for number, lyric in waiting:
                under_way.add(asyncio.ensure_future(_numbered(analyzer, number, lyric)))
                if len(under_way) >= at_once:
                    break
            if not under_way:
                return
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    finally:
        for task in under_way:
            task.cancel()


async def _numbered(analyzer: Analyzer, number: int, lyric: Lyric) -> tuple[int, Finding | CratedigError]:
    try:
        return number, await analyzer.analyze(lyric)
    except CratedigError as error:
        return number, error


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of a run that was not made yet. usd: US dollars; seconds: by the provider's limits, at 2 s an answer."""

    usd: float
    seconds: float


def estimate(provider: Provider, lyrics_chars: Sequence[int]) -> Estimate:
    """What lyrics of so many characters will cost, and take, about; every answer taken as right the first time."""
    asked = len(instructions()) + len(json.dumps(Said.model_json_schema()))
    tokens_in = sum((asked + min(chars, MOST_CHARS)) / CHARS_A_TOKEN for chars in lyrics_chars)
    lyrics = len(lyrics_chars)
    seconds = max(lyrics * ANSWER_S / provider.concurrency, lyrics * 60.0 / provider.requests_per_minute)
    return Estimate(provider.cost(round(tokens_in), lyrics * ANSWER_TOKENS), seconds)
