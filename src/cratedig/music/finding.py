"""A finding: what one analyzer says of one lyric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from cratedig.music.mood import Mood

EMOTIONS: Final = ("joy", "sadness", "anger", "fear", "surprise", "love")
SENTIMENTS: Final = ("negative", "neutral", "positive")
EMBEDDING_DIM: Final = 256

Sentiment = Literal["negative", "neutral", "positive"]


@dataclass(frozen=True, slots=True)
class Theme:
    """share: how much of the lyric is about it, 0..1."""

    name: str
    share: float

    def __post_init__(self) -> None:
        _within("share", self.share, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Finding:
    """What every analyzer says, and beyond it, in `data`, what only this one does.

    analyzer, version: who said it; another version of the same analyzer makes this finding stale.
    sentiment: the judgement; valence: what it rests on, -1..1; confidence: how likely it is right, 0..1, calibrated.
    themes: strongest first. complexity: 0..1, None where the analyzer does not judge it.
    emotions: of EMOTIONS, each 0..1; empty where the analyzer does not judge them.
    data: named measures that JSON can hold. embedding: EMBEDDING_DIM numbers, or none.
    fallback: why another analyzer, which was asked for, did not answer; "" where this one was asked for.
    """

    analyzer: str
    version: str
    sentiment: Sentiment
    valence: float
    confidence: float
    themes: tuple[Theme, ...] = ()
    complexity: float | None = None
    mood: Mood | None = None
    emotions: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    embedding: tuple[float, ...] = ()
    processing_ms: float = 0.0
    fallback: str = ""

    def __post_init__(self) -> None:
        if self.sentiment not in SENTIMENTS:
            raise ValueError(f"sentiment {self.sentiment!r} is none of {', '.join(SENTIMENTS)}")
        _within("valence", self.valence, -1.0, 1.0)
        _within("confidence", self.confidence, 0.0, 1.0)
        if self.complexity is not None:
            _within("complexity", self.complexity, 0.0, 1.0)
        for name, strength in self.emotions.items():
            if name not in EMOTIONS:
                raise ValueError(f"emotion {name!r} is none of {', '.join(EMOTIONS)}")
            _within(name, strength, 0.0, 1.0)
        if self.embedding and len(self.embedding) != EMBEDDING_DIM:
            raise ValueError(f"an analysis embedding has {EMBEDDING_DIM} numbers, not {len(self.embedding)}")


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also refuses NaN
        raise ValueError(f"{name} {value} is outside {low:g}..{high:g}")
