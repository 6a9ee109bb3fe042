"""The moods that genre and instrument tags suggest: 59 mood and theme tags, and a point of the plane.

A kernel regression: radial basis functions around the centres of clusters of tracks, over a track's own tags, its
length, the tags of its artist's tracks, and how those lean to each mood in what others wrote of other music. To that
the last is added once more, by itself. Trained by `cratedig lab train jamendo_mood` (heads/jamendo_mood.json is its
card).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import HEADS, read_head
from cratedig.models.mood import radial
from cratedig.music.mood import Mood

NAME = "jamendo_mood"
USUAL_LOG_S, LOG_S_SPREAD = 5.4, 0.5  # of the logarithm of the length: 220 s, times or by 1.6
LENGTH_SHARE, NUMBER_SHARE, LEANING_SHARE = 0.5, 0.2, 0.2  # how much these say beside a tag
FURTHEST = 4.0
BATCH = 4096

MOOD_POINTS: Mapping[str, tuple[float, float]] = {
    "action": (0.1, 0.8), "adventure": (0.4, 0.5), "ballad": (-0.1, -0.5), "calm": (0.4, -0.7),
    "christmas": (0.6, 0.1), "cool": (0.4, 0.1), "dark": (-0.6, 0.2), "deep": (-0.1, -0.3), "dramatic": (-0.3, 0.5),
    "dream": (0.3, -0.5), "emotional": (-0.2, 0.1), "energetic": (0.5, 0.8), "epic": (0.2, 0.7), "fast": (0.2, 0.8),
    "fun": (0.8, 0.5), "funny": (0.7, 0.4), "groovy": (0.6, 0.4), "happy": (0.9, 0.4), "heavy": (-0.4, 0.7),
    "holiday": (0.7, 0.2), "hopeful": (0.6, 0.1), "horror": (-0.8, 0.5), "inspiring": (0.6, 0.3), "love": (0.6, 0.0),
    "meditative": (0.3, -0.8), "melancholic": (-0.6, -0.4), "mellow": (0.2, -0.6), "motivational": (0.6, 0.5),
    "party": (0.7, 0.8), "positive": (0.7, 0.3), "powerful": (0.2, 0.7), "relaxing": (0.5, -0.7),
    "romantic": (0.5, -0.2), "sad": (-0.8, -0.4), "sexy": (0.4, 0.2), "slow": (-0.1, -0.6), "soft": (0.2, -0.7),
    "space": (0.0, -0.4), "sport": (0.4, 0.8), "summer": (0.7, 0.3), "upbeat": (0.8, 0.6), "uplifting": (0.7, 0.4),
}  # fmt: skip
"""Where our own lexicon puts these words; tags of use (film, game, corporate) have no place."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Labelled:
    """A track's genres and instruments (Jamendo's spelling: "singersongwriter"), length, and what its artist's tracks
    share; an artist "" stands alone."""

    genres: Sequence[str]
    instruments: Sequence[str]
    duration_s: float | None
    artist: str = ""


@dataclass(frozen=True)
class TagHead:
    """genres, instruments, moods: names of inputs and outputs. centres: (c, d). weights: (c, m). usual: (m,) share of
    tracks with each mood; middle: (c,) mean of each basis function. leanings: (2, t, m) of each input to each mood,
    among listeners and among musicians; added: (m,) how much of the latter is added, from lean (m,) on. unusual: (m,)
    spread of the judgements. trained_on: sorted digests (mood_of_song.song_digest)
    of tracks."""

    genres: tuple[str, ...]
    instruments: tuple[str, ...]
    moods: tuple[str, ...]
    centres: Matrix
    weights: Matrix
    middle: Matrix
    usual: Matrix
    leanings: Matrix
    lean: Matrix
    added: Matrix
    unusual: Matrix
    trained_on: NDArray[np.uint32]
    gamma: float

    @classmethod
    def load(cls, folder: Path = HEADS) -> TagHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        arrays = read_head(NAME, folder)
        genres, instruments, moods = (tuple(map(str, arrays[name])) for name in ("genres", "instruments", "moods"))
        floats = ("centres", "weights", "middle", "usual", "leanings", "lean", "added", "unusual")
        numbers = {name: arrays[name].astype(np.float32) for name in floats}
        trained_on = arrays["trained_on"].astype(np.uint32)
        return cls(genres, instruments, moods, trained_on=trained_on, gamma=float(arrays["gamma"]), **numbers)

    def predict(self, tracks: Sequence[Labelled]) -> Matrix:
        """(n, moods): how likely each mood is, about a share of tracks; a ranking more than a probability."""
        return self.judged(inputs_of(tracks, self.genres, self.instruments))

    def judged(self, inputs: Matrix) -> Matrix:
        """The same from `inputs_of`."""
        found = np.empty((len(inputs), len(self.usual)), dtype=np.float32)
        for start in range(0, len(inputs), BATCH):
            part = slice(start, start + BATCH)
            leaning = leaning_of(inputs[part], self.leanings)
            near = radial(np.hstack([inputs[part], LEANING_SHARE * leaning]), self.centres, self.gamma)
            found[part] = (near - self.middle) @ self.weights + self.usual
            found[part] += (musicians(leaning) - self.lean) * self.added
        return found

    def knows(self, labels: Sequence[str]) -> bool:
        """Is any of these a genre or an instrument it has learned?"""
        return not {*self.genres, *self.instruments}.isdisjoint(labels)

    def on_the_plane(self, likely: Matrix) -> Matrix:
        """(n, 2): the points of the moods, each by how much more likely than usual it is, squeezed by tanh."""
        unusual = (likely - self.usual) / self.unusual
        points = point_table(self.moods)
        placed: Matrix = np.tanh(unusual @ points / np.abs(points).sum(axis=0) * 2)
        return placed


