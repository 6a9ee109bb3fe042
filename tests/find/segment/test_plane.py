"""The cells of the mood plane bring what looking at every point brings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.find.segment.plane import Plane


def points(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Crowded in places, on the border in others, some without a place."""
    rng = np.random.default_rng(seed)
    valence, arousal = np.clip(rng.normal(0.3, 0.4, (2, n)), -1.0, 1.0).astype(np.float32)
    valence[rng.random(n) < 0.1] = np.nan
    arousal[rng.random(n) < 0.1] = np.nan
    return valence, arousal


@given(st.integers(0, 2**32 - 1), st.integers(0, 5000), st.integers(1, 600), st.floats(-1, 1), st.floats(-1, 1))
@settings(max_examples=60, deadline=None)
def test_whatever_is_nearer_than_it_sees_is_among_the_rows(seed: int, n: int, k: int, x: float, y: float) -> None:
    valence, arousal = points(seed, n)
    point = np.array([x, y], dtype=np.float32)
    rows, near, seen = Plane(valence, arousal).near(point, k)
    away = np.hypot(valence - point[0], arousal - point[1])
    assert len(np.unique(rows)) == len(rows) >= min(k, int(np.count_nonzero(~np.isnan(away))))
    assert np.isin(np.flatnonzero(away < seen * (1 - 1e-5)), rows).all()
    assert np.allclose(np.sqrt(-near), away[rows], atol=1e-6)


@pytest.mark.parametrize("n", [1, 30_000])
def test_where_all_points_are_one_all_are_brought(n: int) -> None:
    same = np.full(n, 1.0, dtype=np.float32)
    rows, near, _ = Plane(same, -same).near(np.array([1.0, -1.0], dtype=np.float32), 5)
    assert (len(rows), near.max(initial=-1.0)) == (n, 0.0)


def test_few_of_many_are_looked_at() -> None:
    spread = np.random.default_rng(2).uniform(-1, 1, (2, 100_000)).astype(np.float32)
    assert len(Plane(*spread).near(np.array([0.2, -0.1], dtype=np.float32), 500)[0]) < 3000
