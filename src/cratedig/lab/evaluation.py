"""What every evaluation takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cratedig.catalogue import Catalogue
    from cratedig.models.embedder import TextEmbedder


@dataclass(frozen=True)
class Lab:
    """What an evaluation may use: the text embedder, and fresh empty catalogues that vanish afterwards."""

    embedder: TextEmbedder
    scratch: Callable[[], AbstractAsyncContextManager[Catalogue]]


@dataclass(frozen=True)
class Evaluation:
    """A result; metric names are those of the contract. Figures are plain floats or ints.

    intervals: 95 % intervals of figures that are means over queries, by their names among metrics and baselines.
    """

    name: str
    n: int
    metrics: dict[str, float | int]
    baselines: dict[str, float | int] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)

    def as_dict(self, seconds: float) -> dict[str, Any]:
        return {
            "name": self.name,
            "n": self.n,
            "metrics": self.metrics,
            "baselines": self.baselines,
            **({"intervals": self.intervals} if self.intervals else {}),
            "seconds": round(seconds, 3),
        }
