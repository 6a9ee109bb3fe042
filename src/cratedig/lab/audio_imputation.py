"""audio_imputation: are imputed audio features near those that were hidden?

The specification's validation (2.2): a tenth of the tracks with features is hidden, by artist; the others are learned
from. On spotify_songs, where the truth is known. Errors are in standard deviations of each feature.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.audio import METHODS, AudioImputer, feature_table, learned_from
from cratedig.collect.heal.conformal import coverage
from cratedig.collect.heal.rows import Row, artist_key, own_words
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.ranking import bucket
from cratedig.lab.spotify_data import Song, read_songs
from cratedig.models.embedder import TextEmbedder

REFERENCE, HIDDEN = 6000, 2000  # healing learns from no more; hidden ones are a stable draw of a tenth of the artists
HIDDEN_SHARE = 0.1

Matrix = NDArray[np.float64]


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Error, cosine and coverage of the ensemble; of each method alone and of the mean as baselines."""
    return await anyio.to_thread.run_sync(_evaluate, data, lab.embedder)


def _evaluate(data: Path, embedder: TextEmbedder) -> Evaluation:
    songs = {song.key: song for song in read_songs(data) if song.artist and song.features}
    drawn = sorted(songs.values(), key=lambda song: bucket(song.text))
    hidden = [song for song in drawn if bucket("hidden " + song.artist) < HIDDEN_SHARE][:HIDDEN]
    known = [song for song in drawn if bucket("hidden " + song.artist) >= HIDDEN_SHARE][:REFERENCE]
    rows = [row_of(song) for song in known]
    imputer = learned_from(rows, [song.genre for song in known], embedded(rows, embedder))
    if imputer is None:
        return Evaluation("audio_imputation", len(songs), {"hidden": 0})
    asked = [row_of(song) for song in hidden]
    vectors, genres = embedded(asked, embedder), [song.genre for song in hidden]
    truth = feature_table(asked, imputer.names)
    metrics, baselines = figures(imputer, vectors, genres, truth)
    return Evaluation("audio_imputation", len(hidden), metrics, baselines)


def row_of(song: Song) -> Row:
    return Row(
        0, song.title, song.artist, artist_key(song.artist), album=song.album, genre=song.genre,
        audio_features=song.features,
    )  # fmt: skip


def embedded(rows: list[Row], embedder: TextEmbedder) -> Matrix:
    return embedder.embed([own_words(row) for row in rows]).astype(np.float64)


def figures(imputer: AudioImputer, vectors: Matrix, genres: list[str], truth: Matrix) -> tuple[Any, Any]:
    """Metrics and baselines on hidden tracks."""
    values, low, high = imputer.estimates(vectors, genres)
    unit = (truth - imputer.centre) / imputer.spread
    said = imputer.methods.estimates(vectors, genres)
    metrics = _errors((values - imputer.centre) / imputer.spread, unit)
    held = [coverage(truth[:, f], low[:, f], high[:, f]) for f in range(len(imputer.names))]
    metrics |= {"coverage": round(float(np.mean(held)), 4)}
    for name, share, covered in zip(imputer.names, imputer.r, held, strict=True):
        metrics |= {f"coverage_{name}": round(covered, 4), f"r_{name}": round(float(share), 4)}
    baselines: dict[str, float] = {}
    for name, one in (*zip(METHODS, said, strict=True), ("mean", np.zeros_like(unit))):
        baselines |= {f"{name.replace(' ', '_')}_{figure}": value for figure, value in _errors(one, unit).items()}
    return metrics, baselines


def _errors(found: Matrix, unit: Matrix) -> dict[str, float]:
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(unit, axis=1)
    cosine = (found * unit).sum(axis=1) / np.maximum(lengths, 1e-9)
    return {
        "mae": round(float(np.abs(found - unit).mean()), 4),
        "rmse": round(float(np.sqrt(((found - unit) ** 2).mean())), 4),
        "cosine": round(float(cosine.mean()), 4),
    }
