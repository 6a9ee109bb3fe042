"""The mood listeners find in a song, from its artist, its title and the 12 audio features of a dump.

Two steps. Words: the embeddings of artist and title, and what is known of the artist (tags, listeners, how other
songs sound), give a first judgement. Sound: features on a normal scale correct it, halfway between a linear step and
trees; both so that more energy is never less arousal, nor a happier sound a sadder mood. Trained by `cratedig lab train
deezer_mood` (heads/deezer_mood.json is its card). No song is kept: an artist is a digest with two numbers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import HEADS, read_head
from cratedig.models.trees import PREFIX, Forest
from cratedig.music.features import RANGES, is_possible
from cratedig.music.text import fold

NAME = "deezer_mood"
FEATURES = ("danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness",
            "liveness", "valence", "tempo", "duration_ms")  # fmt: skip
"""Names and units as in music/features.py; duration in milliseconds."""

Matrix = NDArray[np.float64]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]

_JOINED = re.compile(r"\band\b|[^\w]|^the ")


def artist_digest(artist: str) -> int:
    """32 bits that stand for an artist's name, however it is written.

    >>> artist_digest("The Beatles") == artist_digest("beatles"), artist_digest("Simon & Garfunkel") == artist_digest(
    ...     "Simon and Garfunkel")
    (True, True)
    """
    return int.from_bytes(hashlib.sha256(artist_name(artist).encode()).digest()[:4], "big")


def artist_name(artist: str) -> str:
    """Folded, without articles, "and" and spaces."""
    return _JOINED.sub("", fold(artist))


@dataclass(frozen=True)
class SongHead:
    """Weights to valence and arousal (columns), in standard deviations of songs.

    words: (768, 2) of the embeddings of artist and title. artists: sorted digests; tagged: (n, 2) what is known of
    each adds. levels: (12, k) of each feature at equal shares of songs, `shares` (k,) the normal scores there. sound:
    (14, 2) of the features and the two judgements of the words; trees: of the same. error: (3, 2) variances of what is
    left, by words alone, sound alone, both; plane: (3, 2) standard deviations of the judgements themselves.
    """

    version: str
    words: Matrix
    words_bias: Matrix
    artists: NDArray[np.uint32]
    tagged: Matrix
    levels: Matrix
    shares: Matrix
    sound: Matrix
    sound_alone: Matrix
    bias: Matrix
    error: Matrix
    plane: Matrix
    trained_on: NDArray[np.uint32]
    trees: Forest

    @classmethod
    def load(cls, folder: Path = HEADS) -> SongHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        arrays = read_head(NAME, folder)
        kept = {name: arrays.pop(name).astype(np.uint32) for name in ("artists", "trained_on")}
        floats = {name: value.astype(np.float64) for name, value in arrays.items() if not name.startswith(PREFIX)}
        trees, learned = Forest.from_arrays(arrays), kept["trained_on"]
        return cls("song head 2", artists=kept["artists"], trained_on=learned, trees=trees, **floats)

    def of_words(self, artists: Sequence[str], titles: Sequence[str], embed: Embed) -> Matrix:
        """(n, 2) judgements of artist and title alone; every different name is embedded once."""
        names = np.hstack([embedded_once(artists, embed), embedded_once(titles, embed)])
        judged: Matrix = names.astype(np.float64) @ self.words + self.words_bias + self.of_artists(artists)
        return judged

    def of_artists(self, artists: Sequence[str]) -> Matrix:
        """(n, 2): what is known of the artist adds; 0 where nothing is."""
        digests = np.array([artist_digest(artist) for artist in artists], dtype=np.uint32)
        at = np.minimum(np.searchsorted(self.artists, digests), len(self.artists) - 1)
        added: Matrix = np.where((self.artists[at] == digests)[:, None], self.tagged[at], 0.0)
        return added

    def knows(self, artists: Sequence[str]) -> NDArray[np.bool_]:
        """(n,): of which artists is anything known?"""
        digests = np.array([artist_digest(artist) for artist in artists], dtype=np.uint32)
        known: NDArray[np.bool_] = np.isin(digests, self.artists)
        return known

    def of_song(self, features: Matrix, words: Matrix) -> Matrix:
        """(n, 2) judgements of sound and words; features: (n, 12), NaN (taken as usual) where absent."""
        inputs = np.hstack([self.normal(features), words])
        judged: Matrix = (inputs @ self.sound + self.bias + self.trees.judged(inputs)) / 2
        return judged

    def of_sound(self, features: Matrix) -> Matrix:
        """(n, 2) judgements of the features alone."""
        judged: Matrix = self.normal(features) @ self.sound_alone + self.bias
        return judged

    def normal(self, features: Matrix) -> Matrix:
        """Each feature as the normal score of its rank among songs; a value on a plateau has the plateau's middle."""
        scores = np.zeros(features.shape)
        for column, levels in enumerate(self.levels):
            known = ~np.isnan(features[:, column])
            scores[known, column] = normal_scores(features[known, column], levels, self.shares)
        return scores

    def has_learned(self, song: str) -> bool:
        """Was it trained on the song of this id?"""
        return bool(np.isin(song_digest(song), self.trained_on))


def normal_scores(values: Matrix, levels: Matrix, shares: Matrix) -> Matrix:
    """The mean of a value's scores approached from below and from above; non-decreasing in the value."""
    low, high = np.searchsorted(levels, values, "left"), np.searchsorted(levels, values, "right")
    between = np.interp(values, *_steps(levels, shares))
    last = len(shares) - 1
    plateau = (shares[np.minimum(low, last)] + shares[np.clip(high - 1, 0, last)]) / 2
    scores: Matrix = np.where(high - low > 1, plateau, between)
    return scores


def _steps(levels: Matrix, shares: Matrix) -> tuple[Matrix, Matrix]:
    """Distinct levels, each with the middle of its shares."""
    distinct, first, count = np.unique(levels, return_index=True, return_counts=True)
    return distinct, (shares[first] + shares[first + count - 1]) / 2


def embedded_once(texts: Sequence[str], embed: Embed) -> NDArray[np.float32]:
    """(n, 384): the embedding of each text, each different text embedded once."""
    distinct = list(dict.fromkeys(texts))
    place = {text: at for at, text in enumerate(distinct)}
    found: NDArray[np.float32] = embed(distinct)[[place[text] for text in texts]]
    return found


def feature_rows(rows: Sequence[Mapping[str, Any] | None]) -> Matrix:
    """(n, 12) in the order of FEATURES; NaN where a value is absent, no number, or impossible."""
    table = np.full((len(rows), len(FEATURES)), np.nan)
    for at, row in enumerate(rows):
        for column, name in enumerate(FEATURES):
            value = (row or {}).get(name)
            if isinstance(value, int | float) and (name not in RANGES or is_possible(name, value)):
                table[at, column] = value
    return table


def song_digest(song: str) -> int:
    """32 bits of a song id's SHA-256."""
    return int.from_bytes(hashlib.sha256(song.encode()).digest()[:4], "big")


@cache
def shipped() -> SongHead:
    """The shipped head, read once."""
    return SongHead.load()
