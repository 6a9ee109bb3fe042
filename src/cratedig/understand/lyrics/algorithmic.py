"""The algorithmic analyzer: what rules, word lists and counting find in a lyric. No model, no network, always there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from cratedig.errors import InputRejected
from cratedig.music.finding import Finding
from cratedig.music.lexicon import read_words
from cratedig.music.lyric import Lyric
from cratedig.music.mood import Mood
from cratedig.understand.lyrics.measures import flow, readability
from cratedig.understand.lyrics.measures.complexity import complexity
from cratedig.understand.lyrics.measures.devices import devices
from cratedig.understand.lyrics.measures.fingerprint import Read, fingerprint
from cratedig.understand.lyrics.measures.sentiment import felt
from cratedig.understand.lyrics.measures.structure import structure
from cratedig.understand.lyrics.measures.themes import themes
from cratedig.understand.lyrics.rhyme import rhymes
from cratedig.understand.lyrics.words.taken import Words, taken_apart
from cratedig.understand.lyrics.words.vocabulary import Column

NAME: Final = "algorithmic"
VERSION: Final = "2"
NO_WORDS: Final = "there is no word in it"
OTHER_LANGUAGE: Final = "it is neither English nor Russian"
ENGLISH_ONLY: Final = "it is not English"
FEW_WORDS: Final = f"it has fewer than {readability.LEAST_WORDS} words"
AS_ENGLISH: Final = "its words were said by the rules of English"


class Algorithmic:
    """The analyzer; it holds nothing, and any number of threads may share it."""

    name = NAME
    version = VERSION

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        """As `finding`, beside the event loop."""
        return await asyncio.to_thread(finding, lyric, tempo_bpm=tempo_bpm)

    def read(self, lyrics: Sequence[Lyric], tempos_bpm: Sequence[float | None]) -> list[Finding | InputRejected]:
        """One answer to each lyric, in their order: its finding, or why it cannot be read."""
        return [_answer(lyric, tempo_bpm) for lyric, tempo_bpm in zip(lyrics, tempos_bpm, strict=True)]


def _answer(lyric: Lyric, tempo_bpm: float | None) -> Finding | InputRejected:
    try:
        return finding(lyric, tempo_bpm=tempo_bpm)
    except InputRejected as refused:
        return refused


def finding(lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
    """What there is to say of a lyric; the same for the same lyric, but for processing_ms.

    data: every measure by its name, as docs/lyrics.md lists them; what could not be judged is None, and `reasons` says
    why. Raises InputRejected for a lyric without a line, and for what is no text.
    """
    started = time.perf_counter()
    words = taken_apart(lyric)
    found = _found(words, tempo_bpm)
    return replace(found, processing_ms=round((time.perf_counter() - started) * 1000, 3))


def _found(words: Words, tempo_bpm: float | None) -> Finding:
    built = structure(words)
    read = Read(
        words=words,
        felt=felt(words),
        mood=_mood(words),
        complexity=complexity(words),
        flow=flow.flow(words),
        structure=built,
        devices=devices(words, built.groups),
        themes=themes(words),
        rhymes=rhymes(words.lyric),
    )
    judged = words.language != "other"
    return Finding(
        analyzer=NAME,
        version=VERSION,
        sentiment=read.felt.label if judged else "neutral",
        valence=round(read.felt.valence, 4) if judged else 0.0,
        confidence=round(read.felt.confidence, 4) if judged else 0.0,
        themes=read.themes.shown(),
        complexity=_rounded(read.complexity.score),
        mood=read.mood,
        data=_data(read, tempo_bpm),
        embedding=fingerprint(read),
    )


def _mood(words: Words) -> Mood | None:
    """Between the entries of the product's lexicon of moods; None where none speaks, and where it is not English."""
    if words.language != "en":
        return None
    lines = _moody(words)
    moody = [line for at, line in enumerate(words.lines) if at in lines or not line.isascii()]  # emoji speak too
    heard = read_words("\n".join(moody))
    return None if heard is None else heard.mood


def _moody(words: Words) -> set[int]:
    """Numbers of the lines with a word that speaks, or two that may speak together."""
    loud = words.column(Column.SPEAKS) > 0
    loud[:-1] |= (words.column(Column.BEGINS)[:-1] > 0) & (words.column(Column.FOLLOWS)[1:] > 0)
    return set(words.line_of[loud].tolist())


def _data(read: Read, tempo_bpm: float | None) -> dict[str, Any]:
    words = read.words
    return {
        "language": words.language,
        "reasons": _reasons(words),
        "sentiment": read.felt.as_data() if words.language != "other" else None,
        "complexity": read.complexity.as_data(),
        "readability": readability.as_data(words),
        "flow": flow.as_data(words, read.flow, tempo_bpm),
        "structure": read.structure.as_data(),
        "rhyme": dict(read.rhymes.as_data()),
        "devices": {name: device.as_data() for name, device in read.devices.items()},
    }


def _reasons(words: Words) -> dict[str, str]:
    """Why what is None is None, by measure, and why rhymes are less sure."""
    if not len(words):
        return dict.fromkeys(("sentiment", "mood", "readability", "flow", "themes"), NO_WORDS)
    if words.language == "other":
        silent = ("sentiment", "mood", "readability", "flow", "alliteration", "neologisms")
        return dict.fromkeys(silent, OTHER_LANGUAGE) | {"rhyme": AS_ENGLISH}
    if words.language == "ru":
        return dict.fromkeys(("mood", "readability", "neologisms"), ENGLISH_ONLY)
    return {"readability": FEW_WORDS} if len(words) < readability.LEAST_WORDS else {}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
