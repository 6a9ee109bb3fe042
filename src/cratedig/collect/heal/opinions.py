"""What speaks for a track's genre family: its artist, the genres it names, its words, neighbours, clusters, its sound.

Every source gives log-ratios to the prior, 0 where it is silent; pooling.py puts them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.pooling import Matrix, log_ratio
from cratedig.collect.heal.rows import Row, folded
from cratedig.collect.heal.spaces import Space, unit
from cratedig.models.grams import grams_of
from cratedig.models.style import FEATURES, Heard, StyleHead, sound_inputs
from cratedig.music.genre import FAMILIES, Placed, named_in_folded, place

SOURCES = ("artist", "named genres", "words", "text neighbours", "text clusters", "sound neighbours", "sound clusters",
           "style head")  # fmt: skip
DEFAULTS = np.array([1.0, 0.8, 0.12, 0.45, 0.15, 0.5, 0.15, 0.1], dtype=np.float32)
"""The pool's weights before anything is learned; about what the shared crawls teach (docs/heal.md)."""

BITS = 14
SPREAD = 0.3  # what a gram was seen to do beside what it may do: the smoothing of the words' counts
TEXT_SHARPNESS, SOUND_SHARPNESS = 8.0, 4.0
LEAST_SOUNDS = 50
DOUBT = {"artist": 0.5, "named": 0.5, "neighbours": 3.0, "clusters": 10.0}  # observations the prior is worth
_TAG_WEIGHT, _TITLE_WEIGHT, _PROSE_WEIGHT = 1.0, 1.0, 0.5
_PROSE = 150

_STYLES = {"pop": "pop", "rap": "hip hop", "rock": "rock", "latin": "latin", "r&b": "r&b", "edm": "electronic"}
"""The style head's genres, by the family each is."""

_AT = {family: at for at, family in enumerate(FAMILIES)}

Named = Sequence[tuple[Placed, float]]
"""Genres that a row names, with how much each naming counts."""

Genres = Mapping[str, Counter[str]]
"""Artist key -> how often each genre of the tree was given to the artist's tracks."""


@dataclass(frozen=True)
class Known:
    """Reference tracks with their places in the tree and text embeddings (n, 384)."""

    rows: Sequence[Row]
    places: Sequence[Placed]
    embeddings: Matrix

    @property
    def families(self) -> NDArray[np.int64]:
        return np.array([_AT[found.family] for found in self.places], dtype=np.int64)

    def part(self, at: NDArray[np.int64]) -> Known:
        return Known([self.rows[i] for i in at], [self.places[i] for i in at], self.embeddings[at])


@dataclass(frozen=True)
class Sources:
    """What was learned from reference tracks. centre, scale: of the sound features."""

    prior: Matrix
    words: Matrix
    text: Space | None
    sound: Space | None
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    style: StyleHead

    @classmethod
    def of(cls, known: Known, style: StyleHead) -> Sources:
        families, count = known.families, len(FAMILIES)
        prior = np.bincount(families, minlength=count) + 0.5
        inputs = sound_inputs([Heard(row.audio_features, row.year) for row in known.rows]).reshape(len(known.rows), -1)
        centre, scale = _standard(inputs)
        heard = _has_sound(known.rows)
        sounds = unit(np.nan_to_num((inputs - centre) * scale)[heard].astype(np.float32))
        return cls(
            prior=(prior / prior.sum()).astype(np.float32),
            words=_word_table([words_of(row) for row in known.rows], families),
            text=_space(known.embeddings, families, TEXT_SHARPNESS),
            sound=_space(sounds, families[heard], SOUND_SHARPNESS) if heard.sum() >= LEAST_SOUNDS else None,
            centre=centre,
            scale=scale,
            style=style,
        )

    def opinions(
        self,
        rows: Sequence[Row],
        embeddings: Matrix,
        embedded: NDArray[np.bool_],
        artists: Matrix,
        names: Sequence[Named],
    ) -> Matrix:
        """(sources, n, families). embedded: which rows have an embedding; artists: given genres of the artist's other
        tracks, as counts (n, families); names: what `named_by` found in each row."""
        found = np.zeros((len(SOURCES), len(rows), len(FAMILIES)), dtype=np.float32)
        found[0] = log_ratio(artists, self.prior, doubt=DOUBT["artist"])
        found[1] = log_ratio(named_counts(names), self.prior, doubt=DOUBT["named"])
        found[2] = grams_of([words_of(row) for row in rows], bits=BITS).sums(self.words)
        self._by_text(found, embeddings, embedded)
        self._by_sound(found, rows)
        self._by_style(found, rows, embeddings, embedded)
        return found

    def _by_text(self, found: Matrix, embeddings: Matrix, embedded: NDArray[np.bool_]) -> None:
        if self.text is not None and embedded.any():
            vectors = embeddings[embedded]
            found[3, embedded] = log_ratio(self.text.neighbours(vectors), self.prior, doubt=DOUBT["neighbours"])
            found[4, embedded] = log_ratio(self.text.clusters(vectors), self.prior, doubt=DOUBT["clusters"])

    def _by_sound(self, found: Matrix, rows: Sequence[Row]) -> None:
        heard = _has_sound(rows)
        if self.sound is None or not heard.any():
            return
        inputs = sound_inputs([Heard(row.audio_features, row.year) for row in rows])[heard]
        vectors = unit(np.nan_to_num((inputs - self.centre) * self.scale).astype(np.float32))
        found[5, heard] = log_ratio(self.sound.neighbours(vectors), self.prior, doubt=DOUBT["neighbours"])
        found[6, heard] = log_ratio(self.sound.clusters(vectors), self.prior, doubt=DOUBT["clusters"])

    def _by_style(self, found: Matrix, rows: Sequence[Row], embeddings: Matrix, embedded: NDArray[np.bool_]) -> None:
        if embedded.any():
            read = [row for row, there in zip(rows, embedded, strict=True) if there]
            found[7, embedded] = by_style(self.style, read, embeddings[embedded])


