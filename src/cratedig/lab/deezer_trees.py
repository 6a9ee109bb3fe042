"""Grows the trees of the song head: extremely randomised (Geurts et al. 2006, Machine Learning 63), and so that more
energy is never less arousal nor a happier sound a sadder mood."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.lab.trees import laid_out
from cratedig.models.mood_of_song import FEATURES
from cratedig.models.trees import Forest

TREES = 120
LEAST_SONGS = 5  # in a leaf; 10 cost 0.006 of r (arousal)
ASKED = 0.4  # share of the columns a node looks at
RISING = (FEATURES.index("valence"), FEATURES.index("energy"))
"""The column in which an axis never falls."""

Matrix = NDArray[np.float64]


def grown(inputs: Matrix, moods: Matrix) -> Forest:
    """A forest for each axis; inputs: (n, 14) as in SongHead.of_song."""
    trees = [tree for axis in range(2) for tree in _grown(inputs, moods[:, axis], RISING[axis])]
    return laid_out(trees, [tree.value[:, 0, 0] for tree in trees], outputs=2)


def _grown(inputs: Matrix, mood: Matrix, rising: int) -> list[Any]:
    from sklearn.ensemble import ExtraTreesRegressor  # type: ignore[import-untyped]

    never_falls = np.zeros(inputs.shape[1], dtype=np.int8)
    never_falls[rising] = 1
    forest = ExtraTreesRegressor(
        TREES, min_samples_leaf=LEAST_SONGS, max_features=ASKED, monotonic_cst=never_falls, random_state=1
    )
    return [one.tree_ for one in forest.fit(inputs, mood).estimators_]
