"""How good would another policy have been? Judged on a log, nobody is shown anything (Li et al. 2011, "Unbiased offline
evaluation of contextual-bandit-based news article recommendation algorithms")."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.find.taste.bandit import Bandit


@dataclass(frozen=True, slots=True)
class Logged:
    """One answer as it was given: the arm that a draw chose, and what came of it.

    chance: the probability with which the arm was drawn, above 0 to 1.  reward: 0..1.
    """

    context: NDArray[np.float64]
    arm: str
    reward: float
    chance: float

    def __post_init__(self) -> None:
        if not 0.0 < self.chance <= 1.0:
            raise ValueError(f"chance {self.chance} is outside 0..1")


@dataclass(frozen=True, slots=True)
class Replay:
    """reward: the mean a policy would have had, NaN where it agreed with no draw.  error: its standard error.
    agreed: how many answers of the log the figure rests on.  bandit: what the policy had learned at the end."""

    reward: float
    error: float
    agreed: int
    bandit: Bandit


def replay(bandit: Bandit, log: Iterable[Logged], *, seed: int = 0) -> Replay:
    """Passes over the log; where the bandit would have drawn the same arm, the reward counts and it learns from it.

    Draws of unequal chance are weighed by its inverse (self-normalised, Swaminathan & Joachims 2015); with equal
    chances this is Li's mean.
    """
    weights, rewards = [], []
    draw = np.random.default_rng(seed)
    for answer in log:
        if bandit.choose(answer.context, draw) == answer.arm:
            weights.append(1.0 / answer.chance)
            rewards.append(answer.reward)
            bandit = bandit.learned(answer.arm, answer.context, answer.reward)
    mean, error = _mean(np.array(weights), np.array(rewards))
    return Replay(mean, error, len(rewards), bandit)


def _mean(weights: NDArray[np.float64], rewards: NDArray[np.float64]) -> tuple[float, float]:
    if not len(rewards):
        return math.nan, math.nan
    total = weights.sum()
    mean = float(weights @ rewards / total)
    return mean, float(np.sqrt(((weights * (rewards - mean)) ** 2).sum()) / total)
