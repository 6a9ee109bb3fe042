"""The personal terms of a score, beside those of the query, in the words `why` uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PERSONAL: Final[Mapping[str, float]] = {"taste": 0.25, "hour": 0.05, "trend": 0.05}
"""Term -> weight, as a share of the sum of the query's own weights."""

NOT_FOR_YOU: Final = 0.3
"""Taken at most off what the listener disliked or skipped: what "not for me" was said of stands no longer first."""


def personal_weights(weights: Mapping[str, float], shares: Mapping[str, float] = PERSONAL) -> dict[str, float]:
    """The weights with those of the personal terms beside them.

    >>> personal_weights({"mood": 2.0}, {"taste": 0.25})
    {'mood': 2.0, 'taste': 0.5}
    """
    total = sum(weights.values())
    return {**weights, **{name: share * total for name, share in shares.items()}}
