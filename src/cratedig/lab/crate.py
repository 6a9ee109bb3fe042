"""Filling a scratch catalogue with tracks of a data set, for evaluations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cratedig.catalogue import Catalogue
from cratedig.catalogue.imports import COLUMNS, add_rows, new_ids

_BATCH = 5000
_EMPTY: Mapping[str, Any] = {"tags": [], "extra": {}, "receipts": {}}


async def fill(catalogue: Catalogue, tracks: Sequence[Mapping[str, Any]], *, source: str) -> list[int]:
    """Writes tracks (column -> value, the rest null) and gives their ids in the same order."""
    ids: list[int] = []
    for start in range(0, len(tracks), _BATCH):
        batch = tracks[start : start + _BATCH]
        async with catalogue.begin() as session:
            fresh = await new_ids(session, "tracks", len(batch))
            rows = [
                {**_EMPTY, **track, "id": track_id, "source": source}
                for track_id, track in zip(fresh, batch, strict=True)
            ]
            await add_rows(session, "tracks", [tuple(row.get(name) for name in COLUMNS["tracks"]) for row in rows])
        ids += fresh
    return ids
