"""Trains the moods of tags: `cratedig lab train jamendo_mood --data ../shared/data/jamendo_mood`.

Every choice and figure comes from five folds without common artists. A track weighs 1 / sqrt(its artist's tracks): an
artist with 378 of them tags them alike. Needs the extra [lab].
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Lab
from cratedig.lab.jamendo_mood import Tagged, mean_auc, read_tagged
from cratedig.lab.ranking import bucket
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.mood import radial
from cratedig.models.mood_of_tags import NAME, Matrix, TagHead, inputs_of

VERSION = 1
SEED = 2019
FOLDS = 5
CENTRES = 600  # 1,000 gain 0.0003 of AUC
GAMMA, PENALTY = 0.1, 120.0  # of 0.03 .. 0.4 and 10 .. 250


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on artists not learned from, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, out or HEADS)


def _train(data: Path, out: Path) -> dict[str, Any]:
    rows = read_tagged(data)
    genres = _names([name for track in rows.tracks for name in track.genres])
    instruments = _names([name for track in rows.tracks for name in track.instruments])
    moods = _names([mood for given in rows.moods for mood in given])
    inputs, truth = inputs_of(rows.tracks, genres, instruments), rows.table(moods)
    weights = track_weights(rows)
    fold = np.array([int(bucket(track.artist) * FOLDS) for track in rows.tracks])
    figures, linear = [], []
    for at in range(FOLDS):
        here = fold != at
        arrays = fitted(inputs[here], truth[here], weights[here])
        figures.append(mean_auc(_judged(arrays, inputs[~here]), truth[~here]))
        linear.append(mean_auc(_logistic(inputs[here], truth[here], inputs[~here]), truth[~here]))
    arrays = fitted(inputs, truth, weights)
    arrays |= {"genres": np.array(genres), "instruments": np.array(instruments), "moods": np.array(moods)}
    arrays["unusual"] = _judged(arrays, inputs).std(axis=0).astype(np.float32)
    card = {
        "name": NAME,
        "version": VERSION,
        "summary": "Which of 59 moods genre and instrument tags suggest",
        "command": "cratedig lab train jamendo_mood --data ../shared/data/jamendo_mood",
        "data": ["MTG-Jamendo tags (Bogdanov et al. 2019), CC BY-NC-SA 4.0, internal: only these weights ship"],
        "licence": "undecided: the training data is CC BY-NC-SA 4.0 and internal",
        "seed": SEED,
        "tracks": len(rows.tracks),
        "figures": {
            "artist_disjoint_mean_auc": round(float(np.mean(figures)), 4),
            "artist_disjoint_logistic_regression": round(float(np.mean(linear)), 4),
        },
    }
    return publish_head(arrays, card, out)


def _names(found: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found)))


def track_weights(rows: Tagged) -> NDArray[np.float64]:
    """1 / sqrt(tracks of the artist), mean 1."""
    _, group = np.unique([track.artist for track in rows.tracks], return_inverse=True)
    weights = 1 / np.sqrt(np.bincount(group)[group])
    return np.asarray(weights / weights.mean(), dtype=np.float64)


def fitted(inputs: Matrix, truth: NDArray[np.bool_], weights: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Kernel ridge regression on the centres of weighted k-means."""
    from sklearn.cluster import MiniBatchKMeans  # type: ignore[import-untyped]

    clusters = MiniBatchKMeans(CENTRES, random_state=SEED, n_init=1, batch_size=4096, max_iter=20)
    centres = clusters.fit(inputs, sample_weight=weights).cluster_centers_.astype(np.float16)
    near = radial(inputs, centres.astype(np.float32), GAMMA).astype(np.float64)
    middle, usual = (np.average(one, axis=0, weights=weights) for one in (near, truth.astype(np.float64)))
    centred, share = near - middle, weights[:, None]
    between = radial(centres.astype(np.float64), centres.astype(np.float64), GAMMA) + 1e-5 * np.eye(len(centres))
    solved = np.linalg.solve((centred * share).T @ centred + PENALTY * between, (centred * share).T @ (truth - usual))
    return {
        "centres": centres,
        "weights": solved.astype(np.float32),
        "middle": middle.astype(np.float32),
        "usual": usual.astype(np.float32),
        "gamma": np.float32(GAMMA),
    }  # fmt: skip


def _judged(arrays: dict[str, NDArray[Any]], inputs: Matrix) -> Matrix:
    nobody: Any = ()
    spread = np.ones(len(arrays["usual"]), np.float32)
    named = {name: arrays[name].astype(np.float32) for name in ("centres", "weights", "middle", "usual")}
    head = TagHead(genres=nobody, instruments=nobody, moods=nobody, unusual=spread, gamma=GAMMA, **named)
    return head.judged(inputs)


def _logistic(inputs: Matrix, truth: NDArray[np.bool_], asked: Matrix) -> NDArray[np.float64]:
    """The README's baseline on a track's own tags and length."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    own = (inputs.shape[1] - 2) // 2
    scores = np.zeros((len(asked), truth.shape[1]))
    for mood in range(truth.shape[1]):
        if truth[:, mood].sum() > 1:
            model = LogisticRegression(C=1.0, solver="liblinear", max_iter=300)
            scores[:, mood] = model.fit(inputs[:, :own], truth[:, mood]).decision_function(asked[:, :own])
    return scores
