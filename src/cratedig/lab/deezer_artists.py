"""What other data sets know of the artists of songs: their listeners' tags, who plays them, how their songs sound.

A row of numbers for each artist, found by its name (models/mood_of_song.artist_name); the song head learns from them
and ships two numbers for each artist's digest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cratedig.lab.spotify_data import Song, read_songs
from cratedig.lab.tables import rows_with
from cratedig.models.mood_of_song import FEATURES, artist_name

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST_ARTISTS = 15  # a tag given to fewer artists is left out
TAG_FACTORS = 250  # 100 cost 0.01 of r (valence), all 1,051 gain nothing
PLAY_FACTORS = 150
TAG_SCALE, PLAY_SCALE, NUMBER_SCALE = 2.0, 2.0, 0.3
FEW_SONGS = 2.0  # an artist with so many songs says half of what they say
SOUNDS = tuple(name for name in FEATURES if name != "duration_ms")
USUAL_YEAR, YEARS = 2005.0, 15.0
USUAL_POPULARITY, POPULARITIES = 0.4, 0.25

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """rows: (n, d), the last column 1; `at` finds an artist's. An unknown artist has zeros."""

    at: dict[str, int]
    rows: Matrix

    def of(self, artists: Sequence[str]) -> Matrix:
        """(artists, d)."""
        found = np.array([self.at.get(artist_name(artist), -1) for artist in artists])
        known: Matrix = np.where((found >= 0)[:, None], self.rows[found], 0.0)
        return known


@dataclass(frozen=True)
class Sounding:
    """The songs of each artist. rows: (songs, d) features on a normal scale, genre, year, popularity."""

    at: dict[str, list[int]]
    titles: list[str]
    rows: Matrix

    def of(self, artists: Sequence[str], titles: Sequence[str]) -> Matrix:
        """(artists, d + 2): means over the artist's songs of other titles, the logarithm of their number, and 1."""
        found = np.zeros((len(artists), self.rows.shape[1] + 2))
        for at, (artist, title) in enumerate(zip(artists, titles, strict=True)):
            own = title_key(title)
            songs = [song for song in self.at.get(artist_name(artist), ()) if not own or self.titles[song] != own]
            if songs:
                share = len(songs) / (len(songs) + FEW_SONGS)
                found[at] = [*(self.rows[songs].mean(axis=0) * share), np.log1p(len(songs)), 1.0]
        return found


@dataclass(frozen=True)
class Artists:
    """All three, side by side."""

    tagged: Table
    played: Table
    sounding: Sounding

    @classmethod
    def read(cls, shared: Path) -> Artists:
        """From lastfm_hetrec and spotify_songs below `shared`. Raises InputRejected where one is absent."""
        listeners = shared / "lastfm_hetrec"
        return cls(artist_tags(listeners), artist_plays(listeners), artist_sounds(shared / "spotify_songs"))

    def of(self, artists: Sequence[str], titles: Sequence[str]) -> Matrix:
        """(n, d). A song's own sound is not in what is known of its artist; an empty title leaves nothing out."""
        return np.hstack([self.tagged.of(artists), self.played.of(artists), self.sounding.of(artists, titles)])

    def names(self) -> list[str]:
        """Every artist of which anything is known, as its key."""
        return sorted({*self.tagged.at, *self.played.at, *self.sounding.at} - {""})


def title_key(title: str) -> str:
    """What two spellings of a title share: "Angie - Remastered 2009" is "Angie"."""
    return artist_name(title.split(" - ")[0])


def artist_tags(folder: Path) -> Table:
    """Principal factors of TF-IDF weighted tags of artists, rows of unit length (Deerwester et al. 1990, JASIS 41)."""
    rows = rows_with(folder, "artistID", "tagID", "n_users")
    counts = Counter(row["tagID"] for row in rows)
    kept = [row for row in rows if counts[row["tagID"]] >= LEAST_ARTISTS]
    table, names = _counted(folder, kept, "tagID", "n_users")
    tagged = table[np.diff(table.indptr) > 0].shape[0]
    rarity = np.bincount(table.indices, minlength=table.shape[1])
    factors = _factors(table.multiply(np.log(tagged / np.maximum(rarity, 1))[None, :]), TAG_FACTORS)
    factors /= np.maximum(np.linalg.norm(factors, axis=1, keepdims=True), 1e-9)
    return _table(names, np.diff(table.indptr), TAG_SCALE * factors)


