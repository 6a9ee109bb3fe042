"""Trains the style head: `cratedig lab train spotify_songs --data ../shared/data/spotify_songs`.

From `songs`: audio features, year and names of a track to its subgenre. Artists of the last buckets are never learned
from, so that genre accuracy on artists unseen in training can be measured on the same folder. Needs the extra [lab].
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.lab.evaluation import Lab
from cratedig.lab.ranking import bucket
from cratedig.lab.spotify_data import Song, read_songs
from cratedig.models.embedder import TextEmbedder
from cratedig.models.style import CARD, HEADS, STRETCH, StyleHead, artist_digest, sound_inputs
from cratedig.music.text import fold
from cratedig.publish import publish, sha256

VERSION = 2
SEED = 20200121
HIDDEN = 96
NETWORKS = 4
"""Networks whose outputs are averaged: 0.007 more genre accuracy on unseen artists than one (five folds)."""
EPOCHS = 20
FOLDS = 5
HELD_OUT = 0.15
"""Share of artists that are never learned from."""
WITHOUT_SOUND = 0.2
"""Share of songs shown once more without their audio features, so that the head can do without."""


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on the artists held out, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, lab.embedder, out or HEADS)


def is_held_out(artist: str) -> bool:
    """Is this artist among those never learned from?"""
    return bucket(fold(artist)) < HELD_OUT


def _train(data: Path, embedder: TextEmbedder, out: Path) -> dict[str, Any]:
    songs = [song for song in read_songs(data) if song.subgenre and song.artist]
    embeddings = embedder.embed([song.text for song in songs])
    held = np.array([is_held_out(song.artist) for song in songs])
    head = fitted([song for song in songs if not is_held_out(song.artist)], embeddings[~held], embedder)
    accuracy = genre_accuracy(head, [song for song in songs if is_held_out(song.artist)], embeddings[held])
    figures = {
        "genre_accuracy": round(accuracy, 4),
        "songs_of_artists_held_out": int(held.sum()),
        "genre_accuracy_by_fifths_of_artists": folds(data, embedder),
    }
    return _published(head, out, songs=int((~held).sum()), figures=figures, embedder=embedder)


def fitted(songs: Sequence[Song], embeddings: NDArray[np.float32], embedder: TextEmbedder) -> StyleHead:
    """A head that learned from these songs."""
    styles = sorted({song.subgenre for song in songs})
    genres = {song.subgenre: song.genre for song in songs}
    sound = sound_inputs([song.heard for song in songs])
    centre, scale = np.nanmean(sound, axis=0), 1.0 / np.maximum(np.nanstd(sound, axis=0), 1e-6)
    known = np.nan_to_num((sound - centre) * scale)
    again = np.random.default_rng(SEED).permutation(len(songs))[: int(WITHOUT_SOUND * len(songs))]
    inputs = np.vstack(
        [
            np.hstack([known, embeddings * STRETCH]),
            np.hstack([np.zeros_like(known[again]), embeddings[again] * STRETCH]),
        ]
    ).astype(np.float32)
    labels = np.array([styles.index(song.subgenre) for song in songs])
    labels = np.concatenate([labels, labels[again]])
    networks = [_network(inputs, labels, seed=SEED + number) for number in range(NETWORKS)]
    hidden, hidden_bias, output, output_bias = _joined(networks)
    return StyleHead(
        version="in training",
        styles=tuple(styles),
        genres=tuple(genres[style] for style in styles),
        names=_half(embedder.embed(styles)),
        centre=_single(centre),
        scale=_single(scale),
        hidden=_half(hidden),
        hidden_bias=_half(hidden_bias),
        output=_half(output),
        output_bias=_half(output_bias),
        artists=np.unique([artist_digest(song.artist) for song in songs]).astype(np.uint32),
    )


def _network(inputs: NDArray[np.float32], labels: NDArray[np.int64], *, seed: int) -> Any:
    network = _sklearn("neural_network").MLPClassifier(
        (HIDDEN,), alpha=1.0, batch_size=512, learning_rate_init=2e-3, max_iter=EPOCHS, random_state=seed,
        early_stopping=False, tol=0.0, n_iter_no_change=EPOCHS,
    )  # fmt: skip
    return network.fit(inputs, labels)


def _joined(networks: Sequence[Any]) -> list[NDArray[np.float64]]:
    """One network that gives the mean of the networks' outputs before the softmax: their hidden layers side by side."""
    return [
        np.hstack([one.coefs_[0] for one in networks]),
        np.concatenate([one.intercepts_[0] for one in networks]),
        np.vstack([one.coefs_[1] for one in networks]) / len(networks),
        np.mean([one.intercepts_[1] for one in networks], axis=0),
    ]


