"""The style of a track from its sound and its names: a small network over 24 styles, and which of them a query means.

One hidden layer over audio features, year and text embedding. Trained by `cratedig lab train spotify_songs`
(heads/style.json is its card); what it says is a guess and is used to rank, never stored as a track's genre.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.music.text import fold
from cratedig.publish import sha256

HEADS = Path(__file__).parent / "heads"
CARD = "style.json"

FEATURES = (
    *("danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness"),
    *("liveness", "valence", "tempo"),
)
STRETCH = 8.0  # unit vectors have coordinates of 0.05; the network learns faster from larger ones
LIKENESS = 0.1
"""Temperature of the softmax from cosines of a query with the styles' names; 0.05 costs 0.002 nDCG (docs/find.md)."""
MEANT_FROM = 0.35
"""A query whose nearest style name has a lower cosine means no style at all."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """What the head looks at; None where the track lacks it."""

    features: Mapping[str, Any] | None
    year: int | None


@dataclass(frozen=True)
class StyleHead:
    """Weights of the network. styles: names of its 24 outputs; genres: the genre of each."""

    version: str
    styles: tuple[str, ...]
    genres: tuple[str, ...]
    names: Matrix  # (24, 384) embeddings of the styles' names
    centre: Matrix
    scale: Matrix
    hidden: Matrix
    hidden_bias: Matrix
    output: Matrix
    output_bias: Matrix
    artists: NDArray[np.uint32]  # digests of the artists it learned from, sorted

    @classmethod
    def load(cls, folder: Path = HEADS) -> StyleHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            data = (folder / str(card["file"])).read_bytes()
            if sha256(data) != card["sha256"]:
                raise ValueError("its SHA-256 is not its card's")
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                return cls._from_arrays({name: file[name] for name in file.files}, f"style head {card['version']}")
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ModelUnavailable(
                f"The style head cannot be read: {error}.", hint="Install Cratedig again."
            ) from error

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, NDArray[Any]], version: str) -> StyleHead:
        floats = ("names", "centre", "scale", "hidden", "hidden_bias", "output", "output_bias")
        return cls(
            version=version,
            styles=tuple(str(name) for name in arrays["styles"]),
            genres=tuple(str(name) for name in arrays["genres"]),
            artists=arrays["artists"].astype(np.uint32),
            **{name: arrays[name].astype(np.float32) for name in floats},
        )

    def predict(self, tracks: Sequence[Heard], embeddings: Matrix) -> Matrix:
        """Probabilities of the styles, shape (n, 24). embeddings: (n, 384) of the tracks' texts."""
        sound = np.nan_to_num((sound_inputs(tracks) - self.centre) * self.scale).astype(np.float32)
        sounds = sound.shape[1]
        both = sound @ self.hidden[:sounds] + (embeddings @ self.hidden[sounds:]) * STRETCH
        hidden = np.maximum(0.0, both + self.hidden_bias)
        return softmax(hidden @ self.output + self.output_bias)

    def meant(self, query: Matrix) -> Matrix | None:
        """How much a query (384,) means each style, shape (24,), the most meant 1; None where it means none."""
        likeness = self.names @ query
        if float(likeness.max()) < MEANT_FROM:
            return None
        shares: Matrix = np.exp((likeness - likeness.max()) / LIKENESS).astype(np.float32)
        return shares

    def of_genres(self, words: Collection[str]) -> list[str]:
        """The styles of the genres whose name stands among folded words; [] where the words name a style itself, which
        says more."""
        said = set(words)
        if any(_words(style) <= said for style in self.styles):
            return []
        return [style for style, genre in zip(self.styles, self.genres, strict=True) if _words(genre) <= said]

    def has_heard(self, artist: str) -> bool:
        """Was the head trained on this artist?"""
        at = int(np.searchsorted(self.artists, digest := artist_digest(artist)))
        return at < len(self.artists) and int(self.artists[at]) == digest


@cache
def shipped() -> StyleHead:
    """The shipped head, read once."""
    return StyleHead.load()


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(fold(name).split())


def artist_digest(artist: str) -> int:
    """32 bits that stand for an artist's folded name."""
    return int.from_bytes(hashlib.sha256(fold(artist).encode()).digest()[:4], "big")


def softmax(values: Matrix) -> Matrix:
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def sound_inputs(tracks: Sequence[Heard]) -> NDArray[np.float64]:
    """Features, year, and logarithms of the three skewed features, shape (n, 15); NaN where absent."""
    table = np.empty((len(FEATURES) + 1, len(tracks)))
    features = [track.features or {} for track in tracks]
    for row, name in enumerate(FEATURES):
        table[row] = [_number(known.get(name)) for known in features]
    table[-1] = [_number(track.year) for track in tracks]
    logs = np.log10(np.maximum(table[_SKEWED], 1e-4))
    return np.vstack([table, logs]).T


_SKEWED = [FEATURES.index(name) for name in ("instrumentalness", "speechiness", "acousticness")]


def _number(value: object) -> float:
    return value if type(value) is float else float(value) if isinstance(value, int | float) else math.nan