def point_table(moods: Sequence[str]) -> Matrix:
    """(m, 2): each mood's point; the middle for tags of use."""
    return np.array([MOOD_POINTS.get(mood, (0.0, 0.0)) for mood in moods], dtype=np.float32)


def mood_of_tag(mood: str) -> Mood | None:
    """Where one of the 59 tags lies; None for tags of use.

    >>> mood_of_tag("sad").quadrant, mood_of_tag("relaxing").quadrant, mood_of_tag("film")
    ('sad', 'calm', None)
    """
    point = MOOD_POINTS.get(mood)
    return Mood(*point) if point else None


def inputs_of(tracks: Sequence[Labelled], genres: Sequence[str], instruments: Sequence[str]) -> Matrix:
    """(n, 2t + 4): a track's tags and length, the means over its artist's tracks, the spread of their lengths and their
    number. No mood is read. Tags that are not known are passed over."""
    place = {("genre", name): at for at, name in enumerate(genres)}
    place |= {("instrument", name): at + len(genres) for at, name in enumerate(instruments)}
    own = np.zeros((len(tracks), len(place) + 1), dtype=np.float32)
    for row, track in enumerate(tracks):
        for kind, names in (("genre", track.genres), ("instrument", track.instruments)):
            for name in names:
                if (at := place.get((kind, name))) is not None:
                    own[row, at] = 1.0
        own[row, -1] = LENGTH_SHARE * _length(track.duration_s)
    return np.hstack([own, *_company(own, [track.artist for track in tracks])])


def leaning_of(inputs: Matrix, leanings: Matrix) -> Matrix:
    """(n, 4m): how a row of `inputs_of` leans to each mood among listeners and among musicians, first by its own tags
    and then by its artist's; means over the tags."""
    tags = leanings.shape[1]
    shares = [_shares(inputs[:, start : start + tags]) for start in (0, tags + 1)]
    return np.hstack([share @ table for share in shares for table in leanings]).astype(np.float32)


def _shares(tags: Matrix) -> Matrix:
    return np.asarray(tags / np.maximum(tags.sum(axis=1, keepdims=True), 1.0), dtype=np.float32)


def musicians(leaning: Matrix) -> Matrix:
    """(n, m): of `leaning_of`, what musicians say of a row's own tags and of its artist's, in equal parts."""
    _, own, _, artists = np.split(leaning, 4, axis=1)
    return np.asarray((own + artists) / 2, dtype=np.float32)


def _length(duration_s: float | None) -> float:
    if duration_s is None or not duration_s > 0:
        return 0.0
    return float(np.clip((np.log(max(duration_s, 1.0)) - USUAL_LOG_S) / LOG_S_SPREAD, -FURTHEST, FURTHEST))


def _company(own: Matrix, artists: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Means over the tracks of a row's artist, and (spread of lengths, logarithm of their number)."""
    _, group = np.unique([artist or f"\0{at}" for at, artist in enumerate(artists)], return_inverse=True)
    number = np.bincount(group).astype(np.float32)
    sums = np.zeros((len(number), own.shape[1]), dtype=np.float32)
    np.add.at(sums, group, own)
    means = sums / number[:, None]
    squares = np.bincount(group, own[:, -1] ** 2) / number
    spread = np.sqrt(np.maximum(squares - means[:, -1] ** 2, 0.0))
    about = np.stack([spread, NUMBER_SHARE * np.log(number)], axis=1).astype(np.float32)
    return means[group], about[group]


@cache
def shipped() -> TagHead:
    """The shipped head, read once."""
    return TagHead.load()
