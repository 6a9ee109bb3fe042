"""How many events were found: the largest one-to-one pairing within a window, and its F-measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]


@dataclass(frozen=True)
class Tally:
    """Pairs found, events that are true, events that were claimed. Tallies add up."""

    paired: int = 0
    true: int = 0
    claimed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.paired + other.paired, self.true + other.true, self.claimed + other.claimed)

    @property
    def f(self) -> float:
        """Harmonic mean of precision and recall, 0 .. 1; 1 where nothing is true and nothing claimed."""
        return 2 * self.paired / (self.true + self.claimed) if self.true + self.claimed else 1.0


def tally(true: Times, claimed: Times, *, within_s: float) -> Tally:
    """Pairs each event at most once, as many as can be (as in MIREX; Raffel et al. 2014, mir_eval).

    On a line, giving each true event the earliest claimed one that is in reach and still free pairs the most.

    >>> tally(np.array([1.0, 2.0]), np.array([1.04, 3.0]), within_s=0.05).f
    0.5
    """
    true, claimed = np.sort(true), np.sort(claimed)
    at = paired = 0
    for time_s in true:
        while at < len(claimed) and claimed[at] < time_s - within_s:
            at += 1
        if at < len(claimed) and claimed[at] <= time_s + within_s:
            paired, at = paired + 1, at + 1
    return Tally(paired=paired, true=len(true), claimed=len(claimed))
