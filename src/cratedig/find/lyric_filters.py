"""What a search asks of artists and lyrics, as a choice among the rows of a snapshot."""

from __future__ import annotations

import numpy as np

from cratedig.catalogue.lines import Lines
from cratedig.catalogue.lyric_facets import tracks_that_meet
from cratedig.find.candidates import Flags
from cratedig.find.request import SearchRequest
from cratedig.find.segment.snapshot import Snapshot
from cratedig.music.facet import ARTIST, facet


async def rows_asked_for(lines: Lines, snapshot: Snapshot, request: SearchRequest) -> Flags | None:
    """Which rows are by the artists and have such lyrics; None where nothing of that kind is asked."""
    masks: list[Flags] = []
    if request.artists:
        masks.append(_flags(snapshot, *(snapshot.having(facet(ARTIST, artist)) for artist in request.artists)))
    if request.lyrics:
        rows = snapshot.rows_of(np.array(await tracks_that_meet(lines, request.lyrics), dtype=np.int64))
        masks.append(_flags(snapshot, rows[rows >= 0]))
    return np.logical_and.reduce(masks) if masks else None


def _flags(snapshot: Snapshot, *rows: np.ndarray) -> Flags:
    flags = np.zeros(len(snapshot), dtype=np.bool_)
    for some in rows:
        flags[some] = True
    return flags