def artist_plays(folder: Path) -> Table:
    """Principal factors of who plays an artist, and how many do; a listener of many artists weighs less for each."""
    table, names = _counted(folder, rows_with(folder, "userID", "artistID", "weight"), "userID", "weight")
    played = np.bincount(table.indices, minlength=table.shape[1])
    listeners = np.diff(table.indptr)
    factors = _factors(table.multiply(1 / np.sqrt(np.maximum(played, 1))[None, :]), PLAY_FACTORS)
    return _table(names, listeners, np.column_stack([PLAY_SCALE * factors, NUMBER_SCALE * np.log1p(listeners)]))


def _counted(folder: Path, rows: list[dict[str, str]], column: str, weight: str) -> tuple[csr_matrix, list[str]]:
    """(artists, columns): log(1 + weight); and the artists' names. Rows of unknown artists are passed over."""
    from scipy.sparse import csr_matrix

    artists = rows_with(folder, "artistID", "name")
    place = {artist["artistID"]: at for at, artist in enumerate(artists)}
    columns = {name: at for at, name in enumerate(sorted({row[column] for row in rows}))}
    known = [row for row in rows if row["artistID"] in place]
    cells = ([place[row["artistID"]] for row in known], [columns[row[column]] for row in known])
    weights = np.log1p([float(row[weight]) for row in known])
    table = csr_matrix((weights, cells), shape=(len(artists), len(columns)))
    return table, [artist["name"] for artist in artists]


def _factors(table: Any, number: int) -> Matrix:
    """(rows, number): the left singular vectors of the rows at unit length, times the singular values."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import svds

    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    unit = csr_matrix(table.multiply(1 / np.maximum(lengths, 1e-9)[:, None]))
    left, sizes, _ = svds(unit, k=min(number, min(unit.shape) - 1), rng=np.random.default_rng(1))
    return np.asarray(left * sizes, dtype=np.float64)


def _table(names: Sequence[str], numbers: NDArray[Any], factors: Matrix) -> Table:
    """Of the artists that have any; of two with one name, the one of which more is known."""
    numbered = sorted((int(number), row) for row, number in enumerate(numbers) if number > 0)
    at = {artist_name(names[row]): row for _, row in numbered}
    rows = np.column_stack([factors, np.ones(len(factors))])
    return Table({name: row for name, row in at.items() if name}, rows)


def artist_sounds(folder: Path) -> Sounding:
    """Songs by artist: 11 features as the normal scores of their ranks, their playlist's subgenre, year, popularity."""
    songs = [song for song in read_songs(folder) if artist_name(song.artist)]
    at: dict[str, list[int]] = defaultdict(list)
    for row, song in enumerate(songs):
        at[artist_name(song.artist)].append(row)
    subgenres = sorted({song.subgenre for song in songs} - {""})
    given = np.array([[song.subgenre == name for name in subgenres] for song in songs], dtype=np.float64)
    titles = [title_key(song.title) for song in songs]
    return Sounding(dict(at), titles, np.hstack([_scores(songs), given, _fame(songs)]))


def _scores(songs: Sequence[Song]) -> Matrix:
    values = np.array([[song.features.get(name, np.nan) for name in SOUNDS] for song in songs])
    normal = [NormalDist().inv_cdf((rank + 0.5) / len(songs)) for rank in range(len(songs))]
    scores = np.zeros_like(values)
    for at, column in enumerate(values.T):
        known = np.sort(column)
        below, upto = np.searchsorted(known, column), np.searchsorted(known, column, "right")
        scores[:, at] = np.interp((below + upto - 1) / 2, np.arange(len(songs)), normal)
    return np.where(np.isnan(values), 0.0, scores)


def _fame(songs: Sequence[Song]) -> Matrix:
    years = [0.0 if song.year is None else (song.year - USUAL_YEAR) / YEARS for song in songs]
    known = [0.0 if song.popularity is None else (song.popularity - USUAL_POPULARITY) / POPULARITIES for song in songs]
    return np.column_stack([years, known])
