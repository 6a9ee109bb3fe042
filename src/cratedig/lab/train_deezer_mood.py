"""Trains the mood of songs: `cratedig lab train deezer_mood --data ../shared/data/deezer_mood`.

Needs ../lastfm_hetrec beside the folder (listeners' tags of artists). Every choice and figure comes from ten folds
without common artists; what the words say of a song in the second step comes from folds that did not know its artist.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist
from typing import Any

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.deezer_mood import Songs, followed, read_join, read_named
from cratedig.lab.evaluation import Lab
from cratedig.lab.ranking import bucket
from cratedig.lab.tables import rows_with
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

VERSION = 1
FOLDS = 10
LEAST_ARTISTS = 15  # a tag given to fewer artists is left out
FACTORS = 250  # of the artists' tags; 100 cost 0.01 of r (valence), all 1,051 gain nothing
TAG_SCALE = 2.0
WORDS_RIDGE, SOUND_RIDGE = 60.0, 50.0
LEVELS = 65

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class ArtistTags:
    """Factors of each tagged artist's tags; `at` finds an artist by its name (models/mood_of_song.artist_name)."""

    at: dict[str, int]
    digests: NDArray[np.uint32]
    factors: Matrix

    def rows(self, artists: list[str]) -> Matrix:
        """(n, FACTORS + 1): the factors, and 1 where the artist is known."""
        found = np.array([self.at.get(artist_name(artist), -1) for artist in artists])
        known = (found >= 0).astype(float)[:, None]
        return np.hstack([TAG_SCALE * self.factors[np.maximum(found, 0)] * known, known])


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on artists not learned from, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, lab.embedder, out or HEADS)


def _train(data: Path, embedder: TextEmbedder, out: Path) -> dict[str, Any]:
    named, join = read_named(data), read_join(data)
    tags = artist_tags(data.parent / "lastfm_hetrec")
    names = [_names(songs, tags, embedder) for songs in (named, join)]
    unheard, unheard_join = out_of_fold(names, named, join)
    levels = np.quantile(join.features, np.linspace(0, 1, LEVELS), axis=0).T
    head = fitted(names[0], named, join, unheard_join, levels, tags)
    inputs = np.hstack([head.normal(join.features), unheard_join])
    sound, both = (cross_fitted(part, join) for part in (inputs[:, : len(FEATURES)], inputs))
    judged = (unheard, sound, both)
    truths = (named.moods, join.moods, join.moods)
    figures = {
        "artist_disjoint": followed(both, join.moods),
        "artist_disjoint_sound_ridge": followed(sound, join.moods),
        "artist_disjoint_words_alone": followed(unheard_join, join.moods),
        "artist_disjoint_words_alone_all_songs": followed(unheard, named.moods),
    }
    arrays = _arrays(head) | {
        "error": np.array([((j - t) ** 2).mean(axis=0) for j, t in zip(judged, truths, strict=True)], np.float32),
        "plane": np.array([j.std(axis=0) for j in judged], np.float32),
    }
    return publish_head(arrays, _card(figures, named, join, embedder), out)


