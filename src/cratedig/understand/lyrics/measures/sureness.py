"""How likely a judgement of sentiment is right: a logistic curve over what was said, calibrated on comments.

Weights by `cratedig lab train sentiment` (models/heads/sentiment.json holds them and says what they were learned from).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from cratedig.errors import ModelUnavailable
from cratedig.models.arrays import HEADS

CARD: Final = "sentiment.json"
HIGHEST: Final = 0.95  # learned from at most 48 lines: beyond them nothing is surer
FEATURES: Final = ("one", "valence", "rated words", "lines", "agreement")


def features(valence: float, rated: int, lines: int, agreement: float) -> tuple[float, ...]:
    """What the curve is over. valence: -1..1; rated: words; agreement: 0..1, of the lines that say something, how far
    they say the same."""
    return 1.0, abs(valence), math.log1p(rated), math.log1p(lines), agreement


def sureness(label: str, seen: Sequence[float]) -> float:
    """0..0.95: how likely the label is right, by its own curve."""
    weights = _weights()[label]
    return min(HIGHEST, 1.0 / (1.0 + math.exp(-sum(weight * one for weight, one in zip(weights, seen, strict=True)))))


@cache
def _weights() -> Mapping[str, Sequence[float]]:
    """Raises ModelUnavailable where the card cannot be read."""
    try:
        found: dict[str, list[float]] = json.loads((HEADS / CARD).read_text(encoding="utf-8"))["weights"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(f"{CARD} cannot be read: {error}.", hint="Install Cratedig again.") from error
    return found
