"""Figures that are means over queries, with how sure they are; parts of an evaluation are added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from cratedig.lab.bootstrap import Interval, mean_interval

T = TypeVar("T")


@dataclass(frozen=True)
class Measured:
    """Figures by name, and the intervals of those that are means over queries."""

    figures: dict[str, float | int] = field(default_factory=dict)
    intervals: dict[str, Interval] = field(default_factory=dict)

    def named(self, prefix: str) -> Measured:
        """The same with `prefix_` before each name."""
        return Measured(_prefixed(prefix, self.figures), _prefixed(prefix, self.intervals))

    def __add__(self, other: Measured) -> Measured:
        return Measured(self.figures | other.figures, self.intervals | other.intervals)


def means(values: Mapping[str, Sequence[float]]) -> Measured:
    """The mean and the interval of each name that has values."""
    known = {name: of for name, of in values.items() if len(of)}
    return Measured(
        {name: round(float(np.mean(of)), 4) for name, of in known.items()},
        {name: mean_interval(of) for name, of in known.items()},
    )


def _prefixed(prefix: str, named: Mapping[str, T]) -> dict[str, T]:
    return {f"{prefix}_{name}": value for name, value in named.items()}
