"""The replay of policies on a log that is known whole: it finds each arm's own reward, and is the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from cratedig.find.taste.bandit import POLICIES, WEIGHINGS
from cratedig.lab.bandit import arms, contexts, hits_of, judged_arms, logged
from cratedig.lab.plays import Judging
from tests.find.taste.crowds import crowded

LISTENERS, ARTISTS, TAGS = 90, 60, 6


def judging() -> Judging:
    """Crowds whose artists carry the crowd's tag; every fifth pair is judged."""
    pairs = np.array(crowded(listeners=LISTENERS, tracks=ARTISTS, crowds=TAGS, own=0.7, noise=0.05))
    held = np.arange(len(pairs)) % 5 == 0
    tags = np.arange(TAGS)[:, None] == np.arange(ARTISTS)[None, :] % TAGS

    def table(rows: np.ndarray) -> csr_matrix:
        return csr_matrix((np.ones(len(rows)), rows.T), shape=(LISTENERS, ARTISTS))

    return Judging(learned=table(pairs[~held]), judged=table(pairs[held]), tags=csr_matrix(tags.astype(float)))


@pytest.fixture(scope="module")
def table() -> Judging:
    return judging()


def test_the_figures_agree_with_what_each_arm_really_had(table: Judging) -> None:
    found = judged_arms(table)
    assert found.n == table.judged.nnz
    rewards = [found.baselines[f"{name.replace(' ', '_')}_reward"] for name in WEIGHINGS]
    assert found.baselines["best_of_each_answer"] >= max(rewards) >= found.baselines["even_reward"]
    assert found.metrics["replay_z"] < 4.0
    for policy in POLICIES:
        assert 0.0 <= found.metrics[f"{policy}_reward"] <= 1.0
        assert 0 < found.metrics[f"{policy}_answers"] < found.n
    assert judged_arms(table) == found


def test_every_pair_is_one_answer_with_the_reward_of_the_arm_that_was_drawn(table: Judging) -> None:
    hits = {name: hits_of(scores, table) for name, scores in arms(table).items()}
    log = logged(hits, contexts(table)[table.judged.tocoo().row], seed=3)
    assert len(log) == table.judged.nnz
    assert {answer.arm for answer in log} == set(WEIGHINGS)
    assert {answer.chance for answer in log} == {1 / len(WEIGHINGS)}
    assert {answer.reward for answer in log} <= {0.0, 1.0}


def test_contexts_lie_in_0_to_1(table: Judging) -> None:
    found = contexts(table)
    assert found.shape == (LISTENERS, 4)
    assert (found >= 0.0).all()
    assert (found <= 1.0).all()
