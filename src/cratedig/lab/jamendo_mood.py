"""jamendo_mood: which of 59 moods do genre and instrument tags suggest?

Bogdanov et al. 2019, "The MTG-Jamendo dataset for automatic music tagging", ICML Machine Learning for Music Discovery
Workshop. The mean area under the ROC curve over the moods that some, not all, rows of the folder have.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.tables import rows_with
from cratedig.models.mood_of_song import song_digest
from cratedig.models.mood_of_tags import Labelled, TagHead

COLUMNS = ("track_id", "artist_id", "duration_s", "genres", "instruments", "moods")


@dataclass(frozen=True)
class Tagged:
    """Ids, tracks, and the moods each was given."""

    ids: list[str]
    tracks: list[Labelled]
    moods: list[frozenset[str]]

    def table(self, moods: tuple[str, ...]) -> NDArray[np.bool_]:
        """(n, m): which track has which mood."""
        return np.array([[mood in given for mood in moods] for given in self.moods])


def read_tagged(folder: Path) -> Tagged:
    """Every track. Raises InputRejected where the folder has none."""
    rows = rows_with(folder, *COLUMNS)
    tracks = [
        Labelled(
            genres=row["genres"].split(),
            instruments=row["instruments"].split(),
            duration_s=float(row["duration_s"]) if row["duration_s"] else None,
            artist=row["artist_id"],
        )
        for row in rows
    ]
    return Tagged([row["track_id"] for row in rows], tracks, [frozenset(row["moods"].split()) for row in rows])


def area_under_roc(scores: NDArray[np.floating], truth: NDArray[np.bool_]) -> float:
    """The chance that a track with the mood ranks above one without, ties counting a half (Mann & Whitney 1947).

    >>> area_under_roc(np.array([0.1, 0.5, 0.5, 0.9]), np.array([False, False, True, True]))
    0.875
    """
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = int(truth.sum())
    above = ranks[truth].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(truth) - positives)))


def mean_auc(scores: NDArray[np.floating], truth: NDArray[np.bool_]) -> float:
    """Over the moods that some and not all tracks have; 0 where there is none."""
    told = [at for at in range(truth.shape[1]) if 0 < truth[:, at].sum() < len(truth)]
    return float(np.mean([area_under_roc(scores[:, at], truth[:, at]) for at in told])) if told else 0.0


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """The shipped head's. `trained_on`: the share of tracks it learned from: figures are only honest where it is 0 (the
    card has those of artists it had not learned from)."""
    return await anyio.to_thread.run_sync(_evaluate, data)


def _evaluate(data: Path) -> Evaluation:
    rows, head = read_tagged(data), TagHead.load()
    truth = rows.table(head.moods)
    alone = [replace(track, artist="") for track in rows.tracks]
    metrics = {"mean_auc": round(mean_auc(head.predict(rows.tracks), truth), 4)}
    learned = np.isin(np.array([song_digest(one) for one in rows.ids], dtype=np.uint32), head.trained_on)
    metrics["trained_on"] = round(float(learned.mean()), 4)
    baselines = {"own_tags_alone_mean_auc": round(mean_auc(head.predict(alone), truth), 4)}
    return Evaluation(name="jamendo_mood", n=len(rows.tracks), metrics=dict(metrics), baselines=dict(baselines))
