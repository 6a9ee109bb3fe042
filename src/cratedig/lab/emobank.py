"""EmoBank: do the mood head's judgements of sentences follow people's?

Buechel & Hahn 2017, "EmoBank: Studying the Impact of Annotation Perspective and Representation Format on Dimensional
Emotion Analysis", EACL. Sentences with valence, arousal and dominance, each the mean of several readers, 1 to 5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.tables import rows_with
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.models.mood_features import readings_of

DIMENSIONS = ("valence", "arousal", "dominance")
COLUMNS = ("id", "V", "A", "D", "text")


@dataclass(frozen=True)
class Judged:
    """Sentences and what people felt reading them; judgements: (n, 3) in [-1, 1], from 1..5 by (x - 3) / 2."""

    ids: list[str]
    texts: list[str]
    judgements: NDArray[np.float64]


def read_judged(folder: Path) -> Judged:
    """All rows of every CSV (or .csv.gz) in `folder` that has EmoBank's columns, in order of file name.

    Raises InputRejected where there is none.
    """
    rows = rows_with(folder, *COLUMNS)
    points = np.asarray([[float(row[k]) for k in "VAD"] for row in rows])
    return Judged([row["id"] for row in rows], [row["text"] for row in rows], (points - 3) / 2)


def id_digest(row_id: str) -> int:
    """32 bits of an id's SHA-256: what the head keeps of the rows it was trained on."""
    return int.from_bytes(hashlib.sha256(row_id.encode()).digest()[:4], "big")


def pearson(judged: NDArray[np.floating], felt: NDArray[np.floating]) -> float:
    """Pearson's r; 0 where one side does not vary."""
    if len(judged) < 2 or np.ptp(judged) == 0 or np.ptp(felt) == 0:
        return 0.0
    return float(np.corrcoef(judged, felt)[0, 1])


def correlations(judged: NDArray[np.floating], felt: NDArray[np.floating]) -> dict[str, float]:
    """r_valence, r_arousal and, where judged, r_dominance."""
    return {
        f"r_{name}": round(pearson(judged[:, k], felt[:, k]), 4) for k, name in enumerate(DIMENSIONS[: judged.shape[1]])
    }


def lexicon_judgements(texts: Sequence[str]) -> NDArray[np.float64]:
    """(n, 2): the lexicon alone; the middle where it is silent."""
    heard = readings_of(texts)
    return np.asarray([[0.0, 0.0] if r is None else [r.mood.valence, r.mood.arousal] for r in heard])


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Pearson's r of the shipped head with people, over all rows. `trained_on`: the share of rows it learned from:
    figures are only honest where it is 0."""
    return await anyio.to_thread.run_sync(_evaluate, data, lab.embedder)


def _evaluate(data: Path, embedder: TextEmbedder) -> Evaluation:
    rows, head = read_judged(data), MoodHead.load()
    judged = head.predict(rows.texts, embedder.embed(rows.texts))
    seen = np.isin([id_digest(row_id) for row_id in rows.ids], head.trained_on)
    baselines = {
        f"lexicon_{name}": r for name, r in correlations(lexicon_judgements(rows.texts), rows.judgements).items()
    }
    metrics = correlations(judged, rows.judgements) | {"trained_on": round(float(seen.mean()), 4)}
    return Evaluation(name="emobank", n=len(rows.ids), metrics=dict(metrics), baselines=dict(baselines))
