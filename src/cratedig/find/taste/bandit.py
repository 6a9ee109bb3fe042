"""Which weights suit whom: a contextual bandit over a few ways of weighing. Off unless asked for.

LinUCB with disjoint linear models (Li et al. 2010, "A contextual-bandit approach to personalized news article
recommendation", algorithm 1), or Thompson sampling over the same models (Agrawal & Goyal 2013, "Thompson sampling for
contextual bandits with linear payoffs").

A state is a value: learning gives a new one, and the same rewards in the same order give the same choices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Policy = Literal["linucb", "thompson"]
POLICIES: Final = get_args(Policy)

WEIGHINGS: Mapping[str, Mapping[str, float]] = {
    "as specified": {},
    "more sound": {"sound": 1.6, "mood": 1.3},
    "more words": {"meaning": 1.6, "words": 1.6},
    "more taste": {"taste": 2.0},
    "less known": {"heard": 0.0},
}
"""Arms: term -> factor on its weight; what is not named keeps its own."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Ridge regression of rewards on contexts: the matrix A = I + sum x x' and the vector b = sum reward x x."""

    matrix: Floats
    vector: Floats

    def belief(self, context: Floats) -> tuple[float, float]:
        """What is believed of the reward: its mean, and how unsure that is: theta ~ N(A^-1 b, A^-1)."""
        theta, spread = np.linalg.solve(self.matrix, np.column_stack([self.vector, context])).T
        return float(context @ theta), float(np.sqrt(context @ spread))

    def learned(self, context: Floats, reward: float) -> Arm:
        return Arm(self.matrix + np.outer(context, context), self.vector + reward * context)


@dataclass(frozen=True, slots=True)
class Bandit:
    """arms: name -> state.  width: how much the unsure is preferred; 0 only exploits."""

    arms: Mapping[str, Arm]
    width: float = 1.0
    policy: Policy = "linucb"

    @classmethod
    def fresh(
        cls, arms: Mapping[str, Mapping[str, float]], *, dimensions: int, width: float = 1.0, policy: Policy = "linucb"
    ) -> Bandit:
        """Knows nothing yet. Raises ValueError without arms."""
        if not arms:
            raise ValueError("a bandit needs at least one arm")
        return cls({name: Arm(np.eye(dimensions), np.zeros(dimensions)) for name in arms}, width, policy)

    def choose(self, context: Floats, draw: np.random.Generator) -> str:
        """LinUCB: the arm of the highest bound, the first named of equal ones. Thompson: that of the best draw."""
        return max(shares := self.shares(context, draw, draws=1), key=shares.__getitem__)

    def shares(self, context: Floats, draw: np.random.Generator, *, draws: int) -> dict[str, float]:
        """Arm -> the share of so many choices that fall on it; under LinUCB all fall on one."""
        mean, unsure = np.array([arm.belief(context) for arm in self.arms.values()]).T
        noise = np.ones((1, 1)) if self.policy == "linucb" else draw.standard_normal((draws, len(mean)))
        best = np.argmax(mean + self.width * unsure * noise, axis=1)
        return dict(zip(self.arms, (np.bincount(best, minlength=len(mean)) / len(best)).tolist(), strict=True))

    def learned(self, arm: str, context: Floats, reward: float) -> Bandit:
        """After a reward (0..1). Raises KeyError for an unknown arm."""
        return replace(self, arms={**self.arms, arm: self.arms[arm].learned(context, reward)})


def reweighed(weights: Mapping[str, float], factors: Mapping[str, float]) -> dict[str, float]:
    """Weights times an arm's factors.

    >>> reweighed({"mood": 0.5, "heard": 0.1}, {"heard": 0.0})
    {'mood': 0.5, 'heard': 0.0}
    """
    return {name: weight * factors.get(name, 1.0) for name, weight in weights.items()}
