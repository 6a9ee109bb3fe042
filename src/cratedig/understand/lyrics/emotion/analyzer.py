"""The emotion analyzer: six emotions of a lyric and of each of its sections, so that the arc can be drawn.

A lyric is read in pieces of a few lines, each judged by a model of short texts; what is said of a section or of the
whole is the mean over its pieces by their words, choruses as often as they are sung. An emotion of 0.3 says: over 0.3
of the words a reader would name it. Valence, sentiment and mood follow from the six.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected
from cratedig.models.emotion_reader import EmotionReader, Emotions
from cratedig.music.finding import EMOTIONS, Finding, Sentiment
from cratedig.music.lyric import Lyric
from cratedig.music.mood import Mood
from cratedig.understand.lyrics.emotion.chunks import Chunk, chunks_of
from cratedig.understand.lyrics.words.taken import Language, taken_apart

NAME: Final = "emotion"
RULES: Final = 1  # raise it when the same model would give another finding

PLEASANT: Final = {"joy": 1.0, "sadness": -1.0, "anger": -1.0, "fear": -1.0, "surprise": 0.0, "love": 1.0}
AROUSED: Final = {"joy": 0.5, "sadness": -0.4, "anger": 0.7, "fear": 0.6, "surprise": 0.6, "love": 0.1}
"""Where each emotion lies on the plane's axes, after Russell 1980, figure 2 (rounded; surprise is neither)."""
UNFELT: Final = 0.3
"""Strength that the emotions of one side must pass before the valence leaves the middle."""
NEUTRAL_BELOW: Final = 0.2
SURENESS: Final = (-0.48, 4.53)
"""How likely the sentiment is right: the odds of a + b * the distance from where it would turn (docs/emotion.md)."""
STRONGEST: Final = 8  # labels that are told

Rows = NDArray[np.float64]
_NAMES: Final[Mapping[Language, str]] = {"ru": "Russian", "other": "another language, or in none"}


class EmotionAnalyzer:
    """Reads with the shipped head, or with any other reader of emotions."""

    name = NAME

    def __init__(self, reader: EmotionReader) -> None:
        self._reader = reader
        self.version: str = f"{reader.version}/{RULES}"

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        """Off the event loop. The tempo says nothing here. A lyric that is not English is not judged: confidence 0, and
        data["reason"] says why. Raises InputRejected for a lyric without lines, or of bytes that are no text."""
        (found,) = await anyio.to_thread.run_sync(self.read, [lyric], [tempo_bpm])
        if isinstance(found, InputRejected):
            raise found
        return found

    def read(self, lyrics: Sequence[Lyric], tempos_bpm: Sequence[float | None]) -> list[Finding | InputRejected]:
        """One answer a lyric, in their order; the model reads all of them together, and what is sung twice once."""
        started = time.perf_counter()
        pages = [_page(lyric) for lyric in lyrics]
        texts = list({chunk.text: None for page in pages if isinstance(page, _Page) for chunk in page.chunks})
        felt = self._reader.read(texts)
        row_of = {text: at for at, text in enumerate(texts)}
        took = (time.perf_counter() - started) * 1000 / max(1, len(lyrics))
        return [self._finding(page, felt, row_of, took) if isinstance(page, _Page) else page for page in pages]

    def _finding(self, page: _Page, felt: Emotions, row_of: Mapping[str, int], took_ms: float) -> Finding:
        if not page.chunks:
            return _unread(self.version, page.language, took_ms)
        rows = np.array([row_of[chunk.text] for chunk in page.chunks])
        six = _means(felt.six[rows], page.words)
        valence = _valence(six)
        return Finding(
            analyzer=NAME,
            version=self.version,
            sentiment=_sentiment(valence),
            valence=round(valence, 4),
            confidence=round(_sureness(valence), 4),
            mood=_mood(six, valence),
            emotions=self._told(six),
            data=self._data(page, felt, rows),
            processing_ms=round(took_ms, 3),
        )

    def _data(self, page: _Page, felt: Emotions, rows: NDArray[np.int64]) -> dict[str, Any]:
        labels = _means(felt.labels[rows], page.words)
        top = np.argsort(-labels, kind="stable")[:STRONGEST]
        silent = [name for name in EMOTIONS if name not in self._reader.judged]
        return {
            "language": page.language,
            "labels": [{"name": felt.names[at], "share": round(float(labels[at]), 4)} for at in top],
            "arc": self._arc(page, felt.six[rows]),
            "pieces": len(page.chunks),
            **({"not_judged": silent} if silent else {}),
        }

    def _arc(self, page: _Page, six: NDArray[np.float32]) -> list[dict[str, Any]]:
        """A point for each section: where it begins and ends (0..1 by words), its kind, its emotions and valence."""
        sections = np.array([chunk.section for chunk in page.chunks])
        ends = np.cumsum(page.words) / page.words.sum()
        arc, start = [], 0.0
        for number in np.unique(sections):
            here = sections == number
            felt, end = _means(six[here], page.words[here]), float(ends[here][-1])
            section = page.lyric.sections[int(number)]
            point = {"section": int(number), "kind": section.kind, "label": section.label}
            place = {"start": round(start, 4), "end": round(end, 4), "valence": round(_valence(felt), 4)}
            arc.append(point | place | {"emotions": self._told(felt)})
            start = end
        return arc

    def _told(self, six: Rows) -> dict[str, float]:
        told = dict(zip(EMOTIONS, six, strict=True))
        return {name: round(float(told[name]), 4) for name in self._reader.judged}


@dataclass(frozen=True)
class _Page:
    """A lyric ready to be read; no chunks where it is not English."""

    lyric: Lyric
    language: Language
    chunks: list[Chunk]

    @property
    def words(self) -> Rows:
        return np.array([chunk.words for chunk in self.chunks], dtype=np.float64)


def _page(lyric: Lyric) -> _Page | InputRejected:
    try:
        language = taken_apart(lyric).language
    except InputRejected as error:
        return error
    return _Page(lyric, language, chunks_of(lyric) if language == "en" else [])


def _unread(version: str, language: Language, took_ms: float) -> Finding:
    reason = f"This model was taught English; the lyric is in {_NAMES[language]}."
    data = {"language": language, "reason": reason}
    return Finding(NAME, version, "neutral", 0.0, 0.0, data=data, processing_ms=round(took_ms, 3))


def _means(values: NDArray[np.float32], words: Rows) -> Rows:
    """(k,): the mean of values (n, k), kept within 0..1."""
    return np.clip(np.average(values.astype(np.float64), axis=0, weights=words), 0, 1)


def _valence(six: Rows) -> float:
    """-1..1: what is pleasant less what is not, over all that is felt on either side.

    >>> round(_valence(np.array([0.6, 0.0, 0.0, 0.0, 0.0, 0.3])), 2)
    0.75
    """
    leanings = six * np.array([PLEASANT[name] for name in EMOTIONS])
    return float(leanings.sum() / (np.abs(leanings).sum() + UNFELT))


def _mood(six: Rows, valence: float) -> Mood:
    aroused = float((six * np.array([AROUSED[name] for name in EMOTIONS])).sum() / (six.sum() + UNFELT))
    return Mood.clipped(round(valence, 4), round(aroused, 4))


def _sentiment(valence: float) -> Sentiment:
    if abs(valence) < NEUTRAL_BELOW:
        return "neutral"
    return "positive" if valence > 0 else "negative"


def _sureness(valence: float) -> float:
    return 1 / (1 + math.exp(-(SURENESS[0] + SURENESS[1] * abs(abs(valence) - NEUTRAL_BELOW))))
