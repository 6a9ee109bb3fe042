"""Channels: the highest scores are among those that are promising."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.find.channels import SAMPLED, promising

N = 20_000


@pytest.mark.parametrize("k", [1, 50, 500])
def test_the_highest_are_among_the_promising_wherever_they_lie(k: int) -> None:
    rng = np.random.default_rng(k)
    scores = rng.normal(size=N).astype(np.float32)
    misleading = np.zeros(N, dtype=np.float32)
    misleading[::SAMPLED] = 1.0  # what is looked at is higher than everything else
    rising = np.arange(N, dtype=np.float32)
    some_unknown = np.where(rng.random(N) < 0.9, np.float32(np.nan), scores)
    for one in (scores, misleading, rising, some_unknown):
        found = promising(one, k)
        known = np.sort(one[~np.isnan(one)])
        assert np.array_equal(np.sort(one[found])[-k:], known[-k:])


def test_of_a_random_order_few_are_promising() -> None:
    assert len(promising(np.random.default_rng(1).normal(size=N).astype(np.float32), 500)) < 3 * 500


def test_what_is_not_known_is_never_promising() -> None:
    assert promising(np.full(100, np.nan, dtype=np.float32), 5).tolist() == []
