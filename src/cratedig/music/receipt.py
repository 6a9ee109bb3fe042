"""Where a value came from. Every value the user did not give carries one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["given", "measured", "imputed"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The origin of one field's value.

    source: what it was worked out from ("lyrics", "audio features", "release date", ...).
    method: how ("emobank head 1", "lexicon", "year of date", ...).
    kind: given by the user, measured from the thing itself, or imputed (guessed from others).
    confidence: 0 .. 1.  low, high: an interval in the field's own unit, where one is known.
    """

    source: str
    method: str
    confidence: float
    kind: Kind = "measured"
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} is outside 0..1")

    def as_dict(self) -> dict[str, str | float]:
        """The JSON shape kept in the `receipts` columns; absent bounds are left out."""
        shape: dict[str, str | float] = {
            "source": self.source,
            "method": self.method,
            "confidence": round(self.confidence, 4),
            "kind": self.kind,
        }
        if self.low is not None and self.high is not None:
            shape |= {"low": self.low, "high": self.high}
        return shape
