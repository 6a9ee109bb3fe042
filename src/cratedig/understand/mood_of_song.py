"""The mood of a song whose artist and title are known, with or without its audio features, by the song head.

Where the head knows the artist and the features were given or measured, one judgement hears all together
(models/mood_of_song.py, `of_song`); else artist and title speak alone, and the features beside them. Confidences are
correlations with listeners over songs of artists that the head had not learned from; docs/mood.md has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cratedig.models.mood_of_song import FEATURES, Embed, Matrix, SongHead, feature_rows, shipped
from cratedig.music.mood import Mood
from cratedig.understand.fusion import Said

WORDS: Final = "artist and title"
WHOLE: Final = "audio features, artist and title"

NEEDED: Final = [FEATURES.index("valence"), FEATURES.index("energy")]
"""The features without which the head judges no better than its words; the others, absent, cost it nothing."""

WORDS_MIDDLE: Final = np.array([-0.06, 0.20])
WHOLE_MIDDLE: Final = np.array([0.18, 0.36])
"""The mean judgement of 15,130 songs by their words, and of 653 by all: the middle of the plane."""

Axes = tuple[float, float]
WORDS_R: Final[Axes] = (0.39, 0.35)
"""Valence and arousal by the words, over 15,130 songs; 0.41 and 0.37 where the artist is known, else 0.24 and 0.14."""
WHOLE_R: Final[Axes] = (0.55, 0.45)


class SongSaid(NamedTuple):
    """What artist and title say; whole: together with the audio features, which then must not speak once more."""

    said: Said
    whole: bool


def moods_of_songs(
    songs: Sequence[tuple[str, str]],
    features: Sequence[Mapping[str, Any] | None],
    imputed: Sequence[bool],
    embed: Embed,
) -> list[SongSaid | None]:
    """Of each (artist, title), None where either is empty. imputed: whose features are, which stay apart."""
    named = [at for at, (artist, title) in enumerate(songs) if artist.strip() and title.strip()]
    found: list[SongSaid | None] = [None] * len(songs)
    if not named:
        return found
    head, artists = shipped(), [songs[at][0] for at in named]
    words = head.of_words(artists, [songs[at][1] for at in named], embed)
    rows = feature_rows([None if imputed[at] else features[at] for at in named])
    whole = head.knows(artists) & ~np.isnan(rows[:, NEEDED]).any(axis=1)
    placed = _placed(head, rows, words, whole).tolist()
    for at, mood, heard in zip(named, placed, whole.tolist(), strict=True):
        found[at] = SongSaid(_said(Mood.clipped(*mood), head.version, heard), heard)
    return found


def _placed(head: SongHead, rows: Matrix, words: Matrix, whole: NDArray[np.bool_]) -> Matrix:
    """(n, 2) on the plane."""
    standard = (words - WORDS_MIDDLE) / head.plane[0]
    standard[whole] = (head.of_song(rows[whole], words[whole]) - WHOLE_MIDDLE) / head.plane[2]
    placed: Matrix = np.tanh(standard / 2)
    return placed


def _said(mood: Mood, method: str, heard: bool) -> Said:
    if heard:
        return Said.following(mood, WHOLE, method, "measured", WHOLE_R)
    return Said.following(mood, WORDS, method, "imputed", WORDS_R)
