"""From the integers that came out of a child to a Score: every value checked on the way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cratedig.box.audio import read_into
from cratedig.box.wire import Reply
from cratedig.music.score import MeterChange, Note, Score, TempoChange

_WIDTHS = (6, 2, 3, 1)  # columns of notes, tempos, meters, tracks named as drums (cratedig.box.midi)


def read_score(reply: Reply, result: int, *, max_notes: int) -> Score:
    """Raises ValueError where reply and memory do not fit each other or hold what no decoder writes."""
    kind, division, tracks, *counts = reply.numbers[:7]
    if counts[0] > max_notes or max(counts[1:]) > max_notes * 4:
        raise ValueError(f"{counts} rows are over the limit")
    notes, tempos, meters, named = _tables(counts, result)
    return Score(
        kind=kind,
        ticks_per_quarter=division,
        tracks=tracks,
        notes=tuple(Note(*row) for row in notes.tolist()),
        tempos=tuple(TempoChange(*row) for row in tempos.tolist()),
        meters=tuple(MeterChange(*row) for row in meters.tolist()),
        named_drums=frozenset(named[:, 0].tolist()),
    )


def _tables(counts: list[int], result: int) -> list[NDArray[np.int32]]:
    tables, offset = [], 0
    for count, width in zip(counts, _WIDTHS, strict=True):
        table = np.empty((count, width), dtype=np.int32)
        read_into(result, table, offset=offset)
        tables.append(table)
        offset += table.nbytes
    return tables
