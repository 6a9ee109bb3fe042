"""The space of listeners is used where it beats the neighbourhood on what was held back, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.catalogue.heard import Pairs
from cratedig.find.taste.learning import Judged, learn

from .crowds import crowded


def pairs_of(rows: list[tuple[int, int]]) -> Pairs:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 2)
    return Pairs(table[:, 0], 100 + table[:, 1], np.ones(len(rows)))


FIRM = pairs_of(crowded(listeners=150, tracks=180, crowds=6, own=0.3, noise=0.02))
LOOSE = pairs_of(crowded(listeners=200, tracks=200, crowds=10, own=0.4, noise=0.05))


def test_a_better_space_is_used_and_the_same_pairs_give_the_same_one() -> None:
    first, second = learn(FIRM), learn(FIRM)
    assert first.judged is not None
    assert first.judged.space > first.judged.neighbours > first.judged.popularity
    assert first.space is not None
    assert second.space is not None
    assert first.space.vectors.tobytes() == second.space.vectors.tobytes()
    assert set(first.space.ids) <= set(FIRM.tracks)


def test_a_space_that_is_no_better_is_not_used() -> None:
    lesson = learn(LOOSE)
    assert lesson.judged is not None
    assert not lesson.judged.is_better
    assert lesson.space is None


def test_too_little_is_not_even_judged() -> None:
    lesson = learn(pairs_of(crowded(listeners=40, tracks=60, crowds=6, own=0.5, noise=0.0)))
    assert (lesson.rows, lesson.judged, lesson.space) == (40, None, None)
    empty = learn(pairs_of([]))
    assert (empty.rows, empty.pairs, empty.space) == (0, 0, None)


@pytest.mark.parametrize(("neighbours", "popularity"), [(0.3, 0.1), (0.1, 0.3), (0.2, 0.2)])
def test_better_is_better_than_both(neighbours: float, popularity: float) -> None:
    judged = Judged(space=0.3, neighbours=neighbours, popularity=popularity, pairs=9)
    assert judged.is_better is (max(neighbours, popularity) < 0.3)
