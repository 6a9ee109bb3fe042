"""From the integers that came out of a child to a Score: every value checked on the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cratedig.box.audio import read_into
from cratedig.box.wire import MIDI_HEAD, Reply
from cratedig.music.score import MeterChange, Note, Score, TempoChange

_WIDTHS = (6, 2, 3, 1)  # columns of notes, tempos, meters, tracks named as drums (cratedig.box.midi)


def read_score(reply: Reply, result: int, *, max_notes: int) -> Score:
    """Raises ValueError where reply and memory do not fit each other or hold what no decoder writes."""
    return _score(reply.numbers[:7], result, offset=0, max_notes=max_notes)[0]


def read_scores(result: int, *, files: int, max_notes: int) -> list[Score | None]:
    """Of a batch, in its order; None for a file that was not decoded. Raises ValueError as `read_score` does."""
    scores: list[Score | None] = []
    offset = 0
    for _ in range(files):
        head = np.empty(MIDI_HEAD, dtype=np.int32)
        read_into(result, head, offset=offset)
        offset += head.nbytes
        if not head[0]:
            scores.append(None)
            continue
        score, offset = _score(head[1:].tolist(), result, offset=offset, max_notes=max_notes)
        scores.append(score)
    return scores


def _score(numbers: Sequence[int], result: int, *, offset: int, max_notes: int) -> tuple[Score, int]:
    """The score of these numbers and the rows from `offset` on, and where they end."""
    kind, division, tracks, *counts = numbers
    if min(counts) < 0 or counts[0] > max_notes or max(counts[1:]) > max_notes * 4:
        raise ValueError(f"{counts} rows are over the limit")
    (notes, tempos, meters, named), end = _tables(counts, result, offset)
    score = Score(
        kind=kind,
        ticks_per_quarter=division,
        tracks=tracks,
        notes=tuple(Note(*row) for row in notes.tolist()),
        tempos=tuple(TempoChange(*row) for row in tempos.tolist()),
        meters=tuple(MeterChange(*row) for row in meters.tolist()),
        named_drums=frozenset(named[:, 0].tolist()),
    )
    return score, end


def _tables(counts: Sequence[int], result: int, offset: int) -> tuple[list[NDArray[np.int32]], int]:
    tables = []
    for count, width in zip(counts, _WIDTHS, strict=True):
        table = np.empty((count, width), dtype=np.int32)
        read_into(result, table, offset=offset)
        tables.append(table)
        offset += table.nbytes
    return tables, offset
