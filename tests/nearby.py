"""The nearest tracks in a space, for tests of shelves: from its index where there is one, else from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import anyio
import numpy as np

from cratedig.catalogue import Session, vectors
from cratedig.find.spaces.shelf import Shelf
from cratedig.find.spaces.space import Space
from cratedig.models.index.contract import Hits, Vectors


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest, and what answered: the index or the database."""

    hits: Hits
    by: Literal["index", "database"]


async def nearest(
    session: Session, shelf: Shelf, space: Space, vector: Vectors, k: int, *, without: Sequence[int] = ()
) -> Nearest:
    """The at most `k` tracks nearest to `vector` (dim,), best first. Call `shelf.refresh` before."""
    index = shelf.index(space)
    if index is None:
        return Nearest(Hits(*await vectors.nearest(session, space.name, vector, k, without=without)), "database")
    left_out = np.array(without, dtype=np.int64) if without else None
    hits = await anyio.to_thread.run_sync(lambda: index.search(vector, k, without=left_out))
    return Nearest(hits, "index")