def by_style(style: StyleHead, rows: Sequence[Row], embeddings: Matrix) -> Matrix:
    """What the style head says of rows with their embeddings, shape (n, families)."""
    found = np.zeros((len(rows), len(FAMILIES)), dtype=np.float32)
    if not rows:
        return found
    shares = style.predict([Heard(row.audio_features, row.year) for row in rows], embeddings)
    for genre, family in _STYLES.items():
        share = shares[:, [of == genre for of in style.genres]].sum(axis=1)
        found[:, _AT[family]] = np.log(np.maximum(share, 1e-3) * len(_STYLES))
    return found


def words_of(row: Row) -> str:
    """The folded words that the word source reads: names, tags and the beginning of the prose, never the genre."""
    prose = (row.description or row.vibe or "")[:_PROSE]
    parts = (row.title, row.artist, " ".join(row.tags), prose)
    return " ".join(filter(None, (folded(part) for part in parts if part)))


def named_counts(names: Sequence[Named]) -> Matrix:
    """How much each family is named in each row's tags, title and prose, shape (n, families)."""
    counts = np.zeros((len(names), len(FAMILIES)), dtype=np.float32)
    for at, named in enumerate(names):
        for found, weight in named:
            counts[at, _AT[found.family]] += weight
    return counts


def named_by(row: Row) -> Named:
    """The genres a row names, with how much each naming counts."""
    found = [(placed, _TAG_WEIGHT) for tag in row.tags if (placed := place(tag))]
    found += [(placed, _TITLE_WEIGHT) for placed in named_in_folded(folded(row.title or ""))]
    prose = folded((row.description or row.vibe or "")[:_PROSE])
    return found + [(placed, _PROSE_WEIGHT) for placed in named_in_folded(prose)]


def artist_counts(rows: Sequence[Row], genres: Genres, *, without: Sequence[Placed] | None = None) -> Matrix:
    """Families given to the artists' tracks, shape (n, families). without: each row's own genre, to be left out."""
    counts = np.zeros((len(rows), len(FAMILIES)), dtype=np.float32)
    for at, row in enumerate(rows):
        for name, times in genres.get(row.artist_key, {}).items() if row.artist_key else ():
            if (placed := place(name)) is not None:
                counts[at, _AT[placed.family]] += times
        if without is not None and row.artist_key:
            own = _AT[without[at].family]
            counts[at, own] = max(0.0, counts[at, own] - 1.0)
    return counts


def _word_table(texts: Sequence[str], families: NDArray[np.int64]) -> Matrix:
    """Per gram and family the log of how much more often it stands in the family than anywhere, shape (2^bits, f)."""
    grams = grams_of(texts, bits=BITS)
    counts = np.zeros((2**BITS, len(FAMILIES)), dtype=np.float32)
    np.add.at(counts, (grams.buckets, families[grams.rows()]), 1.0)
    anywhere = counts.sum(axis=1, keepdims=True) + 1.0
    share = (counts.sum(axis=0) + 1.0) / (counts.sum() + len(FAMILIES))
    expected = anywhere * share
    return np.asarray(np.log((counts + SPREAD) / (expected + SPREAD)), dtype=np.float32)


def _space(vectors: Matrix, families: NDArray[np.int64], sharpness: float) -> Space | None:
    if not len(vectors):
        return None
    return Space.of(vectors, families, classes=len(FAMILIES), sharpness=sharpness)


def _has_sound(rows: Sequence[Row]) -> NDArray[np.bool_]:
    """Rows with at least half of the features."""
    half = len(FEATURES) // 2
    return np.array(
        [
            bool(row.audio_features) and sum(name in (row.audio_features or {}) for name in FEATURES) >= half
            for row in rows
        ],
        dtype=bool,
    )


def _standard(inputs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and inverse spread of each column's known values; 0 and 1 where none is known."""
    known = np.isfinite(inputs)
    some = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, inputs, 0.0).sum(axis=0) / some
    spread = np.sqrt(np.where(known, (inputs - centre) ** 2, 0.0).sum(axis=0) / some)
    return centre, 1.0 / np.maximum(spread, 1e-6)
