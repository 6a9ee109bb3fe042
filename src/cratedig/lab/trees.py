"""Trees as scikit-learn grows them, laid out to be walked by numpy alone (models/trees.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, eq=False)
class Grown:
    """A tree with the names that scikit-learn's `Tree` has; feature: -1 where a node is a leaf; value: (nodes,)."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    children_right: NDArray[np.int64]
    value: NDArray[np.float64]

    @property
    def node_count(self) -> int:
        return len(self.feature)

    @classmethod
    def depth_first(cls, nodes: NDArray[Any]) -> Grown:
        """From the nodes of a histogram-based booster's tree, which were grown best first."""
        order = list(_depth_first(nodes))
        place = np.empty(len(nodes), dtype=np.int64)
        place[order] = np.arange(len(nodes))
        nodes = nodes[order]
        leaf = nodes["is_leaf"].astype(bool)
        return cls(
            feature=np.where(leaf, -1, nodes["feature_idx"]),
            threshold=np.where(leaf, 0.0, nodes["num_threshold"]),
            children_right=np.where(leaf, -1, place[np.where(leaf, 0, nodes["right"])]),
            value=np.where(leaf, nodes["value"], 0.0),
        )


def _depth_first(nodes: NDArray[Any]) -> Iterator[int]:
    waiting = [0]
    while waiting:
        yield (at := waiting.pop())
        if not nodes[at]["is_leaf"]:
            waiting += [int(nodes[at]["right"]), int(nodes[at]["left"])]
