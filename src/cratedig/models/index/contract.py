"""What an index is, whatever its kind: vectors under ids, the nearest first, changed at any time, kept in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Kind = Literal["exact", "codes", "scan", "ivf_sq", "ivf_pq", "hnsw"]
"""exact: every vector is looked at. codes: a short code of every vector is, half a byte for some dimensions (Andre,
Kermarrec & Le Scouarnec 2017), and who searches compares vectors of his own again. scan: the same, and the vectors of
the best are here, in half precision. ivf_sq, ivf_pq: lists around
centres, vectors kept as one byte a dimension (scalar quantisation) or a byte for several (product quantisation; Jegou,
Douze & Schmid 2011). hnsw: a graph of neighbours (Malkov & Yashunin 2018)."""
FLAT: tuple[Kind, ...] = ("exact", "scan")
"""Those that go through all vectors in the order in which they were added."""
Metric = Literal["direction", "distance"]
"""direction: the score is the inner product, which is the cosine for vectors of length 1. distance: minus the Euclidean
distance."""

DEPTH = 500
"""Retrieval takes that many of each space of tracks, so recall is measured there."""
Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Params:
    """All by which an index is built and searched.

    into: the dimensions kept by principal components, None for all of `dim`. lists: of an ivf. code: bytes a vector
    takes in an ivf_pq, a scan or codes. links: neighbours of a vector in an hnsw. breadth: how much of the index a
    search looks at (lists of an ivf, candidates of an hnsw, vectors that are looked at again of a scan or of codes,
    where as many are to be asked for), 0 where it looks at all.
    group: ids that are the same divided by it are of one group, and the `only` of a search names groups; above 1 for
    FLAT kinds alone. Raises ValueError for others.
    """

    kind: Kind
    dim: int
    metric: Metric
    into: int | None = None
    lists: int = 0
    code: int = 0
    links: int = 0
    breadth: int = 0
    group: int = 1

    def __post_init__(self) -> None:
        if self.group > 1 and self.kind not in FLAT:
            raise ValueError(f"An index of kind {self.kind} knows no groups.")

    @property
    def inner_dim(self) -> int:
        """Dimensions in which vectors are compared."""
        return self.into or self.dim

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Params:
        """The other way round. Raises TypeError for names that are none of these."""
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Hits:
    """The nearest vectors' ids and scores, best first; of equal scores the smaller id."""

    ids: Ids
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)


class Index(Protocol):
    """The contract; tests/contracts/test_index.py runs on every kind."""

    @property
    def params(self) -> Params: ...

    def __len__(self) -> int:
        """How many vectors can be found."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Vectors (n, dim) under these ids, found at once; an id that is there gets the new one, and of an id given
        twice the last counts. Raises ValueError for another shape and for numbers that are not finite."""
        ...

    def remove(self, ids: Ids) -> int:
        """Takes ids out; returns how many were in."""
        ...

    def search(self, vector: Vectors, k: int, *, only: Ids | None = None, without: Ids | None = None) -> Hits:
        """The at most `k` nearest to `vector` (dim,), of those in `only` where it is given, never those in `without`.
        Where the params have groups, `only` names groups and `without` ids.

        Raises ValueError as `add`, and for k < 1.
        """
        ...
