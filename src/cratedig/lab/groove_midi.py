"""`lab evaluate groove_midi`: is style, drummer and purpose of real drumming told, and do parts made sound like whom?

style_accuracy, drummer_accuracy: over beats, of the label's first word and of the player; beat_fill_accuracy: over all
performances. A performance that the shipped head learned from is judged by what a head without its eighth of the pieces
said of it (kept beside the head; `in_folds` is the share of such), and once more by one without its whole session
(`sessions_apart_...`, where all were learned from). `known_drummer_accuracy`: of drummers that the head knows at all.

The rest is of parts made after five drummers of the shared folder (lab/groove_parts.py, lab/groove_nearness.py); where
that folder is not there, after those of this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread
import numpy as np

from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.goemotions_data import id_digests
from cratedig.lab.groove_files import FIVE, Piece, read_pieces, shared_folder
from cratedig.lab.groove_folds import Told
from cratedig.lab.groove_lessons import Lessons
from cratedig.lab.groove_nearness import held_out
from cratedig.lab.groove_parts import Drummer, Part, copied, heard, made, swung
from cratedig.models.arrays import Arrays, read_head
from cratedig.models.grooves import NAME, GrooveHead, shipped_ear

Figures = dict[str, float | int]


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Raises InputRejected where nothing that the index names is there."""
    pieces = await read_pieces(data)
    metrics, baselines = await anyio.to_thread.run_sync(told, pieces)
    shared = shared_folder()
    known = pieces if shared is None or shared.samefile(data) else await read_pieces(shared)
    drummers = await anyio.to_thread.run_sync(_drummers, known)
    parts = await made(drummers)
    metrics |= await anyio.to_thread.run_sync(_judged, parts, drummers, known)
    rounded = {name: round(value, 4) for name, value in metrics.items()}
    return Evaluation(name="groove_midi", n=len(pieces), metrics=rounded, baselines=baselines)


def told(pieces: Sequence[Piece]) -> tuple[Figures, Figures]:
    """(figures of the shipped head, those of saying always what is commonest)."""
    lessons, kept = Lessons.of(pieces), read_head(NAME)
    found, seen = _without_lessons(pieces, lessons, kept)
    drummers = {str(name) for name in kept["drummer_names"]}
    known = lessons.are_beats & np.isin(lessons.drummers, list(drummers))
    figures: Figures = {**found.figures(lessons), "in_folds": float(seen.mean())}
    figures |= {"beats": int(lessons.are_beats.sum()), "beats_of_known_drummers": int(known.sum())}
    figures["known_drummer_accuracy"] = (
        float((found.drummers == lessons.drummers)[known].mean()) if known.any() else 0.0
    )
    if seen.all():
        apart = Told.from_arrays(kept, "sessions").part(_places(pieces, kept))
        figures |= {f"sessions_apart_{name}": value for name, value in apart.figures(lessons).items()}
    return figures, _commonest(lessons)


def _without_lessons(pieces: Sequence[Piece], lessons: Lessons, kept: Arrays) -> tuple[Told, np.ndarray[Any, Any]]:
    """What is told of each piece by a head that did not learn from it, and which pieces the shipped one did."""
    seen = np.isin(id_digests([piece.name for piece in pieces]), kept["pieces"])
    found = Told.by(GrooveHead.load(), lessons, np.arange(len(pieces)))
    in_folds = Told.from_arrays(kept, "folds").part(_places(pieces, kept))
    return found.where(seen, in_folds), seen


def _places(pieces: Sequence[Piece], kept: Arrays) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Where each piece stands among those learned from; anywhere, where it is none of them."""
    digests = id_digests([piece.name for piece in pieces])
    order = np.argsort(kept["pieces"])
    found = np.searchsorted(kept["pieces"], digests, sorter=order)
    return np.asarray(order[np.minimum(found, len(order) - 1)])


def _commonest(lessons: Lessons) -> Figures:
    beats = lessons.are_beats
    share = {"beat_fill": max(float(beats.mean()), float(1 - beats.mean()))}
    for name, labels in (("style", lessons.styles[beats]), ("drummer", lessons.drummers[beats])):
        share[name] = (
            float(np.unique(labels, return_counts=True)[1].max() / max(1, len(labels))) if len(labels) else 0.0
        )
    return {f"commonest_{name}_accuracy": round(value, 4) for name, value in share.items()}


def _drummers(pieces: Sequence[Piece]) -> dict[str, Drummer]:
    there = {piece.drummer for piece in pieces}
    return {name: Drummer.of(name, pieces) for name in FIVE if name in there}


def _judged(parts: Sequence[Part], drummers: dict[str, Drummer], known: Sequence[Piece]) -> Figures:
    if not parts:
        return {}
    return {**heard(parts, shipped_ear()), **copied(parts, known), **swung(drummers), **held_out(known)}
