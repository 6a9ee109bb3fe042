"""What several sources say of one mood: their mean weighted by how far each errs.

A source that follows listeners with correlation r, on a plane where moods vary by PLANE_VARIANCE, errs by the variance
PLANE_VARIANCE * (1 - r^2) / r^2 (the error of a measurement whose share of true variance is r^2). Confidence is that r:
what correlation with listeners is to be expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cratedig.music.mood import Mood
from cratedig.music.receipt import Kind, Receipt

PLANE_VARIANCE = 0.2  # of either axis over songs: tanh(z / 2) of a normal z
HIGHEST_CONFIDENCE = 0.95
LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says. variance: of its error, by axis (valence, arousal), in squared units of the plane."""

    mood: Mood
    receipt: Receipt
    variance: tuple[float, float]

    @classmethod
    def by(cls, mood: Mood, receipt: Receipt, axes: tuple[float, float] = (1.0, 1.0)) -> Said:
        """A source as sure as its receipt says, times `axes` for valence and arousal."""
        valence, arousal = (error_variance(receipt.confidence * axis) for axis in axes)
        return cls(mood, receipt, (valence, arousal))

    @classmethod
    def following(cls, mood: Mood, source: str, method: str, kind: Kind, r: tuple[float, float]) -> Said:
        """A source that follows listeners by `r` on the two axes: as sure as their mean."""
        receipt = Receipt(source, method, round(sum(r) / 2, 4), kind)
        return cls(mood, receipt, (error_variance(r[0]), error_variance(r[1])))


def error_variance(r: float) -> float:
    """The variance of the error of a source that correlates by r with the truth.

    >>> round(error_variance(0.5), 6)
    0.6
    """
    r = min(HIGHEST_CONFIDENCE, max(LEAST, r))
    return PLANE_VARIANCE * (1 - r * r) / (r * r)


def fused(said: Sequence[Said]) -> Said | None:
    """One mood of several; None of none. The order does not matter, and a source of confidence 0 changes nothing.

    Sources that agree are surer together than each alone; where they lie apart, up to a half of that is lost. Measured
    where sources that hold at least half the weight were measured.
    """
    heard = sorted((one for one in said if one.receipt.confidence > 0), key=_order)
    if len(heard) < 2:
        return heard[0] if heard else None
    weights = 1 / np.array([one.variance for one in heard])
    points = np.array([[one.mood.valence, one.mood.arousal] for one in heard])
    total = weights.sum(axis=0)
    middle = (weights * points).sum(axis=0) / total
    say = weights.sum(axis=1) / weights.sum()
    apart = float(say @ np.hypot(*(points - middle).T))
    explained = PLANE_VARIANCE * total / (1 + PLANE_VARIANCE * total)
    sure = float(np.sqrt(explained).mean()) * (1 - min(0.5, apart / 2))
    measured = sum(part for part, one in zip(say.tolist(), heard, strict=True) if one.receipt.kind == "measured")
    receipt = Receipt(
        source=", ".join(dict.fromkeys(one.receipt.source for one in heard)),
        method=", ".join(dict.fromkeys(one.receipt.method for one in heard)),
        confidence=round(min(HIGHEST_CONFIDENCE, sure), 4),
        kind="measured" if measured >= 0.5 else "imputed",
    )
    valence, arousal = (1 / total).tolist()
    return Said(Mood.clipped(float(middle[0]), float(middle[1])), receipt, (valence, arousal))


def _order(said: Said) -> tuple[str, str, float, float, float, tuple[float, float]]:
    receipt, mood = said.receipt, said.mood
    return receipt.source, receipt.method, receipt.confidence, mood.valence, mood.arousal, said.variance
