"""What teaches the genre pool: tracks with a given genre, met as if it were not there, in every state there is.

The state is what is there for a track (`groups_of`): whether its artist's other genres, a sound, and its text's
embedding are known. Every given genre teaches several states, each by sources that did not see the track.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.opinions import SOURCES, Genres, Known, Sources, artist_counts, by_style, named_by
from cratedig.collect.heal.pooling import Matrix
from cratedig.models.style import StyleHead
from cratedig.music.genre import FAMILIES

FOLDS = 4


def groups_of(opinions: Matrix) -> NDArray[np.int64]:
    """By what is there for a row: its artist's genres, its sound, its text's embedding; 0..7."""
    said = [np.abs(opinions[SOURCES.index(name)]).max(axis=1) > 0 for name in _GROUPING]
    return np.asarray(sum(there.astype(np.int64) << at for at, there in enumerate(said)))


_GROUPING = ("artist", "sound neighbours", "text neighbours")
_OF_TEXT = [SOURCES.index(name) for name in ("text neighbours", "text clusters", "style head")]
_OF_SOUND = [SOURCES.index(name) for name in ("sound neighbours", "sound clusters")]


@dataclass(frozen=True)
class Lessons:
    """Tracks with a given genre as they would be met without it. opinions: (sources, n, families), by sources that
    never saw the track itself; genres: for each, what is known of its artist."""

    known: Known
    opinions: Matrix
    genres: Sequence[Genres]

    def with_unread(self) -> Lessons:
        """Every track once more, as one whose text nobody embedded."""
        unread = self.opinions.copy()
        unread[_OF_TEXT] = 0.0
        return self._and(np.arange(len(self.known.rows)), unread)

    def with_unheard(self, style: StyleHead) -> Lessons:
        """Every track that has a sound once more, as one without."""
        heard = np.flatnonzero(self.opinions[_OF_SOUND].any(axis=(0, 2)))
        unheard = self.opinions[:, heard]
        unheard[_OF_SOUND] = 0.0
        part = self.known.part(heard)
        unheard[SOURCES.index("style head")] = by_style(
            style, [replace(row, audio_features=None) for row in part.rows], part.embeddings
        )
        return self._and(heard, unheard)

    def _and(self, again: NDArray[np.int64], opinions: Matrix) -> Lessons:
        """These and, of some tracks, other opinions."""
        known = self.known.part(np.concatenate([np.arange(len(self.known.rows)), again]))
        genres = [*self.genres, *(self.genres[at] for at in again)]
        return Lessons(known, np.concatenate([self.opinions, opinions], axis=1), genres)


def lessons_of(known: Known, fold_of: NDArray[np.int64], genres: Genres, style: StyleHead) -> Lessons:
    """Every track as a stranger's: nothing of its artist is known, and no source ever saw the artist. And again every
    track whose artist has others, which all are known: names and neighbours then tell of the artist as well, so that
    the sources agree more than they know, and only such rows show by how much."""
    everyone = np.arange(len(known.rows))
    artists = artist_counts(known.rows, genres, without=known.places)
    among = np.flatnonzero(artists.any(axis=1))
    strange = _left_out(known, fold_of, np.zeros_like(artists), style)
    familiar = _left_out(known, everyone % FOLDS, artists, style)[:, among]
    return Lessons(
        known.part(np.concatenate([everyone, among])),
        np.concatenate([strange, familiar], axis=1),
        [*({} for _ in everyone), *(genres for _ in among)],
    )


def _left_out(known: Known, fold_of: NDArray[np.int64], artists: Matrix, style: StyleHead) -> Matrix:
    """Opinions on every known row by sources that learned from the other folds. artists: as `Sources.opinions` has
    them."""
    names = [named_by(row) for row in known.rows]
    found = np.zeros((len(SOURCES), len(known.rows), len(FAMILIES)), dtype=np.float32)
    for number in range(FOLDS):
        learn, ask = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        if len(ask) and len(learn):
            part = known.part(ask)
            everywhere = np.ones(len(ask), dtype=bool)
            sources = Sources.of(known.part(learn), style)
            named = [names[at] for at in ask]
            found[:, ask] = sources.opinions(part.rows, part.embeddings, everywhere, artists[ask], named)
    return found
