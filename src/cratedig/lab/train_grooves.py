"""Trains the heads for grooves: `cratedig lab train groove_midi --data ../shared/data/groove_midi`.

One head tells style, drummer, and beat from fill; the ear names drummers by what a generated part is not given
(understand/drums/features/hands.py). Both are measured on pieces in folds and on sessions held apart; features, trees
and excerpts were chosen by such figures, over other folds too. The first folds' answers are kept beside
the head, so that `lab evaluate` can judge pieces it learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
import numpy as np

from cratedig.lab.evaluation import Lab
from cratedig.lab.goemotions_data import id_digests
from cratedig.lab.groove_files import FIVE, Piece, read_pieces
from cratedig.lab.groove_folds import Told, ear_accuracy, random_folds, session_folds
from cratedig.lab.groove_lessons import Course, Windows
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.grooves import EAR, NAME

SEED: Final = 1
REPEATS: Final = 2  # divisions into folds
CREDIT: Final = (
    "Groove MIDI Dataset 1.0.0 (Gillick, Roberts, Engel, Eck and Bamman 2019, ICML), Google LLC, CC BY 4.0: only trees "
    "and the answers of folds ship"
)

Card = dict[str, Any]


async def train(data: Path, lab: Lab, out: Path | None) -> Card:
    """Trains and measures, writes heads and cards to `out` (the shipped folder when None); the first card."""
    return await anyio.to_thread.run_sync(trained, await read_pieces(data), out or HEADS)


def trained(pieces: Sequence[Piece], out: Path) -> Card:
    """The same of pieces."""
    publish_ear(pieces, out)
    return publish_grooves(pieces, out)


def publish_grooves(pieces: Sequence[Piece], out: Path) -> Card:
    course, names = Course.of(pieces), np.array([piece.name for piece in pieces])
    lessons = course.lessons
    repeats = [Told.in_folds(course, random_folds(names, seed=seed), seed=seed) for seed in range(REPEATS)]
    apart = Told.in_folds(course, session_folds(lessons.sessions), seed=SEED)
    head = course.head(np.arange(len(pieces)), seed=SEED)
    figures = [told.figures(lessons) for told in repeats]
    kept = {"pieces": id_digests([piece.name for piece in pieces])}
    return publish_head(
        {**head.arrays(), **kept, **repeats[0].arrays("folds"), **apart.arrays("sessions")},
        {
            **_card(NAME, "Style, drummer, and beat or fill, of how drums are played"),
            "pieces": len(pieces),
            "figures": {
                "folds": {name: [figure[name] for figure in figures] for name in figures[0]},
                "sessions_apart": apart.figures(lessons),
            },
        },
        out,
    )


def publish_ear(pieces: Sequence[Piece], out: Path) -> Card:
    """The ear learns only from the drummers that it is asked about."""
    windows = Windows.of([piece for piece in pieces if piece.drummer in FIVE])
    ear = windows.ear(np.arange(len(windows.hands)), seed=SEED)
    by_piece = random_folds(windows.pieces, seed=0)
    by_session = session_folds(windows.sessions)
    return publish_head(
        ear.arrays("drummer"),
        {
            **_card(EAR, "Which of five drummers plays four bars, by what a generated part is not given"),
            "stretches": len(windows.hands),
            "figures": {
                "folds": ear_accuracy(windows, by_piece, FIVE, seed=SEED),
                "sessions_apart": ear_accuracy(windows, by_session, FIVE, seed=SEED),
            },
        },
        out,
    )


def _card(name: str, summary: str) -> Card:
    return {
        "name": name,
        "version": 1,
        "summary": summary,
        "command": "cratedig lab train groove_midi --data ../shared/data/groove_midi",
        "data": [CREDIT],
        "licence": "CC BY 4.0",
        "seed": SEED,
    }
