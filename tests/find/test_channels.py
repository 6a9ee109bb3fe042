"""Channels: the highest scores are among those that are promising, and what an index brings is compared again."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.find.channels import SAMPLED, named, nearest, promising
from cratedig.find.segment.reading import segment_of
from cratedig.find.segment.snapshot import Part, Snapshot
from cratedig.models.index.contract import Hits, Params
from tests.find.segment.rows import row

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


class Rough:
    """An index of codes: brings what it likes of the nearest, in any order."""

    params = Params("codes", 384, "direction", lists=1, code=96, breadth=40)

    def __init__(self, ids: np.ndarray) -> None:
        self.asked_for: list[int] = []
        self._ids = ids

    def search(self, vector: np.ndarray, k: int, *, only: np.ndarray | None = None) -> Hits:
        self.asked_for.append(k)
        found = self._ids[np.isin(self._ids, only)] if only is not None else self._ids
        return Hits(found[:k][::-1], np.zeros(len(found[:k]), np.float32))


def snapshot(n: int, ids: np.ndarray | None = None) -> Snapshot:
    segment = segment_of([row(one) for one in range(1, n + 1)])
    return Snapshot((Part(segment, None, 0),), indices={} if ids is None else {"text": Rough(ids)})  # type: ignore[dict-item]


def test_what_codes_bring_is_compared_again() -> None:
    plain, vector = snapshot(60), np.random.default_rng(5).normal(size=384).astype(np.float32)
    exact = nearest(plain, "text", vector, 50, None)
    rough = snapshot(60, plain.column("ids", np.sort(exact)[:40]))
    found = nearest(rough, "text", vector, 12, None)
    assert rough.indices["text"].asked_for == [40]  # type: ignore[attr-defined]
    assert found.tolist() == [one for one in exact.tolist() if one in np.sort(exact)[:40]][:12]


def test_of_many_with_a_name_the_nearest_of_all_are_taken_where_they_are_enough() -> None:
    some, vector = snapshot(60), np.random.default_rng(6).normal(size=384).astype(np.float32)
    everyone = nearest(some, "text", vector, 60, None)
    having = some.having("genre house")
    wanted = [one for one in everyone.tolist() if one in having][:3]
    assert named(some, ("genre house",), vector, 3, None, few=5, of_all=lambda: everyone).tolist() == wanted
    assert named(some, ("genre house",), vector, 3, None).tolist() == wanted
