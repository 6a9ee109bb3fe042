"""How well fills are found in what real drummers play: the figures of docs/drums.md."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from cratedig.box.box import Box
from cratedig.music.drums.kit import ROLAND
from cratedig.music.score import Score
from cratedig.understand.drums.fills import FEWEST, is_fill
from cratedig.understand.drums.played import played
from cratedig.understand.drums.strokes import Flags, strokes_of


async def test_fills_of_real_drummers_are_told_from_their_beats(shared: Path) -> None:
    folder = shared / "groove_midi"
    with (folder / "info.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))[::3]
    async with Box.open(ffmpeg="") as box:
        scores = await box.decode_midis([folder / "midi" / row["midi_filename"] for row in rows])
    found: dict[str, list[Flags]] = {"beat": [], "fill": []}
    ends: list[Flags] = []
    for row, score in zip(rows, scores, strict=True):
        assert isinstance(score, Score)
        strokes = strokes_of(played(score, kit=ROLAND))
        full = strokes.per_bar(np.ones(len(strokes.voice), dtype=bool)) >= FEWEST
        fills = is_fill(strokes)
        found[row["beat_type"]].append(fills[full])
        if row["beat_type"] == "beat" and strokes.bars > 16:
            ends.append(np.flatnonzero(fills) % 4 == 3)
    assert np.concatenate(found["fill"]).mean() > 0.62
    assert np.concatenate(found["beat"]).mean() < 0.08
    assert np.concatenate(ends).mean() > 0.3
