"""Trains the moods of tags: `cratedig lab train jamendo_mood --data ../shared/data/jamendo_mood`.

Needs lastfm_hetrec and musiccaps beside the folder (lab/jamendo_words.py). Every choice comes from five folds without
common artists, and was looked at again in five others. A track weighs the less the more tracks its artist has: one
with 378 of them tags them alike. Needs the extra [lab].
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Lab
from cratedig.lab.jamendo_mood import Tagged, mean_auc, read_tagged
from cratedig.lab.jamendo_words import associations
from cratedig.lab.ranking import bucket
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.mood import radial
from cratedig.models.mood_of_song import song_digest
from cratedig.models.mood_of_tags import LEANING_SHARE, NAME, Matrix, TagHead, inputs_of, leaning_of, musicians

VERSION = 2
SEED = 2019
FOLDS = 5
CENTRES = 600  # 1,000 gain 0.0005 of AUC
GAMMA, PENALTY = 0.05, 120.0  # of 0.03 .. 0.4 and 10 .. 250
ADDED = 0.2  # of a spread; 0.1 and 0.3 cost 0.001
LESS_BY_ARTIST = 0.7

Folds = NDArray[np.int64]


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on artists not learned from, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, out or HEADS)


def _train(data: Path, out: Path) -> dict[str, Any]:
    rows = read_tagged(data)
    genres = _names([name for track in rows.tracks for name in track.genres])
    instruments = _names([name for track in rows.tracks for name in track.instruments])
    moods = _names([mood for given in rows.moods for mood in given])
    inputs, truth = inputs_of(rows.tracks, genres, instruments), rows.table(moods)
    lesson = Lesson(inputs, truth, track_weights(rows), leanings(data.parent, inputs, (*genres, *instruments), moods))
    artists = [track.artist for track in rows.tracks]
    auc, logistic = judged_apart(lesson, by_hash(artists))
    figures = {"artist_disjoint_mean_auc": auc, "artist_disjoint_logistic_regression": logistic}
    arrays = fitted(lesson)
    arrays["unusual"] = _judged(arrays, inputs).std(axis=0).astype(np.float32)
    arrays |= {"genres": np.array(genres), "instruments": np.array(instruments), "moods": np.array(moods)}
    arrays["trained_on"] = np.unique([song_digest(track) for track in rows.ids]).astype(np.uint32)
    return publish_head(arrays, _card(figures, len(rows.tracks)), out)


def _card(figures: dict[str, float], tracks: int) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "Which of 59 moods genre and instrument tags suggest",
        "command": "cratedig lab train jamendo_mood --data ../shared/data/jamendo_mood",
        "data": [
            "MTG-Jamendo tags (Bogdanov et al. 2019), CC BY-NC-SA 4.0, internal: only these weights ship",
            "MusicCaps (Agostinelli et al. 2023), CC BY-SA 4.0: how often words stand together",
            "HetRec 2011 Last.fm-2k (Cantador et al. 2011), internal: how often tags stand together",
        ],
        "licence": "undecided: the training data is CC BY-NC-SA 4.0, CC BY-SA 4.0, or for non-commercial use only",
        "seed": SEED,
        "tracks": tracks,
        "figures": figures,
    }


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from: rows of inputs_of, moods given, weights of rows; and what others wrote."""

    inputs: Matrix
    truth: NDArray[np.bool_]
    weights: NDArray[np.float64]
    leanings: Matrix

    def part(self, here: NDArray[np.bool_]) -> Lesson:
        return replace(self, inputs=self.inputs[here], truth=self.truth[here], weights=self.weights[here])


def leanings(shared: Path, inputs: Matrix, labels: tuple[str, ...], moods: tuple[str, ...]) -> Matrix:
    """(2, t, m): associations, each source so scaled that tracks differ by 1."""
    tables = associations(shared, labels, moods)
    own, number = inputs[:, : len(labels)], np.maximum(inputs[:, : len(labels)].sum(axis=1, keepdims=True), 1)
    spreads = np.array([(own / number @ table).std() for table in tables])
    scaled: Matrix = (tables / spreads[:, None, None]).astype(np.float16).astype(np.float32)
    return scaled


def by_hash(artists: list[str]) -> Folds:
    """A fold for each track, the same for all of an artist."""
    return np.array([int(bucket(artist) * FOLDS) for artist in artists])


def judged_apart(lesson: Lesson, fold: Folds) -> tuple[float, float]:
    """Mean AUC over folds, each judged by what learned from the others: of the head, and of logistic regression."""
    figures, linear = [], []
    for at in range(FOLDS):
        learned, asked = lesson.part(fold != at), lesson.part(fold == at)
        figures.append(mean_auc(_judged(fitted(learned), asked.inputs), asked.truth))
        linear.append(mean_auc(_logistic(learned.inputs, learned.truth, asked.inputs), asked.truth))
    return round(float(np.mean(figures)), 4), round(float(np.mean(linear)), 4)


def _names(found: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found)))


def track_weights(rows: Tagged) -> NDArray[np.float64]:
    """The tracks of the artist to the power of -LESS_BY_ARTIST, mean 1."""
    _, group = np.unique([track.artist for track in rows.tracks], return_inverse=True)
    weights = np.bincount(group)[group] ** -LESS_BY_ARTIST
    return np.asarray(weights / weights.mean(), dtype=np.float64)


def fitted(lesson: Lesson) -> dict[str, NDArray[Any]]:
    """Kernel ridge regression on the centres of weighted k-means, and what is added to it."""
    from sklearn.cluster import MiniBatchKMeans  # type: ignore[import-untyped]

    leaning = leaning_of(lesson.inputs, lesson.leanings)
    inputs, weights = np.hstack([lesson.inputs, LEANING_SHARE * leaning]), lesson.weights
    clusters = MiniBatchKMeans(CENTRES, random_state=SEED, n_init=1, batch_size=4096, max_iter=20)
    centres = clusters.fit(inputs, sample_weight=weights).cluster_centers_.astype(np.float16)
    near = radial(inputs, centres.astype(np.float32), GAMMA).astype(np.float64)
    middle, usual = (np.average(one, axis=0, weights=weights) for one in (near, lesson.truth.astype(np.float64)))
    centred, share = near - middle, weights[:, None]
    between = radial(centres.astype(np.float64), centres.astype(np.float64), GAMMA) + 1e-5 * np.eye(len(centres))
    system = (centred * share).T @ centred + PENALTY * between
    solved = np.linalg.solve(system, (centred * share).T @ (lesson.truth - usual))
    lean = musicians(leaning)
    added = ADDED * (centred @ solved).std(axis=0) / np.maximum(lean.std(axis=0), 1e-6)
    numbers = {"weights": solved, "middle": middle, "usual": usual, "lean": lean.mean(axis=0), "added": added}
    kept = {"centres": centres, "leanings": lesson.leanings.astype(np.float16), "gamma": np.float32(GAMMA)}
    return kept | {name: value.astype(np.float32) for name, value in numbers.items()}


def _judged(arrays: dict[str, NDArray[Any]], inputs: Matrix) -> Matrix:
    nobody: Any = ()
    named = {name: value.astype(np.float32) for name, value in arrays.items() if name != "gamma"}
    one, none = np.ones(len(arrays["usual"]), np.float32), np.empty(0, np.uint32)
    head = TagHead(genres=nobody, instruments=nobody, moods=nobody, unusual=one, trained_on=none, gamma=GAMMA, **named)
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
