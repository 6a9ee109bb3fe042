"""The personal terms of a score, beside those of the query, in the words `why` uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cratedig.find.blend import Values

PERSONAL: Final[Mapping[str, float]] = {"taste": 0.25, "hour": 0.05, "trend": 0.05}
"""Term -> weight, as a share of the sum of the query's own weights."""


def personal_weights(
    weights: Mapping[str, float], present: Mapping[str, Values | None], shares: Mapping[str, float] = PERSONAL
) -> dict[str, float]:
    """The weights and, for each personal term that has values, its own; without any the same weights come back.

    >>> personal_weights({"mood": 1.0}, {"trend": None})
    {'mood': 1.0}
    """
    total = sum(weights.values())
    mine = {name: share * total for name, share in shares.items() if present.get(name) is not None}
    return {**weights, **mine}
