"""The hybrid analyzer: what the others found in one lyric, weighted by how sure each is, and where they disagree.

Each finding weighs the odds of its confidence, c / (1 - c): the inverse of a variance that is (1 - c) / c. Numbers are
averaged with these weights. For the sentiment each finding gives every label a probability; their log-odds are averaged
(Satopaa et al. 2014, "Combining multiple probability predictions using a simple logit model", Int. J. Forecasting 30,
eq. 3). That paper then sharpens the mean, since its forecasters know different things; ours all read the same words, so
here it is not sharpened, and nothing that comes out lies outside what the findings say.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cratedig.music.finding import EMOTIONS, SENTIMENTS, Finding, Sentiment, Theme
from cratedig.music.mood import Mood
from cratedig.understand.lyrics.hybrid.disagreement import disagreements

NAME: Final = "hybrid"
RULES: Final = "1"
SUREST: Final = 0.99
"""No finding counts as surer than this: one that is certain would silence all others."""
LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding and its share of the whole, above 0."""

    finding: Finding
    weight: float


def combine(findings: Sequence[Finding]) -> Finding:
    """The hybrid finding. In whatever order they come, the same.

    Of two findings of one analyzer (one that stood in for another) the surer is read. A finding without confidence
    changes nothing, unless no finding has any. Raises ValueError for none.
    """
    weighed = _weighed(findings)
    label, confidence = _sentiment(weighed)
    return Finding(
        analyzer=NAME,
        version=version(findings),
        sentiment=label,
        valence=_mean([(each.weight, each.finding.valence) for each in weighed]),
        confidence=confidence,
        themes=_themes(weighed),
        complexity=_mean_of([(each.weight, each.finding.complexity) for each in weighed]),
        mood=_mood(weighed),
        emotions=_emotions(weighed),
        data=_data(weighed),
        embedding=_embedding(weighed),
        processing_ms=sum(each.finding.processing_ms for each in weighed),
    )


def version(findings: Sequence[Finding]) -> str:
    """Of these rules and of everything that is combined."""
    parts = sorted({f"{finding.analyzer}@{finding.version}" for finding in findings})
    return f"{RULES}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:12]}"


def _weighed(findings: Sequence[Finding]) -> list[Weighed]:
    surest: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda it: (it.confidence, it.version, repr(it)), reverse=True):
        if finding.analyzer != NAME:
            surest.setdefault(finding.analyzer, finding)
    if not surest:
        raise ValueError("there is no finding to combine")
    odds = {name: _odds(finding.confidence) for name, finding in surest.items()}
    total = sum(odds.values())
    shares = {name: each / total if total else 1 / len(odds) for name, each in odds.items()}
    return [Weighed(surest[name], shares[name]) for name in sorted(surest) if shares[name] > 0]


def _odds(confidence: float) -> float:
    sure = min(confidence, SUREST)
    return sure / (1.0 - sure)


def _sentiment(weighed: Sequence[Weighed]) -> tuple[Sentiment, float]:
    """The likeliest label and how likely it is; of equals the one with the more weight behind it."""
    pooled = {label: _pooled([(each.weight, _chance(each.finding, label)) for each in weighed]) for label in SENTIMENTS}
    behind = {
        label: math.fsum(each.weight for each in weighed if each.finding.sentiment == label) for label in SENTIMENTS
    }
    best: Any = max(SENTIMENTS, key=lambda label: (round(pooled[label], 12), round(behind[label], 12), label))
    return best, pooled[best]


def _chance(finding: Finding, label: str) -> float:
    """What is left of a confidence is shared by the other labels, none of which is likelier than the one it chose."""
    if label == finding.sentiment:
        return finding.confidence
    return min(finding.confidence, (1.0 - finding.confidence) / (len(SENTIMENTS) - 1))


def _pooled(chances: Sequence[tuple[float, float]]) -> float:
    """The probability whose log-odds are the mean of theirs."""
    logits = []
    for weight, chance in chances:
        kept = min(max(chance, LEAST), 1.0 - LEAST)
        logits.append(weight * math.log(kept / (1.0 - kept)))
    low, high = min(chance for _, chance in chances), max(chance for _, chance in chances)
    return min(high, max(low, 1.0 / (1.0 + math.exp(-math.fsum(logits)))))


def _mean(said: Sequence[tuple[float, float]]) -> float:
    """Weighted; never outside what is said, whatever the last digit does."""
    mean = math.fsum(weight * value for weight, value in said) / math.fsum(weight for weight, _ in said)
    return min(max(value for _, value in said), max(min(value for _, value in said), mean))


def _mean_of(said: Sequence[tuple[float, float | None]]) -> float | None:
    """Of those that judge it at all."""
    judged = [(weight, value) for weight, value in said if value is not None]
    return _mean(judged) if judged else None


def _mood(weighed: Sequence[Weighed]) -> Mood | None:
    moods = [(each.weight, each.finding.mood) for each in weighed if each.finding.mood is not None]
    if not moods:
        return None
    return Mood(_mean([(w, mood.valence) for w, mood in moods]), _mean([(w, mood.arousal) for w, mood in moods]))


def _emotions(weighed: Sequence[Weighed]) -> Mapping[str, float]:
    felt = [each for each in weighed if each.finding.emotions]
    if not felt:
        return {}
    return {name: _mean([(each.weight, each.finding.emotions.get(name, 0.0)) for each in felt]) for name in EMOTIONS}


def _themes(weighed: Sequence[Weighed]) -> tuple[Theme, ...]:
    """Of those that name themes; who names others says that this one has no share."""
    naming = [(each.weight, {theme.name: theme.share for theme in each.finding.themes}) for each in weighed]
    naming = [(weight, shares) for weight, shares in naming if shares]
    names = {name for _, shares in naming for name in shares}
    themes = [Theme(name, _mean([(weight, shares.get(name, 0.0)) for weight, shares in naming])) for name in names]
    return tuple(sorted(themes, key=lambda theme: (-theme.share, theme.name)))


def _embedding(weighed: Sequence[Weighed]) -> tuple[float, ...]:
    """Of the weightiest that has one: two analyzers' spaces are not one space."""
    having = [each for each in weighed if each.finding.embedding]
    return max(having, key=lambda each: each.weight).finding.embedding if having else ()


def _data(weighed: Sequence[Weighed]) -> dict[str, Any]:
    return {
        "weights": {each.finding.analyzer: round(each.weight, 4) for each in weighed},
        "versions": {each.finding.analyzer: each.finding.version for each in weighed},
        "disagreements": disagreements([each.finding for each in weighed]),
    }
