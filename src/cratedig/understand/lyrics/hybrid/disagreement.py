"""Where findings of one lyric disagree: which field, who says what, how far apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from cratedig.music.finding import EMOTIONS, Finding

APART: Final = {"sentiment": 0.5, "valence": 0.25, "arousal": 0.25, "complexity": 0.3, "emotion": 0.4, "themes": 1.0}
"""Shares of a field's whole range from which two findings disagree: a valence of 0 and one of 0.5 are 0.25 apart.
Themes disagree when nobody's strongest is among another's."""
_PLACE: Final = {"negative": 0.0, "neutral": 0.5, "positive": 1.0}


def disagreements(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Strongest first: {"field", "says": {analyzer: value}, "apart"}. apart: share of the field's range, 0..1."""
    found = [
        _numeric("valence", "valence", *_valences(findings)),
        _numeric("arousal", "arousal", *_arousals(findings)),
        _numeric("complexity", "complexity", *_complexities(findings)),
        *(_numeric(name, "emotion", *_emotion(findings, name)) for name in EMOTIONS),
        _numeric("sentiment", "sentiment", *_labels(findings)),
        _themes(findings),
    ]
    there = [each for each in found if each is not None]
    return sorted(there, key=lambda each: (-each["apart"], each["field"]))


Places = Mapping[str, float]
Says = Mapping[str, Any]


def _numeric(field: str, kind: str, places: Places, says: Says) -> dict[str, Any] | None:
    """places: analyzer -> where in the field's range, 0..1."""
    if len(places) < 2:
        return None
    apart = round(max(places.values()) - min(places.values()), 4)
    return {"field": field, "says": dict(sorted(says.items())), "apart": apart} if apart >= APART[kind] else None


def _valences(findings: Sequence[Finding]) -> tuple[Places, Says]:
    said = {each.analyzer: each.valence for each in findings}
    return {name: (value + 1) / 2 for name, value in said.items()}, {name: round(at, 4) for name, at in said.items()}


def _arousals(findings: Sequence[Finding]) -> tuple[Places, Says]:
    said = {each.analyzer: each.mood.arousal for each in findings if each.mood is not None}
    return {name: (value + 1) / 2 for name, value in said.items()}, {name: round(at, 4) for name, at in said.items()}


def _complexities(findings: Sequence[Finding]) -> tuple[Places, Says]:
    said = {each.analyzer: each.complexity for each in findings if each.complexity is not None}
    return said, {name: round(value, 4) for name, value in said.items()}


def _emotion(findings: Sequence[Finding], name: str) -> tuple[Places, Says]:
    said = {each.analyzer: each.emotions.get(name, 0.0) for each in findings if each.emotions}
    return said, {analyzer: round(value, 4) for analyzer, value in said.items()}


def _labels(findings: Sequence[Finding]) -> tuple[Places, Says]:
    said = {each.analyzer: each.sentiment for each in findings}
    return {name: _PLACE[label] for name, label in said.items()}, said


def _themes(findings: Sequence[Finding]) -> dict[str, Any] | None:
    named = {each.analyzer: [theme.name for theme in each.themes] for each in findings if each.themes}
    meet = any(one[0] in other or other[0] in one for one, other in combinations(named.values(), 2))
    if len(named) < 2 or meet:
        return None
    return {"field": "themes", "says": {who: names[:3] for who, names in sorted(named.items())}, "apart": 1.0}
