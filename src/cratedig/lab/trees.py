"""Trees as scikit-learn grows them, laid out to be walked by numpy alone (models/trees.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.models.trees import Forest


def laid_out(trees: Sequence[Any], values: Sequence[NDArray[Any]], *, outputs: int = 1) -> Forest:
    """One forest of all the trees, as many for each output; values: of each tree (nodes,) or (nodes, classes).

    `trees` are scikit-learn's `Tree`, grown depth first, so that every left child stands right behind its parent.
    """
    starts = np.cumsum([0, *(tree.node_count for tree in trees)])
    right = [_right(tree) + start for tree, start in zip(trees, starts, strict=False)]
    return Forest(
        feature=np.concatenate([np.maximum(tree.feature, 0) for tree in trees]),
        threshold=np.concatenate([tree.threshold for tree in trees]).astype(np.float32),
        right=np.concatenate(right),
        value=np.concatenate(values).astype(np.float32).astype(np.float64),
        roots=starts[:-1].reshape(outputs, -1),
    )


def _right(tree: Any) -> NDArray[np.int64]:
    """Right children, a leaf its own."""
    here = np.arange(tree.node_count)
    return np.where(tree.children_right < 0, here, tree.children_right)
