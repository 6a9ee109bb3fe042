"""A bandit finds who likes what, and a replay of a log says how well another would have done."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cratedig.find.taste.bandit import POLICIES, WEIGHINGS, Bandit, Policy, reweighed
from cratedig.find.taste.replay import Logged, replay

ARMS = {"sound": {"sound": 2.0}, "words": {"words": 2.0}, "plain": {}}
DRAW = np.random.default_rng(0)
CHANCES = {"sound": 0.5, "words": 0.3, "plain": 0.2}


def rewarded(context: np.ndarray, arm: str) -> float:
    """The chance of a reward: the first kind of listener wants sound, the second words."""
    wanted = "sound" if context[0] > context[1] else "words"
    return 0.8 if arm == wanted else 0.2


def log(answers: int, seed: int = 0, chances: dict[str, float] | None = None) -> list[Logged]:
    draw = np.random.default_rng(seed)
    chances = chances or dict.fromkeys(ARMS, 1 / 3)
    rows = []
    for _ in range(answers):
        context = np.eye(2)[draw.integers(2)]
        arm = str(draw.choice(list(chances), p=list(chances.values())))
        rows.append(Logged(context, arm, float(draw.random() < rewarded(context, arm)), chances[arm]))
    return rows


def fresh(policy: Policy = "linucb") -> Bandit:
    return Bandit.fresh(ARMS, dimensions=2, policy=policy)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_bandit_learns_what_each_kind_of_listener_wants(policy: Policy) -> None:
    found = replay(fresh(policy), log(3000))
    assert found.bandit.choose(np.array([1.0, 0.0]), DRAW) == "sound"
    assert found.bandit.choose(np.array([0.0, 1.0]), DRAW) == "words"
    assert found.reward > 0.65  # at random 0.4, at best 0.8


def test_what_was_never_tried_is_tried() -> None:
    once = fresh().learned("sound", np.array([1.0, 0.0]), 0.1)
    assert once.choose(np.array([1.0, 0.0]), DRAW) != "sound"


def test_learning_leaves_the_old_state_alone() -> None:
    before = fresh()
    before.learned("sound", np.array([1.0, 0.0]), 1.0)
    assert before.arms["sound"].vector.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("chances", [None, CHANCES], ids=["drawn alike", "drawn with unequal chances"])
def test_a_replay_finds_the_reward_of_a_policy_that_was_not_shown(chances: dict[str, float] | None) -> None:
    """A policy that ignores contexts: always "plain", or 0.2; always "sound", half of 0.8 and 0.2."""
    for arm, truth in (("plain", 0.2), ("sound", 0.5)):
        only = Bandit.fresh({arm: {}}, dimensions=2)
        found = replay(only, log(6000, chances=chances))
        assert abs(found.reward - truth) < 4 * found.error
        assert found.error < 0.02


@pytest.mark.parametrize("policy", POLICIES)
def test_replays_of_the_same_log_are_the_same(policy: Policy) -> None:
    first, second = (replay(fresh(policy), log(300)) for _ in range(2))
    assert (first.reward, first.error, first.agreed) == (second.reward, second.error, second.agreed)


def test_a_log_that_agrees_with_nothing_says_nothing() -> None:
    found = replay(Bandit.fresh({"other": {}}, dimensions=2), log(20))
    assert found.agreed == 0
    assert math.isnan(found.reward)


def test_a_bandit_without_arms_and_a_draw_without_a_chance_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one arm"):
        Bandit.fresh({}, dimensions=2)
    with pytest.raises(ValueError, match="chance 0"):
        Logged(np.zeros(2), "sound", 1.0, 0.0)


def test_every_weighing_keeps_some_weight() -> None:
    weights = {"meaning": 0.2, "words": 0.1, "sound": 0.3, "mood": 0.2, "heard": 0.1, "taste": 0.2}
    assert all(sum(reweighed(weights, factors).values()) > 0.0 for factors in WEIGHINGS.values())
    assert reweighed(weights, WEIGHINGS["as specified"]) == weights
