"""Trains the mood of songs: `cratedig lab train deezer_mood --data ../shared/data/deezer_mood`.

Needs lastfm_hetrec and spotify_songs beside the folder (lab/deezer_artists.py). Every choice and figure comes from ten
folds without common artists; what the words say of a song in the second step comes from folds that did not know its
artist. Some figures are also of the split of the data's authors, who kept artists apart too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist
from typing import Any

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.deezer_artists import Artists
from cratedig.lab.deezer_mood import Songs, followed, read_join, read_named
from cratedig.lab.deezer_trees import grown
from cratedig.lab.evaluation import Lab
from cratedig.lab.ranking import bucket
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood_of_song import (
    FEATURES,
    NAME,
    SongHead,
    artist_digest,
    artist_name,
    embedded_once,
    song_digest,
)
from cratedig.models.trees import Forest

VERSION = 2
FOLDS = 10
WORDS_RIDGE, SOUND_RIDGE = 80.0, 50.0
LEVELS = 65

Matrix = NDArray[np.float64]

NOWHERE = np.empty(0, np.int64)
NO_TREES = Forest(NOWHERE, np.empty(0, np.float32), NOWHERE, np.empty(0), NOWHERE)


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on artists not learned from, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, lab.embedder, out or HEADS)


def _train(data: Path, embedder: TextEmbedder, out: Path) -> dict[str, Any]:
    named, join, artists = read_named(data), read_join(data), Artists.read(data.parent)
    names = [_names(songs, artists, embedder) for songs in (named, join)]
    unheard, unheard_join = out_of_fold(names, named, join)
    levels = np.quantile(join.features, np.linspace(0, 1, LEVELS), axis=0).T
    head = fitted(names[0], named, join, unheard_join, levels, artists)
    inputs = np.hstack([head.normal(join.features), unheard_join])
    features = inputs[:, : len(FEATURES)]
    sound, both = cross_fitted(features, join, linear), cross_fitted(inputs, join, linear_and_trees)
    judged = (unheard, sound, both)
    truths = (named.moods, join.moods, join.moods)
    figures = {
        "artist_disjoint": followed(both, join.moods),
        "artist_disjoint_sound_ridge": followed(sound, join.moods),
        "artist_disjoint_words_alone": followed(unheard_join, join.moods),
        "artist_disjoint_words_alone_all_songs": followed(unheard, named.moods),
        "authors_split": across_splits(inputs, join, linear_and_trees),
        "authors_split_sound_ridge": across_splits(features, join, linear),
    }
    arrays = _arrays(head) | {
        "error": np.array([((j - t) ** 2).mean(axis=0) for j, t in zip(judged, truths, strict=True)], np.float32),
        "plane": np.array([j.std(axis=0) for j in judged], np.float32),
    }
    return publish_head(arrays, _card(figures, named, join, embedder), out)


def _names(songs: Songs, artists: Artists, embedder: TextEmbedder) -> Matrix:
    """(n, 384 + 384 + d): artist, title, and what is known of the artist."""
    embeddings = [embedded_once(texts, embedder.embed) for texts in (songs.artists, songs.titles)]
    return np.hstack([*embeddings, artists.of(songs.artists, songs.titles)]).astype(np.float64)


def folds(songs: Songs) -> NDArray[np.int64]:
    """A fold of 0 .. 9 for each song, the same for all of an artist."""
    return np.array([int(bucket(artist_name(artist)) * FOLDS) for artist in songs.artists])


def out_of_fold(names: list[Matrix], named: Songs, join: Songs) -> tuple[Matrix, Matrix]:
    """What the words say of each song, by a ridge that learned from no song of its artist."""
    own, other = folds(named), folds(join)
    judged, judged_join = np.zeros_like(named.moods), np.zeros_like(join.moods)
    for fold in range(FOLDS):
        weights, bias = ridge(names[0][own != fold], named.moods[own != fold], WORDS_RIDGE)
        judged[own == fold] = names[0][own == fold] @ weights + bias
        judged_join[other == fold] = names[1][other == fold] @ weights + bias
    return judged, judged_join


Second = Callable[[Matrix, Matrix, Matrix], Matrix]
"""A second step: from inputs and moods to learn from, and inputs to judge, to judgements."""


def linear(inputs: Matrix, moods: Matrix, asked: Matrix) -> Matrix:
    weights, bias = sound_ridge(inputs, moods)
    return asked @ weights + bias


def linear_and_trees(inputs: Matrix, moods: Matrix, asked: Matrix) -> Matrix:
    """As SongHead.of_song."""
    return (linear(inputs, moods, asked) + grown(inputs, moods).judged(asked)) / 2


def cross_fitted(inputs: Matrix, join: Songs, second: Second) -> Matrix:
    """The second step's judgements of songs whose artist it did not learn from."""
    fold, judged = folds(join), np.zeros_like(join.moods)
    for at in range(FOLDS):
        judged[fold == at] = second(inputs[fold != at], join.moods[fold != at], inputs[fold == at])
    return judged


