"""Analyzers side by side: what each says of a lyric, how sure it is, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from cratedig.music.mood import Mood
from cratedig.understand.lyrics.analyzers import KNOWN
from cratedig.web.templating import signed

STALE: Final = {"analyzer": "by an older version", "lyric": "of an older lyric", "": ""}
STRONGEST: Final = 3


@dataclass(frozen=True, slots=True)
class Voice:
    """One analyzer's finding, ready to be shown. error: why there is none. percent values are 0..100."""

    name: str
    summary: str
    version: str
    error: str = ""
    note: str = ""
    sentiment: str = ""
    valence: float = 0.0
    confidence: int = 0
    mood: Mood | None = None
    complexity: float | None = None
    themes: tuple[tuple[str, int], ...] = ()
    emotions: tuple[tuple[str, int], ...] = ()
    took_ms: float = 0.0

    @property
    def judges(self) -> bool:
        """Whether it says anything: a confidence of 0 is none."""
        return not self.error and self.confidence > 0

    @property
    def x(self) -> float:
        """Where its valence lies on an axis of 0..100."""
        return round(50 * (self.valence + 1), 1)


def voice(name: str, found: Mapping[str, Any] | None, *, version: str = "", error: str = "", stale: str = "") -> Voice:
    """found: a finding as readings.shape_of gives it, through JSON or not; None where the lyric could not be read."""
    summary = KNOWN[name].summary if name in KNOWN else ""
    if found is None:
        return Voice(name, summary, version, error=error or "It could not be read.", note=STALE[stale])
    plain = orjson.loads(orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY))
    return Voice(
        name=name,
        summary=summary,
        version=plain["version"],
        note="; ".join(word for word in (STALE[stale], plain["fallback"], plain["data"].get("reason", "")) if word),
        sentiment=plain["sentiment"],
        valence=plain["valence"],
        confidence=round(100 * plain["confidence"]),
        mood=Mood(**plain["mood"]) if plain["mood"] else None,
        complexity=plain["complexity"],
        themes=tuple((theme["name"], round(100 * theme["share"])) for theme in plain["themes"]),
        emotions=_strongest(plain["emotions"]),
        took_ms=plain["processing_ms"],
    )


def _strongest(emotions: Mapping[str, float]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(emotions.items(), key=lambda one: -one[1])[:STRONGEST]
    return tuple((name, round(100 * strength)) for name, strength in ordered if strength >= 0.01)


def differences(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence for each. found: as understand.lyrics.disagreement tells them.

    >>> differences([{"field": "sentiment", "says": {"emotion": "negative", "algorithmic": "positive"}, "apart": 1.0}])
    ['Sentiment: emotion says negative, algorithmic positive.']
    """
    return [f"{one['field'].capitalize()}: {_said(one['says'])}." for one in found]


def _said(says: Mapping[str, Any]) -> str:
    words = [f"{who} {_words(what)}" for who, what in says.items()]
    first, *others = [words[0].replace(" ", " says ", 1), *words[1:]]
    return ", ".join([first, *others])


def _words(what: Any) -> str:
    if isinstance(what, list):
        return " and ".join(what)
    return signed(what) if isinstance(what, float) else str(what)
