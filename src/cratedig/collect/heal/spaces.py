"""Neighbours and clusters: what a track's genre is where similar tracks have one. Plain numpy, on bounded
references."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]

NEIGHBOURS = 15
CLUSTERS = 20  # the specification's k
ROUNDS = 12
SEED = 20261121


@dataclass(frozen=True)
class Space:
    """Reference vectors of unit length with a label each. votes: (n, labels), one 1 a row; centres and shares: k-means'
    centres and, for each, how its members' labels are distributed."""

    vectors: Matrix
    votes: Matrix
    centres: Matrix
    shares: Matrix
    sharpness: float

    @classmethod
    def of(cls, vectors: Matrix, labels: Labels, *, classes: int, sharpness: float) -> Space:
        """vectors: (n, d), n >= 1, of unit length. sharpness: how much more a nearer neighbour says: exp(s *
        cosine)."""
        votes = np.eye(classes, dtype=np.float32)[labels]
        centres = k_means(vectors, min(CLUSTERS, len(vectors)))
        near = (vectors @ centres.T).argmax(axis=1)
        shares = np.zeros((len(centres), classes), dtype=np.float32)
        np.add.at(shares, near, votes)
        return cls(vectors, votes, centres, shares, sharpness)

    def neighbours(self, vectors: Matrix) -> Matrix:
        """Weights of the labels among the nearest, shape (n, labels); each row sums to the neighbours' weight, <= k.

        A neighbour counts exp(sharpness * (its cosine - the nearest's)), so far ones say little.
        """
        k = min(NEIGHBOURS, len(self.vectors))
        cosines = vectors @ self.vectors.T
        nearest = np.argpartition(cosines, -k, axis=1)[:, -k:]
        near = np.take_along_axis(cosines, nearest, axis=1)
        weights = np.exp(self.sharpness * (near - near.max(axis=1, keepdims=True)))
        return np.asarray((weights[:, :, None] * self.votes[nearest]).sum(axis=1), dtype=np.float32)

    def clusters(self, vectors: Matrix) -> Matrix:
        """How the labels are distributed in each vector's cluster, as counts, shape (n, labels)."""
        return np.asarray(self.shares[(vectors @ self.centres.T).argmax(axis=1)], dtype=np.float32)


def k_means(vectors: Matrix, k: int) -> Matrix:
    """Centres of spherical k-means (Dhillon & Modha 2001), shape (k, d), of unit length; the same for the same
    input."""
    rng = np.random.default_rng(SEED)
    centres = vectors[rng.choice(len(vectors), size=k, replace=False)]
    for _ in range(ROUNDS):
        near = (vectors @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, near, vectors)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres).astype(np.float32)
    return centres


def unit(vectors: Matrix) -> Matrix:
    """Rows scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