def folds(data: Path, embedder: TextEmbedder) -> list[float]:
    """Genre accuracy on each fifth of the artists, by a head that learned from the other four; about 5 minutes."""
    songs = [song for song in read_songs(data) if song.subgenre and song.artist]
    embeddings = embedder.embed([song.text for song in songs])
    fold_of = np.array([int(bucket(f"genre fold {fold(song.artist)}") * FOLDS) for song in songs])
    found = []
    for number in range(FOLDS):
        learn, ask = np.flatnonzero(fold_of != number).tolist(), np.flatnonzero(fold_of == number).tolist()
        head = fitted([songs[at] for at in learn], embeddings[learn], embedder)
        found.append(round(genre_accuracy(head, [songs[at] for at in ask], embeddings[ask]), 4))
    return found


def genre_accuracy(head: StyleHead, songs: Sequence[Song], embeddings: NDArray[np.float32]) -> float:
    """Share of songs whose genre is the one with the most probable styles."""
    found = guessed_genres(head, songs, embeddings)
    return float(np.mean([guess == song.genre for guess, song in zip(found, songs, strict=True)]))


def guessed_genres(head: StyleHead, songs: Sequence[Song], embeddings: NDArray[np.float32]) -> list[str]:
    """The most probable genre of each song: the sum over its styles."""
    genres = sorted(set(head.genres))
    belongs = np.array([[genre == of for genre in genres] for of in head.genres], dtype=np.float32)
    best = (head.predict([song.heard for song in songs], embeddings) @ belongs).argmax(axis=1)
    return [genres[at] for at in best]


def _sklearn(module: str) -> Any:
    try:
        return import_module(f"sklearn.{module}")
    except ImportError as error:
        raise ModelUnavailable("Training needs scikit-learn.", hint="Install Cratedig with its extra [lab].") from error


def _half(values: NDArray[Any]) -> NDArray[np.float32]:
    """Float32 values that a float16 holds exactly: what is measured is what is shipped."""
    return values.astype(np.float16).astype(np.float32)


def _single(values: NDArray[Any]) -> NDArray[np.float32]:
    return values.astype(np.float32)


def _published(
    head: StyleHead, out: Path, *, songs: int, figures: dict[str, Any], embedder: TextEmbedder
) -> dict[str, Any]:
    buffer = io.BytesIO()
    halves = {name: getattr(head, name).astype(np.float16) for name in ("names", "hidden", "hidden_bias", "output")}
    np.savez_compressed(
        buffer,
        styles=np.array(head.styles),
        genres=np.array(head.genres),
        centre=head.centre,
        scale=head.scale,
        output_bias=head.output_bias,
        artists=head.artists,
        allow_pickle=False,
        **halves,
    )
    data = buffer.getvalue()
    card = {
        "name": "style",
        "version": VERSION,
        "file": f"style-{VERSION}.npz",
        "sha256": sha256(data),
        "bytes": len(data),
        "summary": "Which of 24 styles a track is, from audio features, year and names",
        "command": "cratedig lab train spotify_songs --data ../shared/data/spotify_songs",
        "data": ["30,000 Spotify songs (TidyTuesday 2020-01-21), internal: only these weights ship"],
        "licence": "undecided: the training data states none and is internal",
        "seed": SEED,
        "songs": songs,
        "figures": figures,
        "embedder": embedder.version,
    }
    publish(out / str(card["file"]), data)
    publish(out / CARD, (json.dumps(card, indent=2) + "\n").encode())
    return card
