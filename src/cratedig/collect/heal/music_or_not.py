"""Music, or talk and sounds: the named votes and a small classifier, put together, with a receipt that shows both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cratedig.collect.heal.rows import Row, folded
from cratedig.collect.heal.votes import Vote, votes
from cratedig.models.talk import TalkHead, shipped
from cratedig.music.receipt import Receipt

_PROSE = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """music: probability that the row is music. votes: the heuristics that spoke; words: the classifier's log-odds."""

    music: float
    votes: tuple[Vote, ...]
    words: float

    @property
    def is_music(self) -> bool:
        return self.music >= 0.5

    def receipt(self) -> dict[str, Any]:
        """The receipt, with every vote's weight and reason."""
        confidence = max(self.music, 1.0 - self.music)
        shape: dict[str, Any] = dict(
            Receipt("names, labels, length and plays", "votes and the talk head", confidence, "imputed").as_dict()
        )
        shape["votes"] = [{"name": v.name, "weight": v.weight, "reason": v.reason} for v in self.votes]
        shape["classifier"] = round(self.words, 2)
        return shape


def verdicts(rows: Sequence[Row], head: TalkHead | None = None) -> list[Verdict]:
    """A verdict for each row, in order."""
    head = head or shipped()
    spoken = [votes(row) for row in rows]
    scores = head.scores([words_of(row) for row in rows], [row.duration_s for row in rows])
    sums = np.array([sum(vote.weight for vote in one) for one in spoken], dtype=np.float32)
    return [
        Verdict(music=float(probability), votes=one, words=float(-score))
        for probability, one, score in zip(head.music(sums, scores), spoken, scores, strict=True)
    ]


def words_of(row: Row) -> str:
    """What the classifier reads of a row, folded."""
    prose = (row.description or row.vibe or "")[:_PROSE]
    parts = (row.title, row.artist, " ".join(row.tags), prose, row.genre)
    return " ".join(filter(None, (folded(part) for part in parts if part)))