def artist_tags(folder: Path) -> ArtistTags:
    """Principal factors of TF-IDF weighted tags of artists, rows of unit length (Deerwester et al. 1990, JASIS 41)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import svds

    artists = rows_with(folder, "artistID", "name")
    rows = rows_with(folder, "artistID", "tagID", "n_users")
    counts = Counter(row["tagID"] for row in rows)
    kept = {tag: at for at, tag in enumerate(sorted(tag for tag, count in counts.items() if count >= LEAST_ARTISTS))}
    place = {artist["artistID"]: at for at, artist in enumerate(artists)}
    cells = [(place[row["artistID"]], kept[row["tagID"]], np.log1p(float(row["n_users"])))
             for row in rows if row["tagID"] in kept and row["artistID"] in place]  # fmt: skip
    artist, tag, weight = (np.array(column) for column in zip(*cells, strict=True))
    tagged, rarity = len(np.unique(artist)), np.bincount(tag, minlength=len(kept))
    table = csr_matrix((weight * np.log(tagged / rarity)[tag], (artist, tag)), shape=(len(artists), len(kept)))
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table = csr_matrix(table.multiply(1 / np.maximum(lengths, 1e-9)[:, None]))
    left, sizes, _ = svds(table, k=FACTORS, rng=np.random.default_rng(1))
    factors = left * sizes
    factors = np.asarray(factors / np.maximum(np.linalg.norm(factors, axis=1, keepdims=True), 1e-9), np.float64)
    there = np.flatnonzero(lengths > 0)
    names = [artists[at]["name"] for at in there]
    return ArtistTags(
        at={artist_name(name): at for at, name in enumerate(names) if artist_name(name)},
        digests=np.array([artist_digest(name) for name in names], dtype=np.uint32),
        factors=factors[there].astype(np.float64),
    )


def _names(songs: Songs, tags: ArtistTags, embedder: TextEmbedder) -> Matrix:
    """(n, 384 + 384 + FACTORS + 1): artist, title, the artist's tags."""
    embeddings = [embedded_once(texts, embedder.embed) for texts in (songs.artists, songs.titles)]
    return np.hstack([*embeddings, tags.rows(songs.artists)]).astype(np.float64)


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


def cross_fitted(inputs: Matrix, join: Songs) -> Matrix:
    """The second step's judgements of songs whose artist it did not learn from."""
    fold, judged = folds(join), np.zeros_like(join.moods)
    for at in range(FOLDS):
        weights, bias = sound_ridge(inputs[fold != at], join.moods[fold != at])
        judged[fold == at] = inputs[fold == at] @ weights + bias
    return judged


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


def fitted(names: Matrix, named: Songs, join: Songs, unheard: Matrix, levels: Matrix, tags: ArtistTags) -> SongHead:
    """The head that ships: it learned from all songs."""
    weights, words_bias = ridge(names, named.moods, WORDS_RIDGE)
    shape = 2 * 384
    tagged = np.hstack([TAG_SCALE * tags.factors, np.ones((len(tags.factors), 1))]) @ weights[shape:]
    digests, first = np.unique(tags.digests, return_index=True)
    shares = np.array([NormalDist().inv_cdf(share) for share in (np.arange(LEVELS) + 0.5) / LEVELS])
    head = SongHead(
        version="in training", words=weights[:shape], words_bias=words_bias, artists=digests, tagged=tagged[first],
        levels=levels, shares=shares, sound=np.zeros((14, 2)), sound_alone=np.zeros((12, 2)), bias=np.zeros(2),
        error=np.ones((3, 2)), plane=np.ones((3, 2)),
        trained_on=np.unique([song_digest(song) for song in named.ids + join.ids]).astype(np.uint32),
    )  # fmt: skip
    normal = head.normal(join.features)
    sound, bias = sound_ridge(np.hstack([normal, unheard]), join.moods)
    return replace(head, sound=sound, bias=bias, sound_alone=sound_ridge(normal, join.moods)[0])


def _arrays(head: SongHead) -> dict[str, NDArray[Any]]:
    singles = ("words", "words_bias", "levels", "shares", "sound", "sound_alone", "bias")
    kept = {"artists": head.artists, "trained_on": head.trained_on, "tagged": head.tagged.astype(np.float16)}
    return {name: getattr(head, name).astype(np.float32) for name in singles} | kept


def _card(figures: dict[str, Any], named: Songs, join: Songs, embedder: TextEmbedder) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "Valence and arousal of a song as its listeners feel them, from artist, title and audio features",
        "command": "cratedig lab train deezer_mood --data ../shared/data/deezer_mood",
        "data": [
            "Deezer mood detection dataset (Delbouys et al. 2018), internal: only these weights ship",
            "HetRec 2011 Last.fm-2k (Cantador et al. 2011), internal: two numbers for each artist's digest ship",
        ],
        "licence": "undecided: the training data states none (songs) or is for non-commercial use (artists)",
        "songs": len(named.ids),
        "songs_with_features": len(join.ids),
        "figures": figures,
        "embedder": embedder.version,
    }