def across_splits(inputs: Matrix, join: Songs, second: Second) -> dict[str, float]:
    """The second step learned from the authors' training songs and judged on their validation songs."""
    asked = np.array([split == "validation" for split in join.splits])
    return followed(second(inputs[~asked], join.moods[~asked], inputs[asked]), join.moods[asked])


def ridge(inputs: Matrix, moods: Matrix, penalty: float) -> tuple[Matrix, Matrix]:
    """Weights and bias (Hoerl & Kennard 1970, Technometrics 12)."""
    centre, mean = inputs.mean(axis=0), moods.mean(axis=0)
    x = inputs - centre
    weights: Matrix = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ (moods - mean))
    return weights, mean - centre @ weights


def sound_ridge(inputs: Matrix, moods: Matrix) -> tuple[Matrix, Matrix]:
    """A ridge on standardised inputs under which more energy is never less arousal, nor a happier sound a sadder mood:
    an input that would break this is left out of that axis."""
    spread = np.maximum(inputs.std(axis=0), 1e-6)
    weights, bias = ridge(inputs / spread, moods, SOUND_RIDGE)
    for name, axis in (("energy", 1), ("valence", 0)):
        column = FEATURES.index(name)
        if weights[column, axis] < 0:
            rest = np.delete(inputs / spread, column, axis=1)
            fewer, bias[axis : axis + 1] = ridge(rest, moods[:, axis : axis + 1], SOUND_RIDGE)
            weights[:, axis] = np.insert(fewer[:, 0], column, 0.0)
    return weights / spread[:, None], bias


def fitted(names: Matrix, named: Songs, join: Songs, unheard: Matrix, levels: Matrix, artists: Artists) -> SongHead:
    """The head that ships: it learned from all songs."""
    weights, words_bias = ridge(names, named.moods, WORDS_RIDGE)
    shape = 2 * 384
    known = artists.names()
    tagged = artists.of(known, [""] * len(known)) @ weights[shape:]
    digests, first = np.unique(np.array([artist_digest(name) for name in known], np.uint32), return_index=True)
    shares = np.array([NormalDist().inv_cdf(share) for share in (np.arange(LEVELS) + 0.5) / LEVELS])
    head = SongHead(
        version="in training", words=weights[:shape], words_bias=words_bias, artists=digests, tagged=tagged[first],
        levels=levels, shares=shares, sound=np.zeros((14, 2)), sound_alone=np.zeros((12, 2)), bias=np.zeros(2),
        error=np.ones((3, 2)), plane=np.ones((3, 2)),
        trained_on=np.unique([song_digest(song) for song in named.ids + join.ids]).astype(np.uint32),
        trees=NO_TREES,
    )  # fmt: skip
    normal = head.normal(join.features)
    inputs = np.hstack([normal, unheard])
    sound, bias = sound_ridge(inputs, join.moods)
    trees = grown(inputs, join.moods)
    return replace(head, sound=sound, bias=bias, sound_alone=sound_ridge(normal, join.moods)[0], trees=trees)


def _arrays(head: SongHead) -> dict[str, NDArray[Any]]:
    singles = ("words", "words_bias", "levels", "shares", "sound", "sound_alone", "bias")
    kept = {"artists": head.artists, "trained_on": head.trained_on, "tagged": head.tagged.astype(np.float16)}
    return {name: getattr(head, name).astype(np.float32) for name in singles} | kept | head.trees.arrays()


def _card(figures: dict[str, Any], named: Songs, join: Songs, embedder: TextEmbedder) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "Valence and arousal of a song as its listeners feel them, from artist, title and audio features",
        "command": "cratedig lab train deezer_mood --data ../shared/data/deezer_mood",
        "data": [
            "Deezer mood detection dataset (Delbouys et al. 2018), internal: only these weights ship",
            "HetRec 2011 Last.fm-2k (Cantador et al. 2011), internal: two numbers for each artist's digest ship",
            "30000 Spotify songs (TidyTuesday 2020), internal: within those two numbers",
        ],
        "licence": "undecided: the training data states none (songs) or is for non-commercial use (artists)",
        "songs": len(named.ids),
        "songs_with_features": len(join.ids),
        "figures": figures,
        "embedder": embedder.version,
    }
