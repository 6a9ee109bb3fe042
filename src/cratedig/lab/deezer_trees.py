"""Grows the trees of the song head: extremely randomised (Geurts et al. 2006, Machine Learning 63), and so that more
energy is never less arousal nor a happier sound a sadder mood."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    starts = np.cumsum([0, *(tree.node_count for tree in trees)])
    right = [_right(tree) + start for tree, start in zip(trees, starts, strict=False)]
    return Forest(
        feature=np.concatenate([np.maximum(tree.feature, 0) for tree in trees]),
        threshold=np.concatenate([tree.threshold for tree in trees]).astype(np.float32),
        right=np.concatenate(right),
        value=np.concatenate([tree.value[:, 0, 0] for tree in trees]).astype(np.float32).astype(np.float64),
        roots=starts[:-1].reshape(2, TREES),
    )


def _grown(inputs: Matrix, mood: Matrix, rising: int) -> list[Any]:
    from sklearn.ensemble import ExtraTreesRegressor  # type: ignore[import-untyped]

    never_falls = np.zeros(inputs.shape[1], dtype=np.int8)
    never_falls[rising] = 1
    forest = ExtraTreesRegressor(
        TREES, min_samples_leaf=LEAST_SONGS, max_features=ASKED, monotonic_cst=never_falls, random_state=1
    )
    return [one.tree_ for one in forest.fit(inputs, mood).estimators_]


def _right(tree: Any) -> NDArray[np.int64]:
    """Right children, a leaf its own; trees grown depth first have every left child right behind its parent."""
    here = np.arange(tree.node_count)
    return np.where(tree.children_right < 0, here, tree.children_right)
